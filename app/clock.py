"""
The only reader of the wall clock, so that tests can say what time it is.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """
    Something that knows what time it is.
    """

    def now(self) -> datetime:
        """
        Return the current moment, aware and in UTC.
        """
        ...

    def timestamp(self) -> float:
        """
        Return the same as seconds since the epoch: a third of the cost, for every request.
        """
        ...


class SystemClock:
    """
    The machine's clock.
    """

    def now(self) -> datetime:
        """
        Return the current moment in UTC.
        """
        return datetime.now(UTC)

    def timestamp(self) -> float:
        """
        Return seconds since the epoch.
        """
        return time.time()


class ManualClock:
    """
    A clock that stands still until it is told to advance; for tests and rehearsals.
    """

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """
        Return the moment last set.
        """
        return self._now

    def timestamp(self) -> float:
        """
        Return the moment last set, in seconds since the epoch.
        """
        return self._now.timestamp()

    def advance(self, step: timedelta) -> None:
        """
        Move forward by `step`.
        """
        self._now += step
