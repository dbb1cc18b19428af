from datetime import UTC, datetime, timedelta

from app.auth.lockout import UNLOCKED, Lockout
from app.config.identity import LockoutConfig

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
WINDOW = timedelta(minutes=15)
LOCKOUT = Lockout(LockoutConfig())


def test_the_fifth_wrong_password_locks_for_the_window() -> None:
    row = dict(UNLOCKED)
    for step in range(4):
        row = LOCKOUT.after_failure(row, NOW + timedelta(minutes=step))
        assert LOCKOUT.seconds_left(row, NOW) == 0

    row = LOCKOUT.after_failure(row, NOW)

    assert row["failed_attempts"] == 5
    assert row["locked_until"] == NOW + WINDOW
    assert LOCKOUT.seconds_left(row, NOW) == 900
    assert LOCKOUT.seconds_left(row, NOW + WINDOW - timedelta(milliseconds=1)) == 1
    assert LOCKOUT.seconds_left(row, NOW + WINDOW) == 0


def test_one_mistake_after_a_lock_does_not_lock_again() -> None:
    row = {"failed_attempts": 5, "last_failed_at": NOW, "locked_until": NOW + WINDOW}

    after = LOCKOUT.after_failure(row, NOW + WINDOW)

    assert after["failed_attempts"] == 1
    assert after["locked_until"] is None


def test_wrong_passwords_are_forgotten_after_the_window() -> None:
    row = {"failed_attempts": 4, "last_failed_at": NOW, "locked_until": None}

    assert LOCKOUT.after_failure(row, NOW + WINDOW)["failed_attempts"] == 1
    assert LOCKOUT.after_failure(row, NOW + WINDOW - timedelta(seconds=1))["failed_attempts"] == 5


def test_a_limit_of_one_locks_at_once() -> None:
    strict = Lockout(LockoutConfig(max_attempts=1, window=60.0))

    assert strict.after_failure(dict(UNLOCKED), NOW)["locked_until"] == NOW + timedelta(minutes=1)


def test_a_guess_that_was_under_way_does_not_lift_the_lock() -> None:
    row = {"failed_attempts": 5, "last_failed_at": NOW, "locked_until": NOW + WINDOW}

    assert LOCKOUT.after_failure(row, NOW) == row
