"""
Bandwidth of a credential: what passes is counted, and whoever has passed too much waits.

Nothing is scheduled per piece: a debt is looked at on the common tick, and all who wait for it go
on together. Only credentials with such a limit have a `Pace`.
"""

from typing import Protocol

from proxy.timers import NEVER, Deadlines

BURST_SECONDS = 1.0
"""So much of an unused rate may be caught up on."""


class Paced(Protocol):
    """
    Somebody who may be told to wait.
    """

    def resume_pace(self) -> None:
        """
        Go on.
        """
        ...


class Pace:
    """
    The bytes that one credential may move through one worker, in both directions together.
    """

    __slots__ = ("_at", "_deadlines", "_level", "_rate", "_waiting", "deadline")

    def __init__(self, deadlines: Deadlines, rate: float) -> None:
        """
        Take the clock, and the bytes a second; above 0.
        """
        self.deadline = NEVER
        self._deadlines = deadlines
        self._rate = rate
        self._level = rate * BURST_SECONDS
        """Bytes that may still pass; below 0 is a debt."""
        self._at = deadlines.now
        self._waiting: dict[Paced, None] = {}

    def change(self, rate: float) -> None:
        """
        Count at another rate from now on.
        """
        if rate != self._rate:
            self._refill()
            self._rate = rate
            self.deadline = self._due() if self._waiting else NEVER

    @property
    def is_in_debt(self) -> bool:
        """
        Tell whether whoever comes now has to wait.
        """
        self._refill()
        return self._level < 0

    def spend(self, size_bytes: int, client: Paced) -> bool:
        """
        Count bytes that have passed; tell whether the client must wait to be resumed.
        """
        self._refill()
        self._level -= size_bytes
        if self._level >= 0:
            return False
        self.wait(client)
        return True

    def wait(self, client: Paced) -> None:
        """
        Resume a client once the debt is paid.
        """
        self._waiting[client] = None
        self.deadline = self._due()
        self._deadlines.add(self)

    def leave(self, client: Paced) -> None:
        """
        Forget somebody who waits no longer.
        """
        self._waiting.pop(client, None)
        if not self._waiting:
            self.deadline = NEVER
            self._deadlines.discard(self)

    def expire(self, now: float) -> None:
        """
        Let all who wait go on, if the debt is paid.
        """
        self._refill()
        if self._level < 0:
            self.deadline = max(self._due(), now)
            return
        waiting, self._waiting = self._waiting, {}
        self.deadline = NEVER
        self._deadlines.discard(self)
        for client in waiting:
            client.resume_pace()

    def _refill(self) -> None:
        now = self._deadlines.now
        earned = (now - self._at) * self._rate
        self._level = min(self._level + earned, self._rate * BURST_SECONDS)
        self._at = now

    def _due(self) -> float:
        return self._at - self._level / self._rate
