"""
What a client's connection knows of its request and of the world: asked by whoever answers it.
"""

import asyncio

from app.snapshot.values import BackendRoute, BucketTarget, ProxySettings, Snapshot
from proxy.calls import Calls
from proxy.core.cors import find_response_fields, find_targets
from proxy.core.decision import Local, Peer, Refuse
from proxy.plane import Plane
from proxy.pool import Pool
from proxy.quotas import Quotas
from proxy.record import Transaction
from proxy.response import ResponseHead

DEFAULT_REGION = "us-east-1"
"""Told of a bucket that is not found; requests may be signed for any region."""
SOFT_LIMIT_HEADER = ("x-stowage-quota", "soft-limit-passed")
"""Said with every write to a bucket that is beyond its soft limit."""


class ClientFacts:
    """
    The facts; no state but what was handed in.
    """

    transaction: Transaction

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._peer = Peer("")

    @property
    def peer(self) -> Peer:
        """
        The far end of the connection.
        """
        return self._peer

    def hold(self, answer: Local) -> None:
        """
        Take from the limits of a request whose sender was found out later than by its head.

        Raises:
            StowageError: `rate_limited`.
        """
        self._plane.limits.hold(answer, self.transaction, self.snapshot)

    def note_refusal(self, refuse: Refuse) -> None:
        """
        Count a refusal against the address, where it proved nobody.
        """
        transaction = self.transaction
        self._plane.limits.note_refusal(refuse, transaction.ip, self.snapshot, transaction.started)

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """
        The loop on which all of this runs.
        """
        return self._plane.loop

    @property
    def settings(self) -> ProxySettings:
        """
        The limits and time-outs that hold now.
        """
        return self._plane.snapshot.settings

    @property
    def quotas(self) -> Quotas:
        """
        What this worker holds of the limits of buckets.
        """
        return self._plane.quotas

    @property
    def calls(self) -> Calls:
        """
        The way to have main change something.
        """
        return self._plane.calls

    @property
    def snapshot(self) -> Snapshot:
        """
        The state of the world that holds now.
        """
        return self._plane.snapshot

    @property
    def now(self) -> float:
        """
        Seconds of the loop's clock at its last tick.
        """
        return self._plane.deadlines.now

    @property
    def check_seconds(self) -> float:
        """
        How often to look whether a request still moves.
        """
        return self._plane.check_seconds

    @property
    def wall_now(self) -> float:
        """
        Seconds since the epoch.
        """
        return self._plane.now()

    @property
    def is_ready(self) -> bool:
        """
        Tell whether new requests are welcome.
        """
        return self._plane.has_snapshot and not self._plane.is_draining

    def pool_of(self, route: BackendRoute) -> Pool:
        """
        Return the connections to a backend.
        """
        return self._plane.pool(route)

    def learn_clock(self, route: BackendRoute, date: bytes | None) -> None:
        """
        Sign by a backend's own clock from now on: it refused a request for its moment.
        """
        self._plane.learn_clock(route, date)

    def find_place(self, home: BackendRoute, bucket: str) -> BackendRoute:
        """
        Return the way to a bucket, as far as its backend has told another one.
        """
        return self._plane.places.find(home, bucket, self.now)

    def learn_place(
        self, asked: BackendRoute, bucket: str, head: ResponseHead, document: bytes
    ) -> BackendRoute | None:
        """
        Take a backend's answer; return the way to the bucket if it is another one from now on.
        """
        return self._plane.learn_place(asked, bucket, head, document)

    def public_base(self) -> str:
        """
        Return scheme and host by which the client reaches us.
        """
        request = self.transaction.request
        if self.settings.public_url or request is None:
            return self.settings.public_url
        return f"{'https' if self._peer.is_tls else 'http'}://{request.host}"

    def extra_headers(self) -> tuple[tuple[str, str], ...]:
        """
        Return more headers of the answer: where the bucket lies, that it is nearly full, CORS.
        """
        transaction = self.transaction
        own = self._region() if transaction.audited.operation == "HeadBucket" else ()
        if transaction.metering is not None and transaction.metering.is_soft_passed:
            own += (SOFT_LIMIT_HEADER,)
        if transaction.request is None or "origin" not in transaction.request.headers:
            return own
        audited, snapshot = transaction.audited, self.snapshot
        targets: tuple[BucketTarget, ...] = (BucketTarget(audited.backend_id, audited.bucket),)
        if not audited.backend_id:
            # Refused before the bucket was found: the page should still read why.
            targets = find_targets(transaction.request, snapshot)
        return own + find_response_fields(transaction.request, targets, snapshot)

    def _region(self) -> tuple[tuple[str, str], ...]:
        """
        Name the bucket's region, also to those who may not enter: SDKs ask HeadBucket for it.
        """
        backend = self.snapshot.backends.get(self.transaction.audited.backend_id)
        return (("x-amz-bucket-region", DEFAULT_REGION if backend is None else backend.region),)
