"""
Token buckets: how often something may happen, for many keys, in bounded memory. Pure.
"""

MAX_KEYS = 100_000


class TokenBuckets:
    """
    One bucket per key; each holds twice the rate and one, so that short bursts pass.
    """

    def __init__(self, max_keys: int = MAX_KEYS) -> None:
        self._max_keys = max_keys
        self._levels: dict[object, tuple[float, float]] = {}
        """Tokens left and when that was so, the longest untouched first."""

    @property
    def is_empty(self) -> bool:
        """
        Tell whether nobody has taken anything.
        """
        return not self._levels

    def take(self, key: object, rate: float, now: float) -> float:
        """
        Take a token; return 0, or the seconds until there will be one.

        Args:
            key: Whose bucket.
            rate: Tokens a second; above 0.
            now: Seconds of a clock that does not go back.
        """
        level = self._level(key, rate, now)
        if level < 1.0:
            return (1.0 - level) / rate
        self._levels.pop(key, None)
        self._levels[key] = (level - 1.0, now)
        if len(self._levels) > self._max_keys:
            # The longest untouched is the fullest, or nearly so: little is forgiven with it.
            del self._levels[next(iter(self._levels))]
        return 0.0

    def wait(self, key: object, rate: float, now: float) -> float:
        """
        Return the seconds until there is a token, 0 if there is one; takes none.
        """
        level = self._level(key, rate, now)
        return 0.0 if level >= 1.0 else (1.0 - level) / rate

    def _level(self, key: object, rate: float, now: float) -> float:
        capacity = 2.0 * rate + 1.0
        held = self._levels.get(key)
        return capacity if held is None else min(capacity, held[0] + (now - held[1]) * rate)
