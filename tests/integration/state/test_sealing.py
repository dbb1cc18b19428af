from datetime import UTC, datetime

import pytest

from app.clock import ManualClock
from app.crypto import KeyRing
from app.database.engine import Database
from app.database.sealing import holds_sealed_secrets, verify_keys
from app.errors.start import StartError

CLOCK = ManualClock(datetime(2026, 5, 1, tzinfo=UTC))
RING = KeyRing({0: bytes(32)})


async def test_the_same_key_is_taken_again(database: Database) -> None:
    assert not await holds_sealed_secrets(database)

    await verify_keys(database, RING, CLOCK)
    await verify_keys(database, RING, CLOCK)

    assert await holds_sealed_secrets(database)


async def test_another_key_is_noticed_at_start(database: Database) -> None:
    await verify_keys(database, RING, CLOCK)

    with pytest.raises(StartError, match="not the one that the database was sealed with"):
        await verify_keys(database, KeyRing({0: bytes(31) + b"x"}), CLOCK)


async def test_a_key_that_was_used_must_stay_until_it_is_retired(database: Database) -> None:
    await verify_keys(database, RING, CLOCK)

    with pytest.raises(StartError, match="sealing key 0, which the database was sealed with"):
        await verify_keys(database, KeyRing({1: bytes(32)}), CLOCK)


async def test_a_key_may_be_added(database: Database) -> None:
    await verify_keys(database, RING, CLOCK)
    both = KeyRing({0: bytes(32), 1: b"x" * 32})

    await verify_keys(database, both, CLOCK)

    with pytest.raises(StartError, match="sealing key 1"):
        await verify_keys(database, RING, CLOCK)
