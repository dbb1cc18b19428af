"""
Refusals, merged: of people we do not know one audit row per address, reason and second.

Those of a proven key stand there one by one, as long as there are few of a kind within a second.
A flood must be seen in the audit log without filling it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from app.audit.event import AuditEvent

MAX_OPEN = 10_000
"""Different (address, reason) pairs within one second; beyond that the oldest are written early."""
SINGLE = 10
"""Refusals of one kind within a second that a proven key gets a row for each of."""


class RefusalMerger:
    """
    Holds the first event of each pair of this second, and how many like it came.
    """

    def __init__(self, emit: Callable[[AuditEvent], None]) -> None:
        self._emit = emit
        self._open: dict[tuple[str, str, int], tuple[AuditEvent, int]] = {}
        self._counted: dict[tuple[str, str], int] = {}
        self._second = -1

    def is_flood(self, who: str, reason: str, second: int) -> bool:
        """
        Count a refusal of somebody proven; tell whether there were too many of its kind.

        Args:
            who: Who, and what they asked for.
            reason: Why it was refused.
            second: Since the epoch.
        """
        if second != self._second or len(self._counted) >= MAX_OPEN:
            self._counted, self._second = {}, second
        count = self._counted.get((who, reason), 0) + 1
        self._counted[who, reason] = count
        return count > SINGLE

    def merge(self, who: str, reason: str, second: int) -> bool:
        """
        Count a refusal to one of its kind in this second; tell whether there was one.
        """
        key = (who, reason, second)
        held = self._open.get(key)
        if held is None:
            return False
        self._open[key] = (held[0], held[1] + 1)
        return True

    def add(self, event: AuditEvent, who: str, reason: str) -> None:
        """
        Take the first refusal of its kind in its second.
        """
        if len(self._open) >= MAX_OPEN:
            self._write(next(iter(self._open)))
        self._open[who, reason, int(event.at.timestamp())] = (event, 1)

    def flush(self, now: datetime) -> None:
        """
        Hand on the rows of every second that is over.
        """
        second = int(now.timestamp())
        for key in [key for key in self._open if key[2] < second]:
            self._write(key)

    def flush_all(self) -> None:
        """
        Hand on all rows.
        """
        for key in list(self._open):
            self._write(key)

    def _write(self, key: tuple[str, str, int]) -> None:
        event, count = self._open.pop(key)
        if count > 1:
            event = replace(event, detail={**event.detail, "count": count})
        self._emit(event)
