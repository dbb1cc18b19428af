"""
A forwarded request that changes what a bucket holds, where any limit applies.

Room is held before the first byte goes to the backend, and before a client that waits for
`100 Continue` is asked for its body. The hold is settled when the backend's answer has come, before
the client reads it, so that what it frees can be used by its next request.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.snapshot.values import BucketQuota, BucketTarget
from proxy.client_side import ClientSide
from proxy.core.decision import Forward
from proxy.inquiries import Inquiries
from proxy.kept_back import KeptBack
from proxy.metering import Metering
from proxy.quota_plan import METERED, ONLY_BUCKETS, OPEN_ENDED_BYTES, Planner, reserve
from proxy.quota_site import charged_by
from proxy.relay import Relay
from proxy.response import ResponseHead
from proxy.upstream import HIGH_WATER_BYTES

if TYPE_CHECKING:
    from proxy.upstream import UpstreamConnection


def is_metered(forward: Forward, limited: Mapping[BucketTarget, BucketQuota]) -> bool:
    """
    Tell whether a request must hold room. Ask only where there are limits at all.
    """
    audited = forward.audited
    if audited.operation not in METERED:
        return False
    if charged_by(forward.credential) and audited.operation not in ONLY_BUCKETS:
        return True
    return BucketTarget(audited.backend_id, audited.bucket) in limited


class Metered(KeptBack):
    """
    Holds the request back until there is room for it.
    """

    def __init__(self, client: ClientSide, forward: Forward) -> None:
        super().__init__(client)
        self._forward = forward
        self._inquiries = Inquiries(client)
        self._planner = Planner(client, forward, self._inquiries)

    def start(self, data: bytes) -> bytes:
        """
        Look what is there; the client waits meanwhile.
        """
        self.keep(data)
        self._inquiries.begin(self._admit(), self._refuse)
        return b""

    def client_lost(self) -> None:
        """
        Give up.
        """
        self._inquiries.cancel()

    def check(self, now: float) -> None:
        """
        Give up when the backend does not answer in time.
        """
        self._inquiries.check(now)

    async def _admit(self) -> None:
        client, forward, planner = self._client, self._forward, self._planner
        plan, hold = await reserve(client, planner.site, planner.plan)
        metering = Metering(client, planner.site, plan, hold)
        client.transaction.metering = metering
        relay = MeteredRelay(client, forward, metering, is_open_ended=planner.is_open_ended)
        client.carry(relay, self._held)

    def _refuse(self, error: StowageError) -> None:
        is_read = self._forward.body.wire_length == 0 and not self._held
        self._client.refuse(error, keeps_alive=is_read and self._client.may_persist)


class MeteredRelay(Relay):
    """
    A relay that tells the hold what the backend did.
    """

    __slots__ = ("_inquiries", "_is_open_ended", "_metering", "_passed_bytes", "_waiting")

    def __init__(
        self, client: ClientSide, forward: Forward, metering: Metering, *, is_open_ended: bool
    ) -> None:
        super().__init__(client, forward)
        self._metering = metering
        self._is_open_ended = is_open_ended
        self._inquiries = Inquiries(client)
        self._passed_bytes = 0
        self._waiting: list[bytes] = []
        """What came of the body and has no room held for it yet."""

    def upstream_ready(self, connection: "UpstreamConnection") -> None:
        """
        Send what there is; from now on the backend may have all of it.
        """
        self._metering.may_be_stored = lambda: not self.wants_body and not self._waiting
        super().upstream_ready(connection)

    def response_started(self, head: ResponseHead, body: bytes, *, is_complete: bool) -> None:
        """
        Settle before the client reads the answer.
        """
        if self._is_open_ended:
            self._metering.stored_bytes = self._passed_bytes
        self._metering.answered(head)
        super().response_started(head, body, is_complete=is_complete)

    def client_lost(self) -> None:
        """
        Ask for no more room either.
        """
        self._inquiries.cancel()
        super().client_lost()

    def upstream_resumed(self) -> None:
        """
        Let the client go on, unless there is no room for what it has sent already.
        """
        if not self._waiting:
            super().upstream_resumed()

    def _pass_on(self, payload: bytes) -> None:
        if not self._is_open_ended:
            super()._pass_on(payload)
            return
        if self._waiting:
            self._waiting.append(payload)
        elif self._passed_bytes + len(payload) <= self._metering.hold.held_bytes:
            self._passed_bytes += len(payload)
            super()._pass_on(payload)
        else:
            self._waiting.append(payload)
            self._client.pause_body()
            self._inquiries.begin(self._get_room(), self._refuse)

    async def _get_room(self) -> None:
        """
        Hold more, then pass on what waits; a body that finds no room is cut.
        """
        while (missing := self._missing_bytes) > 0:
            await self._extend(missing)
        payload = b"".join(self._waiting)
        self._waiting = []
        self._passed_bytes += len(payload)
        super()._pass_on(payload)
        upstream = self._upstream
        unsent = self._pending_bytes if upstream is None else upstream.unsent_bytes
        if unsent <= HIGH_WATER_BYTES:
            self._client.resume_body()

    @property
    def _missing_bytes(self) -> int:
        waiting = sum(map(len, self._waiting))
        return self._passed_bytes + waiting - self._metering.hold.held_bytes

    async def _extend(self, missing: int) -> None:
        hold = self._metering.hold
        try:
            await hold.extend(max(missing, OPEN_ENDED_BYTES))
        except StowageError as error:
            if error.entry is not errors.QUOTA_EXCEEDED or missing >= OPEN_ENDED_BYTES:
                raise
            await hold.extend(missing)
