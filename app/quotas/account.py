"""
One limit and what is used of it, as this server keeps it in memory.
"""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import datetime

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.quotas.counter import MAX_SPARE_BYTES, SOMEBODYS_SPARE_BYTES, Counter
from app.quotas.counting import Change, Count
from app.quotas.limits import Limits, QuotaPlace, QuotaSubject
from app.quotas.locks import Turn
from app.quotas.write import NO_GROWTH, Growth, Write

KNOWN_SECONDS = 1.0
"""How long it may take until a full bucket's room is seen that another server gave back."""


@dataclass(slots=True, eq=False)
class Account:
    """
    The counter of one limit, and what belongs to it. All of it belongs to one event loop.
    """

    subject: QuotaSubject
    limits: Limits
    keeps_versions: bool = False
    """What is overwritten or deleted stays as an older version and frees nothing."""
    counter: Counter = field(default_factory=Counter)
    objects: int = 0
    """How many are stored, as far as it is known here; of somebody: how many more they made."""
    pending: Growth = NO_GROWTH
    """What changed here and is not in the database yet."""
    allotted_bytes: int = 0
    """What the database says that this server holds."""
    room_bytes: int = 0
    """What was left in the database at `synced_at`, for whoever asks next."""
    seen_at: datetime | None = None
    """When the database last heard of what this server holds."""
    synced_at: float = float("-inf")
    """When the database was last asked, by the monotonic clock."""
    gate: asyncio.Lock = field(default_factory=asyncio.Lock)
    """One talk with the database at a time."""
    is_syncing: bool = False
    is_loaded: bool = False
    """The database has said what is used."""
    is_busy: bool = False
    """Something was held since the last talk with the database."""
    is_limited: bool = True
    """False after the limit was removed; writes under way still end here."""
    is_soft_passed: bool = False
    recount_at: float | None = None
    """When to count once more what was under way as the limit came; `None` for never."""
    count: Count | None = None
    """The count that goes on, or the last one."""

    def take(self, size_bytes: int) -> bool:
        """
        Hold bytes without asking anybody; tell whether that was possible.
        """
        if not self.is_limited:
            # The limit was removed while the write was planned; what it holds ends like any other.
            self.counter.held += size_bytes
            return True
        if not self.is_loaded or self.is_syncing:
            return False
        self.is_busy = True
        return self.counter.take(size_bytes)

    def may_get(self, size_bytes: int, now: float) -> bool:
        """
        Tell whether the database may have room that is not known here.
        """
        free = self.counter.free
        is_known = self.is_loaded and now - self.synced_at < KNOWN_SECONDS
        return free is None or not is_known or free + self.room_bytes >= size_bytes

    def settle(self, write: Write, held_bytes: int, growth: Growth) -> None:
        """
        Turn what was held for a write into what it changed.
        """
        change = Change(write.key, write.began_at, time.monotonic(), growth)
        if self.count is not None:
            growth = self.count.settle(change)
        changed = self.counter.settle(held_bytes, growth.total_bytes)
        self.objects = max(0, self.objects + growth.objects)
        self.pending += Growth(changed, growth.objects)

    @property
    def most_bytes(self) -> int:
        """
        What a worker is lent of it at most.
        """
        return MAX_SPARE_BYTES if self.subject.is_bucket else SOMEBODYS_SPARE_BYTES

    @property
    def is_soft_due(self) -> bool:
        """
        Tell whether the soft limit has been passed.
        """
        soft = self.limits.soft_bytes
        return bool(soft) and self.counter.used > soft

    def refusal(self) -> StowageError:
        """
        Return the error for a write that finds no room.
        """
        params = {"limit": self.limits.hard_bytes, "used": self.counter.used}
        return errors.QUOTA_EXCEEDED(reason=f"quota.{self.subject.kind}", params=params)


@dataclass(slots=True, eq=False)
class Reservation:
    """
    Room that is held for one write, until it is settled, released, or compared with the backend.
    """

    place: QuotaPlace
    accounts: tuple[Account, ...]
    """Every limit that applies."""
    write: Write
    held_bytes: int = 0
    """As much of each of them."""
    turn: Turn | None = None
    is_over: bool = False
