"""
The client's connection as the carrier of one request sees it, and the other way round.
"""

import asyncio
from collections.abc import Mapping
from typing import Protocol

from app.errors.raised import StowageError
from app.snapshot.values import BackendRoute, ProxySettings, Snapshot
from proxy.calls import Calls
from proxy.core.decision import Forward, Local, Peer, Refuse
from proxy.errors import NO_EXTRAS
from proxy.pool import Pool
from proxy.quotas import Quotas
from proxy.record import Transaction
from proxy.response import ResponseHead


class ClientSide(Protocol):
    """
    What a carrier may do with the client. A request ends once: in `end`, `refuse` or `cut`.
    """

    transaction: Transaction

    @property
    def peer(self) -> Peer:
        """
        The far end of the connection.
        """
        ...

    def hold(self, answer: Local) -> None:
        """
        Take from the limits of a request whose sender was found out later than by its head.

        Raises:
            StowageError: `rate_limited`.
        """
        ...

    def note_refusal(self, refuse: Refuse) -> None:
        """
        Count a refusal against the address, where it proved nobody.
        """
        ...

    @property
    def settings(self) -> ProxySettings:
        """
        The limits and time-outs that hold now.
        """
        ...

    @property
    def quotas(self) -> Quotas:
        """
        What this worker holds of the limits of buckets.
        """
        ...

    @property
    def calls(self) -> Calls:
        """
        The way to have main change something.
        """
        ...

    @property
    def snapshot(self) -> Snapshot:
        """
        The state of the world that holds now.
        """
        ...

    @property
    def now(self) -> float:
        """
        Seconds of the loop's clock at its last tick.
        """
        ...

    @property
    def wall_now(self) -> float:
        """
        Seconds since the epoch.
        """
        ...

    @property
    def unsent_bytes(self) -> int:
        """
        How much of what was written still waits for the client to take it.
        """
        ...

    @property
    def plain_file(self) -> int:
        """
        The socket's descriptor; -1 where what is written is not what goes over the wire.
        """
        ...

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """
        The loop on which all of this runs.
        """
        ...

    @property
    def is_paced(self) -> bool:
        """
        Tell whether the client is made to wait, so that nothing has to move.
        """
        ...

    @property
    def may_persist(self) -> bool:
        """
        Tell whether another request may follow on this connection, as far as the head says.
        """
        ...

    @property
    def is_ready(self) -> bool:
        """
        Tell whether new requests are welcome.
        """
        ...

    def carry(self, carrier: "Carrier", data: bytes) -> None:
        """
        Let somebody else carry the request on, from these bytes of its body.
        """
        ...

    def pool_of(self, route: BackendRoute) -> Pool:
        """
        Return the connections to a backend.
        """
        ...

    def learn_clock(self, route: BackendRoute, date: bytes | None) -> None:
        """
        Sign by a backend's own clock from now on: it refused a request for its moment.
        """
        ...

    def find_place(self, home: BackendRoute, bucket: str) -> BackendRoute:
        """
        Return the way to a bucket, as far as its backend has told another one.
        """
        ...

    def learn_place(
        self, asked: BackendRoute, bucket: str, head: ResponseHead, document: bytes
    ) -> BackendRoute | None:
        """
        Take a backend's answer; return the way to the bucket if it is another one from now on.
        """
        ...

    def repeat(self, forward: Forward) -> None:
        """
        Have a request without a body carried out once more, another way.
        """
        ...

    def write(self, pieces: list[bytes]) -> None:
        """
        Send, with one write.
        """
        ...

    def pause_body(self) -> None:
        """
        Read no more of the request's body until `resume_body`.
        """
        ...

    def resume_body(self) -> None:
        """
        Read on.
        """
        ...

    def public_base(self) -> str:
        """
        Return scheme and host by which the client reaches us.
        """
        ...

    def extra_headers(self) -> tuple[tuple[str, str], ...]:
        """
        Return more headers for the answer: those of CORS.
        """
        ...

    def end(self, status: int, *, keeps_alive: bool) -> None:
        """
        End a request whose answer is out.

        Args:
            status: What the answer said.
            keeps_alive: Another request may follow; the body of this one has been read.
        """
        ...

    def refuse(
        self, error: StowageError, *, keeps_alive: bool, extras: Mapping[str, str] = NO_EXTRAS
    ) -> None:
        """
        Answer an error and end the request.
        """
        ...

    def abort(self) -> None:
        """
        Close the connection at once; `client_lost` follows.
        """
        ...

    def cut(self, error: StowageError) -> None:
        """
        End a request in the middle of its answer: reset the connection.
        """
        ...


class Carrier(Protocol):
    """
    Who carries one request out, from after its head to its end.
    """

    def start(self, data: bytes) -> bytes:
        """
        Begin, with what came behind the head; return what lies behind the body.
        """
        ...

    def body_received(self, data: bytes) -> bytes:
        """
        Take more of the body; return what lies behind it.
        """
        ...

    @property
    def wants_body(self) -> bool:
        """
        Tell whether the body goes on: what arrives is not the next request yet.
        """
        ...

    def client_lost(self) -> None:
        """
        Stop: nobody wants the answer any more.
        """
        ...

    def client_paused(self) -> None:
        """
        Write less: the client does not keep up.
        """
        ...

    def client_resumed(self) -> None:
        """
        Write on.
        """
        ...

    def check(self, now: float) -> None:
        """
        Look, a few times in each time-out, whether anything still moves.
        """
        ...
