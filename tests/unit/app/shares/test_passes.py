"""
What a visitor's browser keeps opens one share, for half an hour, until its password changes.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.clock import ManualClock
from app.crypto import KeyRing
from app.shares.passes import PASS_SECONDS, Passes
from support.shares import NOON, SHARE

RING = KeyRing({0: bytes(range(32))})


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


def test_a_pass_holds_for_half_an_hour_in_every_process(clock: ManualClock) -> None:
    value = Passes(RING, clock).issue("unlock", SHARE)

    clock.advance(timedelta(seconds=PASS_SECONDS - 1))
    assert Passes(RING, clock).holds(value, "unlock", SHARE)

    clock.advance(timedelta(seconds=1))
    assert not Passes(RING, clock).holds(value, "unlock", SHARE)


def test_a_pass_is_worthless_for_anything_else(clock: ManualClock) -> None:
    passes = Passes(RING, clock)
    unlocked, visited = passes.issue("unlock", SHARE), passes.issue("visit", SHARE, "a")

    assert not passes.holds(unlocked, "visit", SHARE)
    assert not passes.holds(visited, "unlock", SHARE)
    assert not passes.holds(visited, "visit", SHARE, "b")
    assert not passes.holds(unlocked, "unlock", replace(SHARE, code="nopqrstuvwxyzA"))
    assert not passes.holds(unlocked, "unlock", replace(SHARE, password_hash="$argon2id$two"))
    assert not Passes(KeyRing({0: bytes(32)}), clock).holds(unlocked, "unlock", SHARE)


def test_a_pass_that_was_touched_is_none(clock: ManualClock) -> None:
    passes = Passes(RING, clock)
    expiry, _, signature = passes.issue("unlock", SHARE).partition(".")

    for value in (
        "",
        ".",
        f"{int(expiry) + 1}.{signature}",
        f"{expiry}.{signature[:-2]}",
        f"{expiry}.",
        f"+{expiry}.{signature}",
        f"{'9' * 40}.{signature}",
        "é.é",
    ):
        assert not passes.holds(value, "unlock", SHARE), value


def test_without_a_key_passes_hold_in_this_process_alone(clock: ManualClock) -> None:
    passes = Passes(None, clock)
    value = passes.issue("unlock", SHARE)

    assert passes.holds(value, "unlock", SHARE)
    assert not Passes(None, clock).holds(value, "unlock", SHARE)
