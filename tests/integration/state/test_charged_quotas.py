"""
Limits of users, groups and credentials, on both databases: a write fits them all, or none.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.log import AuditLog
from app.auth.users import UserService
from app.clock import ManualClock
from app.database.engine import Database
from app.database.tables import quota_holds, quota_usage
from app.errors.raised import StowageError
from app.grants.groups import GroupChange, GroupService
from app.quotas.account import Account, Reservation
from app.quotas.books import DEAD_SECONDS
from app.quotas.charged import ChargedQuotas
from app.quotas.ledger import Ledger
from app.quotas.limits import Limits, QuotaKind, QuotaPlace, QuotaSubject
from app.quotas.write import Growth, Write, WriteKind
from support.state import make_user
from support.stores import ADMIN

PLACE = QuotaPlace("main", "docs")
OTHER = QuotaPlace("main", "other")
KEY = QuotaSubject(QuotaKind.CREDENTIAL, "AKONE")
ULI = QuotaSubject(QuotaKind.USER, "01ULI")
TEAM = QuotaSubject(QuotaKind.GROUP, "01TEAM")
WRITERS = (KEY, ULI, TEAM)


@pytest.fixture
async def ledger(database: Database, clock: ManualClock) -> AsyncIterator[Ledger]:
    ledger = Ledger(database, clock=clock)
    yield ledger
    await ledger.sync_all(is_last=True)


def limit(ledger: Ledger, subject: QuotaSubject, hard_bytes: int, soft_bytes: int = 0) -> Account:
    ledger.limit(subject, Limits(soft_bytes, hard_bytes))
    account = ledger.find(subject)
    assert account is not None
    return account


async def begin(
    ledger: Ledger, size_bytes: int, key: str = "a", place: QuotaPlace = PLACE
) -> Reservation:
    write = Write(WriteKind.OBJECT, key, size_bytes)
    reservation = await ledger.reserve(place, ledger.find_all(place, WRITERS), write)
    assert reservation is not None
    return reservation


async def write(ledger: Ledger, size_bytes: int, key: str = "a") -> None:
    reservation = await begin(ledger, size_bytes, key)
    ledger.settle(reservation, reservation.write.growth)


async def refusal(ledger: Ledger, size_bytes: int) -> tuple[str | None, object]:
    with pytest.raises(StowageError) as caught:
        await write(ledger, size_bytes)
    return caught.value.reason, caught.value.params["limit"]


async def stored(database: Database, subject: QuotaSubject) -> tuple[int, int]:
    mine = {"kind": subject.kind.value, "subject_id": subject.id}
    async with database.read() as connection:
        used = await connection.scalar(select(quota_usage.c.used_bytes).filter_by(**mine))
        held = await connection.scalars(select(quota_holds.c.held_bytes).filter_by(**mine))
        return used or 0, sum(held.all())


@pytest.mark.parametrize("tight", [KEY, ULI, TEAM, PLACE.subject], ids=lambda one: one.kind.value)
async def test_a_write_must_fit_every_limit_and_is_told_which_it_does_not(
    ledger: Ledger, tight: QuotaSubject
) -> None:
    accounts = [
        limit(ledger, one, 10 if one == tight else 1000) for one in (*WRITERS, PLACE.subject)
    ]
    await write(ledger, 6)

    assert await refusal(ledger, 5) == (f"quota.{tight.kind}", 10)

    assert [(one.counter.used, one.counter.held) for one in accounts] == [(6, 0)] * 4
    await write(ledger, 4, "b")


async def test_what_somebody_uses_is_the_sum_over_all_buckets_less_what_they_free(
    ledger: Ledger,
) -> None:
    uli = limit(ledger, ULI, 100)
    here, there = await begin(ledger, 60), await begin(ledger, 40, place=OTHER)
    assert await refusal(ledger, 1) == ("quota.user", 100)
    ledger.settle(here, Growth(60, 1))
    ledger.settle(there, Growth(40, 1))

    deletion = await ledger.reserve(
        OTHER, ledger.find_all(OTHER, WRITERS), Write(WriteKind.OTHER, "a")
    )
    assert deletion is not None
    ledger.settle(deletion, Growth(-40, -1))

    assert (uli.counter.used, uli.objects) == (60, 1)
    await write(ledger, 40, "c")


async def test_to_free_more_than_one_added_gives_no_room_beyond_the_limit(ledger: Ledger) -> None:
    uli = limit(ledger, ULI, 100)
    deletion = await begin(ledger, 0)
    ledger.settle(deletion, Growth(-5000, -3))

    assert uli.counter.used == 0
    assert await refusal(ledger, 101) == ("quota.user", 100)


async def test_many_writers_at_once_never_pass_any_of_the_limits(ledger: Ledger) -> None:
    limits = {KEY: 700, ULI: 500, TEAM: 600, PLACE.subject: 800}
    accounts = {one: limit(ledger, one, hard) for one, hard in limits.items()}
    over: list[QuotaSubject] = []

    async def attempt(number: int) -> bool:
        try:
            reservation = await begin(ledger, 7, f"k{number}")
        except StowageError:
            return False
        counters = {one: accounts[one].counter for one in limits}
        over.extend(one for one, it in counters.items() if it.used + it.held > limits[one])
        await asyncio.sleep(0)
        ledger.settle(reservation, reservation.write.growth)
        return True

    granted = await asyncio.gather(*(attempt(number) for number in range(120)))

    assert not over
    assert sum(granted) == 500 // 7
    assert {account.counter.used for account in accounts.values()} == {7 * (500 // 7)}
    assert {account.counter.held for account in accounts.values()} == {0}


async def test_who_has_no_room_of_their_own_never_takes_the_bucket_s(ledger: Ledger) -> None:
    """
    Else a tenant at its limit could keep the others out by asking again and again.
    """
    limit(ledger, KEY, 10)
    bucket = limit(ledger, PLACE.subject, 1000)

    assert await refusal(ledger, 11) == ("quota.credential", 10)

    # Nobody even asked whether there is room in the bucket.
    assert not bucket.is_loaded
    assert bucket.counter.held == 0


async def test_a_limit_that_is_taken_away_meanwhile_refuses_nobody(ledger: Ledger) -> None:
    uli = limit(ledger, ULI, 10)
    accounts = ledger.find_all(PLACE, WRITERS)
    ledger.free(ULI)

    reservation = await ledger.reserve(PLACE, accounts, Write(WriteKind.OBJECT, "a", 11))
    assert reservation is not None
    ledger.settle(reservation, Growth(11, 1))

    assert uli.counter.held == 0


async def test_usage_is_written_down_and_known_to_the_next_server(
    ledger: Ledger, database: Database, clock: ManualClock
) -> None:
    limit(ledger, ULI, 1000)
    await write(ledger, 300)
    await ledger.sync_all()
    assert await stored(database, ULI) == (300, 0)

    successor = Ledger(database, clock=clock)
    limit(successor, ULI, 1000)

    assert await refusal(successor, 701) == ("quota.user", 1000)
    await write(successor, 700)


async def test_what_a_dead_server_held_for_somebody_counts_as_used(
    ledger: Ledger, database: Database, clock: ManualClock
) -> None:
    limit(ledger, ULI, 1000)
    await write(ledger, 300)
    await begin(ledger, 100, "running")
    _, held = await stored(database, ULI)
    assert held >= 400  # what it let in before it said so

    # It dies here. Nobody can count what a user wrote, so all of it is taken for written.
    successor = Ledger(database, clock=clock)
    limit(successor, ULI, 1000)
    await successor.charge_dead(ULI)
    assert await stored(database, ULI) == (0, held)
    clock.advance(timedelta(seconds=DEAD_SECONDS + 1))
    await successor.charge_dead(ULI)
    await successor.charge_dead(ULI)

    assert await stored(database, ULI) == (held, 0)
    assert await refusal(successor, 1001 - held) == ("quota.user", 1000)


async def test_a_server_that_only_was_not_heard_of_takes_back_what_it_was_charged(
    ledger: Ledger, database: Database, clock: ManualClock
) -> None:
    limit(ledger, ULI, 1000)
    await write(ledger, 300)
    other = Ledger(database, clock=clock)
    clock.advance(timedelta(seconds=DEAD_SECONDS + 1))
    await other.charge_dead(ULI)

    await write(ledger, 100, "b")
    await ledger.sync_all(is_last=True)

    assert await stored(database, ULI) == (400, 0)


async def test_a_server_that_ends_leaves_nothing_held(ledger: Ledger, database: Database) -> None:
    limit(ledger, ULI, 1000)
    await write(ledger, 300)

    await ledger.sync_all(is_last=True)

    assert await stored(database, ULI) == (300, 0)


async def test_a_server_that_dies_costs_somebody_little_more_than_they_wrote(
    ledger: Ledger, database: Database
) -> None:
    limit(ledger, ULI, 2**50)
    await write(ledger, 10)

    _, held = await stored(database, ULI)

    assert held <= 32 * 2**20 + 10


# ---- the limits as they are stored ---------------------------------------------------------------


@pytest.fixture
def charged(
    database: Database, ledger: Ledger, audit: AuditLog, clock: ManualClock
) -> ChargedQuotas:
    return ChargedQuotas(database, ledger, audit=audit, clock=clock, present=lambda _, usage: usage)


async def test_a_limit_that_is_set_anew_begins_at_nothing(
    charged: ChargedQuotas, ledger: Ledger, users: UserService
) -> None:
    uli = QuotaSubject(QuotaKind.USER, (await make_user(users, "uli")).id)
    await charged.put(ADMIN, uli, Limits(0, 10))
    accounts = ledger.find_all(PLACE, (uli,))
    reservation = await ledger.reserve(PLACE, accounts, Write(WriteKind.OBJECT, "a", 10))
    assert reservation is not None
    ledger.settle(reservation, Growth(10, 1))
    await ledger.sync_all()
    again = await charged.put(ADMIN, uli, Limits(5, 20))
    assert again.usage is not None
    assert again.usage.used_bytes == 10

    await charged.delete(ADMIN, uli)
    await ledger.sync_all()
    assert (await charged.get(ADMIN, uli)).limits is None
    fresh = await charged.put(ADMIN, uli, Limits(0, 10))

    assert fresh.usage is not None
    assert fresh.usage.used_bytes == 0
    reservation = await ledger.reserve(
        PLACE, ledger.find_all(PLACE, (uli,)), Write(WriteKind.OBJECT, "b", 10)
    )
    assert reservation is not None
    ledger.release(reservation)


async def test_only_what_is_there_is_limited(charged: ChargedQuotas) -> None:
    for kind in (QuotaKind.USER, QuotaKind.GROUP, QuotaKind.CREDENTIAL):
        with pytest.raises(StowageError) as caught:
            await charged.put(ADMIN, QuotaSubject(kind, "nobody"), Limits(0, 10))
        assert caught.value.reason == f"{kind}.not_found"
        await charged.delete(ADMIN, QuotaSubject(kind, "nobody"))


async def test_who_is_deleted_takes_the_limit_along(
    charged: ChargedQuotas,
    database: Database,
    users: UserService,
    audit: AuditLog,
    clock: ManualClock,
) -> None:
    groups = GroupService(database, audit=audit, clock=clock)
    uli = await make_user(users, "uli")
    team = await groups.create(ADMIN, GroupChange("team", members=[uli.id]))
    subjects = [QuotaSubject(QuotaKind.USER, uli.id), QuotaSubject(QuotaKind.GROUP, team.id)]
    for subject in subjects:
        await charged.put(ADMIN, subject, Limits(0, 10))

    await groups.delete(ADMIN, team.id)
    await users.delete(ADMIN, uli.id)

    for subject in subjects:
        with pytest.raises(StowageError) as caught:
            await charged.get(ADMIN, subject)
        assert caught.value.code == "not_found"
