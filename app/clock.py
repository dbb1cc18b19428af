"""
The only reader of the wall clock, so that tests can say what time it is.
"""

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


class SystemClock:
    """
    The machine's clock.
    """

    def now(self) -> datetime:
        """
        Return the current moment in UTC.
        """
        return datetime.now(UTC)


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

    def advance(self, step: timedelta) -> None:
        """
        Move forward by `step`.
        """
        self._now += step
