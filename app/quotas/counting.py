"""
Counting a bucket while it is being written to. Pure.

A listing shows each page as it was when that page was read. A write that was over before its page
was read is in the count already; one that began after it is not, and has to be added; of one in
between nobody can tell, and then the larger number is taken.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.quotas.write import NO_GROWTH, Growth

MAX_EVENTS = 100_000
"""Writes remembered during one count; beyond that the count is an upper bound."""


@dataclass(frozen=True, slots=True)
class Change:
    """
    What a write did to a key, and when.
    """

    key: str
    """Empty where there are several."""
    began_at: float
    ended_at: float
    growth: Growth


@dataclass(slots=True)
class Count:
    """
    One count: the open uploads first, then the objects page by page.
    """

    parts: int = 0
    size_bytes: int = 0
    objects: int = 0
    _uploads_read: tuple[float, float] | None = None
    """When the open uploads were asked for, and when the last of them came."""
    _ends: list[bytes] = field(default_factory=list)
    """The last key of each page."""
    _times: list[tuple[float, float]] = field(default_factory=list)
    """When each page was asked for, and when it came."""
    _last_read: tuple[float, float] | None = None
    _changes: list[Change] = field(default_factory=list)
    _is_sorted: bool = True
    _ended_at: float | None = None

    def add_uploads(self, part_bytes: int, asked_at: float, came_at: float) -> None:
        """
        Count the parts of all open uploads.
        """
        self.parts = part_bytes
        self._uploads_read = (asked_at, came_at)

    def add_page(self, sizes: Iterable[tuple[str, int]], asked_at: float, came_at: float) -> None:
        """
        Count a page: keys and sizes, and when it was read.
        """
        self._last_read = (asked_at, came_at)
        keys: list[bytes] = []
        for key, size_bytes in sizes:
            keys.append(key.encode("utf-8", "surrogatepass"))
            self.size_bytes += size_bytes
            self.objects += 1
        if not keys:
            return
        # A store that lists folders before files has no page that a key belongs to.
        self._is_sorted = self._is_sorted and (not self._ends or min(keys) >= self._ends[-1])
        self._ends.append(max(keys))
        self._times.append((asked_at, came_at))

    def end(self, now: float) -> Growth:
        """
        Say that the last page has come, and return what the bucket holds now.
        """
        self._ended_at = now
        total = Growth(self.size_bytes, self.objects, self.parts)
        for change in self._changes:
            total += self._correct(change)
        return total

    def settle(self, change: Change) -> Growth:
        """
        Take a write that ended just now; return what it adds to what is known now.

        While the count goes on that is all of it: the change is in its result. Afterwards it may
        have been counted already.
        """
        if self._ended_at is not None:
            is_later = change.began_at > self._ended_at
            return change.growth if is_later else self._correct(change)
        if len(self._changes) < MAX_EVENTS:
            self._changes.append(change)
        else:
            # Not remembered one by one; it may be counted twice, but never not at all.
            self.size_bytes += max(0, change.growth.size_bytes)
            self.parts += max(0, change.growth.part_bytes)
        return change.growth

    def _correct(self, change: Change) -> Growth:
        """
        Return what a write changes in a count that may have seen it.
        """
        growth = change.growth
        objects = _weigh(Growth(growth.size_bytes, growth.objects), self._find_page(change), change)
        parts = _weigh(Growth(part_bytes=growth.part_bytes), self._uploads_read, change)
        return objects + parts

    def _find_page(self, change: Change) -> tuple[float, float] | None:
        """
        Return when the page was read that a key belongs to; `None` if that cannot be told.
        """
        if not self._is_sorted or not change.key:
            return None
        place = bisect_left(self._ends, change.key.encode("utf-8", "surrogatepass"))
        if place < len(self._ends):
            return self._times[place]
        return self._last_read


def _weigh(growth: Growth, read: tuple[float, float] | None, change: Change) -> Growth:
    if read is not None and change.ended_at < read[0]:
        return NO_GROWTH
    if read is not None and change.began_at > read[1]:
        return growth
    return Growth(max(0, growth.size_bytes), max(0, growth.objects), max(0, growth.part_bytes))
