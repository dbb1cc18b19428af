"""
Refusals, merged: of people we do not know one audit row per address, reason and second.

A flood must be seen in the audit log without filling it. Refusals of a proven key stand there one
by one: what they asked for is what an owner wants to know.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from app.audit.event import AuditEvent

MAX_OPEN = 10_000
"""Different (address, reason) pairs within one second; beyond that the oldest are written early."""


class RefusalMerger:
    """
    Holds the first event of each pair of this second, and how many like it came.
    """

    def __init__(self, emit: Callable[[AuditEvent], None]) -> None:
        self._emit = emit
        self._open: dict[tuple[str, str, int], tuple[AuditEvent, int]] = {}

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
