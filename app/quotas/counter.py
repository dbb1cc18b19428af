"""
The arithmetic of a limit: what is used, what is held, and how far both may go. Pure.

`used + held` never passes the ceiling. A write holds what it may add before its first byte goes
out, and turns that into what it did add when it is over. The same numbers pass between the
database and a server, and between a server and its workers: each gets a piece of the room, and the
pieces shrink as the limit nears.
"""

from dataclasses import dataclass

MAX_SPARE_BYTES = 256 * 1024 * 1024
"""Beyond what is needed, nobody is lent more than this at once."""
MIN_SPARE_BYTES = 1024 * 1024
"""A smaller piece is not worth keeping: every write asks for itself."""
SOMEBODYS_SPARE_BYTES = 4 * 1024 * 1024
"""The same for what a user, a group or a credential may still add: nobody can count that again."""
SHARE = 8
"""Nobody is lent more than this part of the room that is left."""


def spare_of(free_bytes: int, most_bytes: int = MAX_SPARE_BYTES) -> int:
    """
    Return how much of the room may be lent to somebody who has not asked for it yet.

    It shrinks as the room does, and is nothing when the limit is near.
    """
    spare = min(most_bytes, free_bytes // SHARE)
    return spare if spare >= MIN_SPARE_BYTES else 0


@dataclass(slots=True)
class Counter:
    """
    The bytes of one limit, as one server sees them.
    """

    used: int = 0
    """What is stored, as far as it is known here."""
    held: int = 0
    """What writes that run may still add, and what is lent to workers."""
    ceiling: int | None = 0
    """`used + held` stays at or below; `None` without a hard limit."""

    @property
    def free(self) -> int | None:
        """
        The room that is left below the ceiling; `None` without a hard limit.
        """
        return None if self.ceiling is None else max(0, self.ceiling - self.used - self.held)

    def take(self, size_bytes: int) -> bool:
        """
        Hold so many bytes; tell whether there was room. Nothing at all is always granted.
        """
        free = self.free
        if size_bytes and free is not None and size_bytes > free:
            return False
        self.held += size_bytes
        return True

    def give_back(self, size_bytes: int) -> None:
        """
        Hold so many bytes no more: they were not stored.
        """
        self.held -= size_bytes

    def settle(self, held_bytes: int, delta_bytes: int) -> int:
        """
        Turn what was held into what was added or freed; return by how much `used` changed.

        Args:
            held_bytes: What was taken for it.
            delta_bytes: At most as much; negative when it freed something.
        """
        before = self.used
        self.held -= held_bytes
        self.used = max(0, self.used + delta_bytes)
        return self.used - before


def allot(
    *,
    room_bytes: int,
    held_bytes: int,
    wanted_bytes: int,
    is_busy: bool,
    most_bytes: int = MAX_SPARE_BYTES,
) -> int:
    """
    Return by how much a server may let usage grow before it asks the database again.

    Args:
        room_bytes: What the limit leaves beside what is used and what other servers hold.
        held_bytes: What this server holds already, which it keeps in any case.
        wanted_bytes: What it needs beyond that; granted whole or not at all.
        is_busy: There are writes, so that more than that is of use.
        most_bytes: What a worker is lent at most.
    """
    if wanted_bytes > room_bytes - held_bytes:
        return held_bytes
    needed = held_bytes + wanted_bytes
    return needed + (_reserve_of(room_bytes - needed, most_bytes) if is_busy else 0)


def _reserve_of(free_bytes: int, most_bytes: int) -> int:
    """
    Return what one server takes ahead: half of the room, so that near the limit each write asks.
    """
    return min(most_bytes * SHARE, free_bytes // 2)
