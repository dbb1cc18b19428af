"""
Limits and what is used of them, on both databases: nothing is lost, nothing is let in twice.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.clock import ManualClock
from app.database.engine import Database
from app.database.tables import bucket_usage, quota_holds
from app.errors.raised import StowageError
from app.quotas import usage
from app.quotas.account import Account, Reservation
from app.quotas.books import DEAD_SECONDS, Counted
from app.quotas.counting import Count
from app.quotas.desk import Desk
from app.quotas.ledger import Ledger
from app.quotas.limits import Limits, QuotaPlace
from app.quotas.messages import (
    Outcome,
    QuotaAnswer,
    QuotaAsk,
    QuotaBegin,
    QuotaDown,
    QuotaRecall,
    QuotaReturn,
    QuotaSettle,
    Verdict,
)
from app.quotas.write import Growth, Write, WriteKind
from support.polling import wait_until_async
from support.state import NOON

PLACE = QuotaPlace("main", "docs")
SUBJECT = PLACE.subject
MIB = 1024 * 1024
Limit = Callable[..., Account]


@pytest.fixture
async def ledger(database: Database, clock: ManualClock) -> AsyncIterator[Ledger]:
    ledger = Ledger(database, clock=clock)
    yield ledger
    await ledger.sync_all(is_last=True)


def limit(ledger: Ledger, hard_bytes: int, soft_bytes: int = 0) -> Account:
    ledger.limit(SUBJECT, Limits(soft_bytes, hard_bytes), keeps_versions=False)
    account = ledger.find(SUBJECT)
    assert account is not None
    return account


def writing(size_bytes: int, key: str = "a", **more: object) -> Write:
    return Write(WriteKind.OBJECT, key, size_bytes, **more)  # type: ignore[arg-type]  names of fields


async def write(ledger: Ledger, size_bytes: int, key: str = "a") -> None:
    account = ledger.find(SUBJECT)
    assert account is not None
    reservation = await ledger.reserve(PLACE, (account,), writing(size_bytes, key))
    assert reservation is not None
    ledger.settle(reservation, reservation.write.growth)


async def refused(ledger: Ledger, size_bytes: int) -> StowageError:
    with pytest.raises(StowageError) as caught:
        await write(ledger, size_bytes)
    return caught.value


def counted_as(size_bytes: int, computed_at: datetime = NOON) -> Counted:
    return Counted(Count(size_bytes=size_bytes), keeps_versions=False, computed_at=computed_at)


async def stored_usage(database: Database) -> tuple[int, int]:
    async with database.read() as connection:
        row = (await connection.execute(select(bucket_usage))).mappings().one()
        holds = (await connection.execute(select(quota_holds.c.held_bytes))).scalars().all()
    return row["used_bytes"], sum(holds)


async def test_the_last_byte_fits_and_the_next_does_not(ledger: Ledger) -> None:
    limit(ledger, 10)
    await write(ledger, 4)
    await write(ledger, 6, "b")

    error = await refused(ledger, 1)

    assert (error.code, error.reason) == ("quota_exceeded", "quota.bucket")
    assert error.params == {"limit": 10, "used": 10}
    await write(ledger, 0, "empty")


async def test_many_writers_at_once_never_pass_the_limit(ledger: Ledger) -> None:
    account = limit(ledger, 1000)

    async def try_to_write(number: int) -> bool:
        try:
            await write(ledger, 7, f"k{number}")
        except StowageError:
            return False
        return True

    granted = await asyncio.gather(*(try_to_write(number) for number in range(200)))

    assert sum(granted) == 1000 // 7
    assert account.counter.used == 7 * (1000 // 7)
    assert account.counter.held == 0


async def test_what_is_released_is_free_again(ledger: Ledger) -> None:
    account = limit(ledger, 10)
    reservation = await ledger.reserve(PLACE, (account,), writing(10))
    assert reservation is not None
    await refused(ledger, 1)

    ledger.release(reservation)
    ledger.release(reservation)

    await write(ledger, 10)
    assert account.counter.held == 0


async def test_usage_is_written_down_and_nothing_stays_held(
    ledger: Ledger, database: Database
) -> None:
    limit(ledger, 10 * MIB)
    await write(ledger, 100)
    used, held = await stored_usage(database)
    assert used + held >= 100

    await ledger.sync_all()

    assert await stored_usage(database) == (100, 0)


async def test_a_server_that_dies_leaves_no_less_than_it_let_in(
    ledger: Ledger, database: Database, clock: ManualClock
) -> None:
    limit(ledger, 1000)
    await write(ledger, 300)
    account = ledger.find(SUBJECT)
    assert account is not None
    await ledger.reserve(PLACE, (account,), writing(200, "running"))

    # It dies here: its successor knows only what the database says.
    successor = Ledger(database, clock=clock)
    limit(successor, 1000)
    with pytest.raises(StowageError):
        await write(successor, 501)
    async with database.read() as connection:
        assert not await usage.list_dead_holds(connection, clock.now())
        clock.advance(timedelta(seconds=DEAD_SECONDS + 1))
        dead = await usage.list_dead_holds(
            connection, clock.now() - timedelta(seconds=DEAD_SECONDS)
        )
    assert list(dead) == [SUBJECT]

    counted = successor.find(SUBJECT)
    assert counted is not None
    await successor.store_count(counted, counted_as(300, clock.now()))

    await write(successor, 700)
    await refused(successor, 1)


async def test_two_servers_never_let_in_more_than_the_limit_together(
    ledger: Ledger, database: Database, clock: ManualClock
) -> None:
    other = Ledger(database, clock=clock)
    limit(ledger, 1000)
    limit(other, 1000)
    granted = 0

    for number in range(60):
        server = (ledger, other)[number % 2]
        try:
            await write(server, 40, f"k{number}")
        except StowageError:
            continue
        granted += 40
        used, held = await stored_usage(database)
        assert used + held <= 1000

    assert granted <= 1000
    await ledger.sync_all(is_last=True)
    await other.sync_all(is_last=True)
    assert await stored_usage(database) == (granted, 0)


async def test_the_soft_limit_is_told_once_on_the_way_up(ledger: Ledger) -> None:
    account = limit(ledger, 0, soft_bytes=10)
    told: list[bool] = []
    ledger.on_soft = lambda one: told.append(one.is_soft_passed)

    for number in range(4):
        await write(ledger, 5, f"k{number}")
    reservation = await ledger.reserve(PLACE, (account,), Write(WriteKind.OTHER, "k0"))
    assert reservation is not None
    ledger.settle(reservation, Growth(-15, -3))

    assert told == [True, False]


async def test_two_that_free_the_same_key_take_turns(ledger: Ledger) -> None:
    account = limit(ledger, 100)
    first = await ledger.reserve(PLACE, (account,), writing(1), keys=("a",), looked_at=1e12)
    second = asyncio.create_task(
        ledger.reserve(PLACE, (account,), writing(1), keys=("a",), looked_at=0.0)
    )
    await asyncio.sleep(0)
    assert not second.done()
    assert first is not None

    ledger.settle(first, Growth(1))

    assert await second is None


async def test_a_count_replaces_what_was_known_but_keeps_what_runs(ledger: Ledger) -> None:
    account = limit(ledger, 1000)
    await write(ledger, 900)
    running = await ledger.reserve(PLACE, (account,), writing(100, "b"))
    assert running is not None

    await ledger.store_count(account, counted_as(400))

    assert account.counter.used == 400
    ledger.settle(running, Growth(100, 1))
    await write(ledger, 500, "c")
    await refused(ledger, 1)


async def test_a_lower_limit_holds_from_the_next_write_on(ledger: Ledger) -> None:
    limit(ledger, 100 * MIB)
    await write(ledger, 50)

    limit(ledger, 60)

    await refused(ledger, 11)
    await write(ledger, 10)


# ---- workers -------------------------------------------------------------------------------------


class Worker:
    """
    A worker as main hears it.
    """

    def __init__(self, desk: Desk, name: str) -> None:
        self.name = name
        self.desk = desk
        self.answers: dict[int, QuotaAnswer] = {}
        self.lease = 0
        self.is_deaf = False

    def take(self, message: QuotaDown) -> None:
        match message:
            case QuotaAnswer():
                self.answers[message.number] = message
                self.lease += sum(one.spare_bytes for one in message.lent)
            case QuotaRecall() if not self.is_deaf:
                lease, self.lease = self.lease, 0
                self.say(QuotaReturn(message.sequence, message.subject, lease))

    def say(self, message: object) -> None:
        self.desk.receive(self.name, message)  # type: ignore[arg-type]  one of QuotaUp

    async def ask(self, number: int, size_bytes: int, **more: object) -> QuotaAnswer:
        self.say(QuotaAsk(number, PLACE, writing(size_bytes, f"k{number}"), **more))  # type: ignore[arg-type]  names of fields

        async def is_answered() -> bool:
            return number in self.answers

        await wait_until_async(is_answered)
        return self.answers[number]


class Crew:
    """
    A desk and its workers.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.desk = Desk(ledger)
        self.workers = {name: Worker(self.desk, name) for name in ("one", "two")}
        self.desk.tell = lambda name, message: self.workers[name].take(message)


