"""
The rows of shares, on both databases: counted exactly, found by state, ended in time.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.clock import ManualClock
from app.database.endings import end_shares_at, end_shares_of_user
from app.database.engine import Database
from app.grants.page import PageRequest
from app.shares import repository
from app.shares.share import Share, ShareQuery, share_of
from app.types import new_ulid
from support.state import NOON

HOUR = timedelta(hours=1)
STATES = ("active", "scheduled", "expired", "exhausted", "revoked")


async def make(database: Database, **members: Any) -> Share:
    values = {
        "id": new_ulid(),
        "code": new_ulid()[-14:],
        "kind": "object",
        "backend_id": "b",
        "bucket": "docs",
        "keys": ["x"],
        "owner_id": "01OWNER",
        "allowed_types": [],
        "created_at": NOON,
        "updated_at": NOON,
        **members,
    }
    async with database.write() as connection:
        await repository.insert_share(connection, values)
    return await read(database, values["id"])


async def read(database: Database, share_id: str) -> Share:
    async with database.read() as connection:
        row = await repository.find_share(connection, share_id)
    assert row is not None
    return share_of(row)


async def use(database: Database, share: Share, now: datetime, size_bytes: int = 0) -> bool:
    async with database.write() as connection:
        return await repository.count_use(connection, share.id, now, uploaded_bytes=size_bytes)


async def test_no_more_uses_are_counted_than_there_are_however_many_arrive(
    database: Database,
) -> None:
    share = await make(database, max_downloads=3)

    counted = await asyncio.gather(*(use(database, share, NOON) for _ in range(8)))

    assert sorted(counted) == [False] * 5 + [True] * 3
    found = await read(database, share.id)
    assert (found.download_count, found.last_accessed_at) == (3, NOON)


@pytest.mark.parametrize(
    ("members", "counts"),
    [
        ({}, True),
        ({"expires_at": NOON + HOUR}, True),
        ({"expires_at": NOON}, False),
        ({"revoked_at": NOON}, False),
        ({"max_downloads": 1, "download_count": 1}, False),
    ],
    ids=["open", "before its end", "at its end", "revoked", "used up"],
)
async def test_a_use_counts_while_the_share_holds(
    database: Database, members: dict[str, Any], *, counts: bool
) -> None:
    share = await make(database, **members)

    assert await use(database, share, NOON) is counts


async def test_bytes_are_taken_and_given_back(database: Database) -> None:
    share = await make(database, kind="upload", keys=[], prefix="in/", max_bytes=10)

    taken = [await use(database, share, NOON, size) for size in (6, 6, 4)]
    async with database.write() as connection:
        await repository.give_back(connection, share.id, uploaded_bytes=6)

    assert taken == [True, False, True]
    found = await read(database, share.id)
    assert (found.uploaded_bytes, found.download_count) == (4, 1)


async def test_the_list_knows_the_states_that_a_share_says_it_is_in(
    database: Database, clock: ManualClock
) -> None:
    now = clock.now()
    moments = (None, now - HOUR, now, now + HOUR)
    made = [
        await make(
            database,
            starts_at=starts_at,
            expires_at=expires_at,
            revoked_at=revoked_at,
            max_downloads=limit,
            download_count=1,
        )
        for starts_at in moments
        for expires_at in moments
        for revoked_at in (None, now)
        for limit in (None, 1, 2)
    ]

    listed: dict[str, set[str]] = {}
    async with database.read() as connection:
        for state in STATES:
            query = ShareQuery(state=state)
            rows = await repository.list_shares(connection, query, PageRequest(limit=1000), now)
            listed[state] = {row["id"] for row in rows}

    assert sum(map(len, listed.values())) == len(made)
    for share in made:
        assert share.id in listed[share.state(now)]


async def test_a_user_who_is_deleted_ends_shares_or_leaves_them(database: Database) -> None:
    mine, heirs = await make(database), await make(database, owner_id="01OTHER")
    others = await make(database, owner_id="01THIRD")

    async with database.write() as connection:
        await end_shares_of_user(connection, "01OWNER")
        await end_shares_of_user(connection, "01OTHER", heir="01HEIR")

    assert (await read(database, mine.id)).revoked_at is not None
    left = await read(database, heirs.id)
    assert (left.owner_id, left.revoked_at) == ("01HEIR", None)
    assert await read(database, others.id) == others


async def test_a_place_that_is_deleted_ends_its_shares_alone(database: Database) -> None:
    here, beside = await make(database), await make(database, bucket="docs2")
    elsewhere = await make(database, backend_id="c")

    async with database.write() as connection:
        await end_shares_at(connection, "b", "docs")
        await end_shares_at(connection, "c")

    ended = [(await read(database, one.id)).revoked_at for one in (here, beside, elsewhere)]
    assert [moment is not None for moment in ended] == [True, False, True]
