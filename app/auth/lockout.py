"""
When wrong passwords lock an account, and for how long: pure.

Wrong passwords count while the last one is younger than the window; enough of them lock the
account for one window. A lock that has passed leaves nothing behind: one more mistake does not lock
again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Protocol

from app.config.identity import LockoutConfig

UNLOCKED: dict[str, Any] = {"failed_attempts": 0, "last_failed_at": None, "locked_until": None}
"""The columns of an account without a wrong password."""


class Attempts(Protocol):
    """
    The columns of a row of `users` that count wrong passwords.
    """

    def __getitem__(self, name: str, /) -> Any:  # noqa: ANN401  a row of several types
        """
        Return `failed_attempts`, `last_failed_at` or `locked_until`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Lockout:
    """
    The rule with its two numbers.
    """

    config: LockoutConfig

    @property
    def window(self) -> timedelta:
        """
        How long attempts are counted and a lock holds.
        """
        return timedelta(seconds=self.config.window)

    def seconds_left(self, row: Attempts, now: datetime) -> int:
        """
        Return how long the account is locked from now; 0 means that it is not.
        """
        until: datetime | None = row["locked_until"]
        return 0 if until is None or until <= now else ceil((until - now).total_seconds())

    def after_failure(self, row: Attempts, now: datetime) -> dict[str, Any]:
        """
        Return the columns after one more wrong password. A lock that holds stays as it is.
        """
        if self.seconds_left(row, now):
            return {name: row[name] for name in UNLOCKED}
        count = self._counted(row, now) + 1
        is_full = count >= self.config.max_attempts
        return {
            "failed_attempts": count,
            "last_failed_at": now,
            "locked_until": now + self.window if is_full else None,
        }

    def _counted(self, row: Attempts, now: datetime) -> int:
        last: datetime | None = row["last_failed_at"]
        was_locked = row["locked_until"] is not None
        is_old = last is None or now - last >= self.window
        return 0 if was_locked or is_old else int(row["failed_attempts"])
