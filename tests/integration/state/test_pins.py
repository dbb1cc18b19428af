from datetime import timedelta

from app.auth.pins import PinService
from app.clock import ManualClock
from app.database.engine import Database
from support.state import NOON


async def test_pins_are_listed_the_newest_first(database: Database, clock: ManualClock) -> None:
    pins = PinService(database, clock=clock)
    await pins.add("ann", "main", "a")
    clock.advance(timedelta(seconds=1))
    await pins.add("ann", "main", "b")
    await pins.add("bob", "main", "c")

    assert [pin.bucket for pin in await pins.list("ann")] == ["b", "a"]


async def test_a_pin_that_is_there_keeps_its_time(database: Database, clock: ManualClock) -> None:
    pins = PinService(database, clock=clock)
    first = await pins.add("ann", "main", "a")
    clock.advance(timedelta(seconds=1))

    again = await pins.add("ann", "main", "a")

    assert again == first
    assert again.created_at == NOON
    assert len(await pins.list("ann")) == 1


async def test_a_pin_is_taken_away_by_its_owner_only(
    database: Database, clock: ManualClock
) -> None:
    pins = PinService(database, clock=clock)
    await pins.add("ann", "main", "a")

    await pins.remove("bob", "main", "a")
    assert len(await pins.list("ann")) == 1
    await pins.remove("ann", "main", "a")
    await pins.remove("ann", "main", "a")

    assert await pins.list("ann") == []