async def test_a_worker_is_lent_less_and_less_and_gives_back_what_others_need(
    ledger: Ledger,
) -> None:
    account = limit(ledger, 64 * MIB)
    crew = Crew(ledger)
    one, two = crew.workers["one"], crew.workers["two"]
    await one.ask(1, MIB)
    assert one.lease > MIB

    assert (await two.ask(1, 60 * MIB)).verdict is Verdict.GRANTED

    assert one.lease == 0
    assert (await one.ask(2, 3 * MIB)).verdict is Verdict.GRANTED
    assert one.lease == 0
    refusal = await two.ask(2, 1)
    assert refusal.verdict is Verdict.REFUSED
    assert refusal.limit_bytes == 64 * MIB
    assert account.counter.free == 0


async def test_writes_out_of_a_lease_are_known_and_settled(ledger: Ledger) -> None:
    account = limit(ledger, 64 * MIB)
    one = Crew(ledger).workers["one"]
    await one.ask(1, 10)
    lease = one.lease

    one.say(QuotaBegin(2, PLACE, writing(1000, "b"), (SUBJECT,)))
    one.say(QuotaSettle(1, Outcome.STORED, Growth(10, 1)))
    one.say(QuotaSettle(2, Outcome.STORED, Growth(1000, 1)))

    assert account.counter.used == 1010
    assert account.counter.held == lease - 1000


