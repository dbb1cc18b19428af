"""
One at a time: operations that free bytes of the same key, in the order in which they asked. Pure.

Whoever overwrites or deletes is credited with the bytes of what was there. Two at once would both
see the same object and both be credited with it, so they take turns; what only adds needs none.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

REMEMBERED_SECONDS = 60.0
"""A look at a key older than this must be repeated in any case."""

Granted = Callable[[bool], None]
"""Called once with whether what was seen before may have changed since."""


@dataclass(slots=True, eq=False)
class Turn:
    """
    A place in the queue, later the right to go on. An operation without keys needs no turn.
    """

    keys: tuple[str, ...]
    looked_at: float
    on_granted: Granted = field(repr=False)
    is_granted: bool = False


class KeyLocks:
    """
    The locks of one bucket.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._held: set[str] = set()
        self._waiting: list[Turn] = []
        self._freed_at: dict[str, float] = {}

    def request(self, keys: tuple[str, ...], looked_at: float, on_granted: Granted) -> Turn:
        """
        Ask for a turn at these keys; `on_granted` is called now or later.

        Args:
            keys: All of them are got at once, so that nobody waits for somebody who waits.
            looked_at: When the caller began to look at the keys, by the clock of `now`.
            on_granted: See `Granted`.
        """
        turn = Turn(keys, looked_at, on_granted)
        self._waiting.append(turn)
        self._grant()
        return turn

    def end(self, turn: Turn, *, has_changed: bool) -> None:
        """
        Give a turn back, or up, whether it was granted or not.

        `has_changed`: those who looked before this moment must look again.
        """
        if turn.is_granted:
            self._held.difference_update(turn.keys)
            if has_changed:
                self._remember(turn.keys)
        elif turn in self._waiting:
            self._waiting.remove(turn)
        self._grant()

    def _grant(self) -> None:
        blocked = set(self._held)
        ready: list[Turn] = []
        for turn in self._waiting:
            if blocked.isdisjoint(turn.keys):
                ready.append(turn)
            # Those who came later do not overtake at the keys that this one waits for.
            blocked.update(turn.keys)
        for turn in ready:
            self._waiting.remove(turn)
            self._held.update(turn.keys)
            turn.is_granted = True
        for turn in ready:
            turn.on_granted(self._is_stale(turn))

    def _is_stale(self, turn: Turn) -> bool:
        if not turn.keys:
            return False
        never = float("-inf")
        is_old = turn.looked_at < self._now() - REMEMBERED_SECONDS
        return is_old or any(self._freed_at.get(key, never) >= turn.looked_at for key in turn.keys)

    def _remember(self, keys: tuple[str, ...]) -> None:
        now = self._now()
        for key in keys:
            self._freed_at.pop(key, None)
            self._freed_at[key] = now
        while self._freed_at:
            oldest = next(iter(self._freed_at))
            if self._freed_at[oldest] >= now - REMEMBERED_SECONDS:
                break
            del self._freed_at[oldest]
