"""
One coarse list of deadlines for everything that waits: no timer per request or per byte.

Whoever waits writes its own `deadline`, which costs an assignment; once a tick all of them are
looked at (measured: 0.1 us each).
"""

import asyncio
from math import inf
from typing import Protocol

TICK_SECONDS = 0.25
NEVER = inf


class Waiting(Protocol):
    """
    Something with a deadline, in seconds of the loop's clock; `NEVER` while it waits for nothing.
    """

    deadline: float

    def expire(self, now: float) -> None:
        """
        Do what the passing of the deadline means; set a new one or leave the list.
        """
        ...


class Deadlines:
    """
    The list and its ticking. `now` is the loop's time at the last tick.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, tick_seconds: float = TICK_SECONDS) -> None:
        self._loop = loop
        self._tick_seconds = tick_seconds
        self._waiting: set[Waiting] = set()
        self._handle: asyncio.TimerHandle | None = None
        self.now = loop.time()

    def start(self) -> None:
        """
        Begin to tick.
        """
        self._handle = self._loop.call_later(self._tick_seconds, self._tick)

    def stop(self) -> None:
        """
        Tick no more.
        """
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def add(self, waiting: Waiting) -> None:
        """
        Look after somebody from now on.
        """
        self._waiting.add(waiting)

    def discard(self, waiting: Waiting) -> None:
        """
        Look after them no more; no harm if nobody did.
        """
        self._waiting.discard(waiting)

    def _tick(self) -> None:
        self._handle = self._loop.call_later(self._tick_seconds, self._tick)
        now = self.now = self._loop.time()
        late = [waiting for waiting in self._waiting if waiting.deadline <= now]
        for waiting in late:
            if waiting in self._waiting:  # one that expired before may have taken it off
                waiting.expire(now)