async def test_what_a_dead_worker_did_not_use_is_free_and_its_writes_are_looked_up(
    ledger: Ledger,
) -> None:
    account = limit(ledger, 64 * MIB)
    doubted: list[Reservation] = []
    ledger.on_doubt = doubted.append
    crew = Crew(ledger)
    one = crew.workers["one"]
    await one.ask(1, 10)
    one.say(QuotaBegin(2, PLACE, writing(1000, "b"), (SUBJECT,)))

    crew.desk.forget("one")

    assert sorted(one.write.size_bytes for one in doubted) == [10, 1000]
    assert account.counter.held == 1010
    ledger.release(doubted[0])
    ledger.settle(doubted[1], doubted[1].write.growth)
    assert account.counter.held == 0


async def test_a_worker_that_gives_up_asking_holds_nothing(ledger: Ledger) -> None:
    account = limit(ledger, 100)
    crew = Crew(ledger)
    one, two = crew.workers["one"], crew.workers["two"]
    await one.ask(1, 60, keys=("a",), looked_at=1e12)
    two.say(QuotaAsk(1, PLACE, writing(30), keys=("a",), looked_at=1e12))
    two.say(QuotaSettle(1, Outcome.RELEASED))
    await asyncio.sleep(0)

    one.say(QuotaSettle(1, Outcome.RELEASED))

    assert account.counter.held == 0
    assert (await two.ask(2, 100)).verdict is Verdict.GRANTED


async def test_a_worker_that_does_not_answer_keeps_what_it_has(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.quotas.desk.RECALL_SECONDS", 0.05)
    account = limit(ledger, 64 * MIB)
    crew = Crew(ledger)
    one, two = crew.workers["one"], crew.workers["two"]
    await one.ask(1, MIB)
    one.is_deaf = True

    assert (await two.ask(1, 63 * MIB)).verdict is Verdict.REFUSED

    assert account.counter.used + account.counter.held <= 64 * MIB


async def test_who_waits_too_long_for_a_turn_is_told_to_come_back(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.quotas.ledger.TURN_SECONDS", 0.05)
    account = limit(ledger, 100)
    crew = Crew(ledger)
    one = crew.workers["one"]
    await one.ask(1, 1, keys=("a",), looked_at=1e12)

    assert (await one.ask(2, 1, keys=("a",), looked_at=1e12)).verdict is Verdict.BUSY

    with pytest.raises(StowageError) as caught:
        await ledger.reserve(PLACE, (account,), writing(1), keys=("a",), looked_at=1e12)
    assert caught.value.reason == "rate.busy_key"
    assert account.counter.held == 1 + one.lease
