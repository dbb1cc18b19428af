"""
Back-pressure on a client's connection: who has to wait, in which direction, and for what.

A client is not read from while its request's body has nowhere to go, while it does not take its
answers, and while its credential has moved more than its rate allows.
"""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, cast

from proxy.client_facts import ClientFacts
from proxy.pace import Pace
from proxy.plane import Plane

if TYPE_CHECKING:
    from proxy.client_side import Carrier
    from proxy.link import Link


class ClientFlow(ClientFacts, ABC):
    """
    The part of a connection that reads, writes, and makes one side wait for the other.
    """

    def __init__(self, plane: Plane) -> None:
        super().__init__(plane)
        self._link = cast("Link", None)
        self._carrier: Carrier | None = None
        self._buffer = b""
        self._is_body_paused = False
        self._is_write_paused = False
        self._pace: Pace | None = None
        """Set while this client waits because its credential has moved too much."""

    @abstractmethod
    def _pump(self) -> None:
        """
        Begin the requests that are complete.
        """

    def pause_writing(self) -> None:
        """
        Pass on that the client does not keep up.
        """
        self._is_write_paused = True
        if self._carrier is not None:
            self._carrier.client_paused()

    def resume_writing(self) -> None:
        """
        Pass on that it does again.
        """
        self._is_write_paused = False
        if self._carrier is None:
            self._pump()
        elif self._pace is None:
            self._carrier.client_resumed()

    def resume_pace(self) -> None:
        """
        Go on: the debt of the credential is paid.
        """
        self._pace = None
        if self._carrier is not None and not self._is_write_paused:
            self._carrier.client_resumed()
        self._update_reading()

    @property
    def unsent_bytes(self) -> int:
        """
        How much of what was written still waits for the client to take it.
        """
        return self._link.unsent_bytes

    @property
    def plain_file(self) -> int:
        """
        The socket's descriptor; -1 where what is written is not what goes over the wire.
        """
        return self._link.plain_file

    @property
    def is_paced(self) -> bool:
        """
        Tell whether the client waits because its credential has moved too much.
        """
        return self._pace is not None

    def write(self, pieces: list[bytes]) -> None:
        """
        Send, with one write.
        """
        self._link.write(pieces)
        if self.transaction.pace is not None:
            self._spend(self.transaction.pace, sum(map(len, pieces)))

    def pause_body(self) -> None:
        """
        Read no more until `resume_body`.
        """
        self._is_body_paused = True
        self._update_reading()

    def resume_body(self) -> None:
        """
        Read on.
        """
        self._is_body_paused = False
        self._update_reading()

    def _spend(self, pace: Pace, size_bytes: int) -> None:
        """
        Count bytes that passed; where they were too many, let both directions wait.
        """
        if not pace.spend(size_bytes, self) or self._pace is not None:
            return
        self._pace = pace
        if self._carrier is not None:
            self._carrier.client_paused()
        self._update_reading()

    def _end_pacing(self) -> None:
        pace, self._pace = self._pace, None
        if pace is not None:
            pace.leave(self)

    def _update_reading(self) -> None:
        is_held = self._is_body_paused or self._is_write_paused or self._pace is not None
        if self._link.is_reading and not (is_held or self._buffer):
            return
        is_full = self._carrier is not None and len(self._buffer) > self.settings.max_head_bytes
        must_wait = (self._is_write_paused and self._carrier is None) or self._pace is not None
        self._link.read_on(may_read=not (self._is_body_paused or is_full or must_wait))
