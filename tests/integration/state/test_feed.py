"""
The snapshot follows the database: this process's changes, another's, and those that came late.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.log import open_audit_log
from app.backends.watch import open_backends
from app.clock import SystemClock
from app.config.models import Config
from app.crypto import KeyRing, Spot
from app.database.changes import ChangeKind, record_change
from app.database.engine import Database
from app.database.tables import (
    changes,
    s3_anonymous_bindings,
    s3_bucket_cors,
    s3_credentials,
    users,
)
from app.metrics import Metrics
from app.snapshot.feed import SnapshotFeed
from app.snapshot.values import BucketTarget
from support.polling import wait_until_async
from support.state import Places, open_product

NOW = datetime(2026, 5, 1, tzinfo=UTC)
RING = KeyRing({0: bytes(32)})
STAMP = {"created_at": NOW, "updated_at": NOW}


@asynccontextmanager
async def feed_of(
    database: Database, audit_database: Database, tmp_path: Path, ring: KeyRing | None = RING
) -> AsyncIterator[SnapshotFeed]:
    metrics = Metrics()
    async with (
        open_audit_log(
            audit_database, database, spool_path=tmp_path / "spool", metrics=metrics
        ) as audit,
        open_backends(
            database, audit=audit, clock=SystemClock(), ring=ring, metrics=metrics
        ) as backends,
    ):
        feed = SnapshotFeed(database, config=Config(), ring=ring, backends=backends)
        await feed.refresh()
        yield feed


@pytest.fixture
async def feed(
    database: Database, audit_database: Database, tmp_path: Path
) -> AsyncIterator[SnapshotFeed]:
    async with feed_of(database, audit_database, tmp_path) as opened:
        yield opened


async def add_user(connection: AsyncConnection, user_id: str = "u1", role: str = "user") -> None:
    await connection.execute(
        insert(users).values(
            id=user_id,
            username=user_id,
            username_folded=user_id,
            role=role,
            is_enabled=True,
            must_change_password=False,
            password_changed_at=NOW,
            **STAMP,
        )
    )
    await record_change(connection, ChangeKind.USER, user_id)


async def add_credential(
    connection: AsyncConnection, access_key: str, user_id: str | None = None, **values: object
) -> None:
    spot = Spot("s3_credentials", "secret_key_sealed", access_key)
    scope = {"backend_id": "main", "bucket": "docs", "prefix": "", "access": "readwrite"}
    row = {
        "access_key": access_key,
        "user_id": user_id,
        "scopes": [scope],
        "is_enabled": True,
        "cidrs": [],
        "limits": {},
        "secret_key_sealed": RING.seal(b"secret", spot),
        **STAMP,
    }
    await connection.execute(insert(s3_credentials).values(**{**row, **values}))
    await record_change(connection, ChangeKind.CREDENTIAL, access_key)


async def test_what_was_there_before_is_in_the_first_snapshot(
    database: Database, audit_database: Database, tmp_path: Path
) -> None:
    async with database.write() as connection:
        await add_user(connection)
        await add_credential(connection, "AKIA1", "u1")

    async with feed_of(database, audit_database, tmp_path) as feed:
        assert set(feed.current.credentials) == {"AKIA1"}
        assert feed.current.credentials["AKIA1"].secret_key == "secret"


async def test_a_subscriber_hears_of_a_new_and_of_a_revoked_key(
    database: Database, feed: SnapshotFeed
) -> None:
    async with feed.subscribe() as (snapshot, deltas):
        assert snapshot.credentials == {}
        async with database.write() as connection:
            await add_credential(connection, "AKIA1")
        await feed.refresh()
        added = deltas.get_nowait()
        async with database.write() as connection:
            await connection.execute(delete(s3_credentials))
            await record_change(connection, ChangeKind.CREDENTIAL, "AKIA1")
        await feed.refresh()
        removed = deltas.get_nowait()

    assert set(added.credentials) == {"AKIA1"}
    assert removed.removed_credentials == ("AKIA1",)
    assert removed.revision > added.revision
    assert feed.current.credentials == {}


async def test_a_disabled_owner_takes_the_keys_along(
    database: Database, feed: SnapshotFeed
) -> None:
    async with database.write() as connection:
        await add_user(connection)
        await add_credential(connection, "AKIA1", "u1")
    await feed.refresh()
    assert set(feed.current.credentials) == {"AKIA1"}

    async with database.write() as connection:
        await connection.execute(update(users).values(is_enabled=False))
        await record_change(connection, ChangeKind.USER, "u1")
    await feed.refresh()

    assert feed.current.credentials == {}


async def test_a_change_of_another_process_arrives_by_itself(
    places: Places, feed: SnapshotFeed
) -> None:
    following = asyncio.create_task(feed.follow())
    try:
        async with feed.subscribe() as (_, deltas), open_product(places) as other:
            async with other.write() as connection:
                await add_credential(connection, "AKIA1")
            async with asyncio.timeout(10):
                delta = await deltas.get()
        assert set(delta.credentials) == {"AKIA1"}
    finally:
        following.cancel()


async def test_a_revision_that_commits_late_is_not_missed(
    database: Database, feed: SnapshotFeed
) -> None:
    async with database.write() as connection:
        await connection.execute(
            insert(changes).values(revision=50, kind="credential", row_id="AKIA0", at=NOW)
        )
    await feed.refresh()
    assert feed.current.revision == 50

    async with database.write() as connection:
        await add_credential(connection, "AKIA1")
        await connection.execute(
            update(changes).where(changes.c.row_id == "AKIA1").values(revision=49)
        )
    await feed.refresh()

    assert set(feed.current.credentials) == {"AKIA1"}


async def test_a_key_that_a_file_gave_another_secret_loses_the_old_one(
    database: Database, feed: SnapshotFeed
) -> None:
    async with database.write() as connection:
        await add_credential(connection, "AKFILE")
    await feed.refresh()
    assert feed.current.credentials["AKFILE"].secret_key == "secret"

    spot = Spot("s3_credentials", "secret_key_sealed", "AKFILE")
    async with database.write() as connection:
        await connection.execute(
            update(s3_credentials)
            .where(s3_credentials.c.access_key == "AKFILE")
            .values(secret_key_sealed=RING.seal(b"another", spot))
        )
        await record_change(connection, ChangeKind.CREDENTIAL, "AKFILE")
    await feed.refresh()

    assert feed.current.credentials["AKFILE"].secret_key == "another"


async def test_cors_and_anonymous_bindings_come_and_go(
    database: Database, feed: SnapshotFeed
) -> None:
    place = {"backend_id": "main", "bucket": "docs"}
    rules = [{"allowed_origins": ["https://a"], "allowed_methods": ["GET"], "max_age_seconds": 5}]
    async with database.write() as connection:
        await connection.execute(insert(s3_bucket_cors).values(rules=rules, **place, **STAMP))
        await connection.execute(
            insert(s3_anonymous_bindings).values(may_list=False, **place, **STAMP)
        )
        await record_change(connection, ChangeKind.CORS, "main/docs")
    await feed.refresh()

    target = BucketTarget("main", "docs")
    assert feed.current.cors[target][0].allowed_origins == ("https://a",)
    assert feed.current.cors[target][0].max_age_seconds == 5
    assert feed.current.anonymous["docs"].target == target
    assert not feed.current.anonymous["docs"].may_list

    async with database.write() as connection:
        await connection.execute(delete(s3_bucket_cors))
        await connection.execute(delete(s3_anonymous_bindings))
        await record_change(connection, ChangeKind.CORS, "main/docs")
    await feed.refresh()

    assert feed.current.cors == {}
    assert feed.current.anonymous == {}


@pytest.mark.parametrize("kind", ["backend", "cors", "anonymous", "quota", None])
async def test_what_has_nothing_to_do_with_credentials_reads_none(
    database: Database, feed: SnapshotFeed, kind: str | None
) -> None:
    """
    There may be a hundred thousand: a change of a setting (`None`) or a backend must not cost that.
    """
    async with database.write() as connection:
        await add_credential(connection, "AKIA1")
        await add_credential(connection, "AKIA2")
    await feed.refresh()
    async with database.write() as connection:
        # Nobody is told of these: whoever reads them all finds out.
        await connection.execute(
            delete(s3_credentials).where(s3_credentials.c.access_key > "AKIA1")
        )
        await connection.execute(update(s3_credentials).values(is_enabled=False))
        if kind is not None:
            await record_change(connection, ChangeKind(kind), "bucket/main/docs")
    if kind is None:
        feed.configure(Config.model_validate({"log": {"access": True}}))

    await feed.refresh()

    assert set(feed.current.credentials) == {"AKIA1", "AKIA2"}
    assert feed.current.settings.access_log is (kind is None)
    async with database.write() as connection:
        await record_change(connection, ChangeKind.CREDENTIAL, "AKIA1")
        await record_change(connection, ChangeKind.QUOTA, "bucket/main/docs")
    await feed.refresh()
    assert set(feed.current.credentials) == {"AKIA2"}
    feed.configure(Config.model_validate({"auth": {"role_grants": {"user": []}}}))
    await feed.refresh()
    assert feed.current.credentials == {}


async def test_a_damaged_secret_leaves_the_other_keys_working(
    database: Database, feed: SnapshotFeed
) -> None:
    moved = RING.seal(b"secret", Spot("s3_credentials", "secret_key_sealed", "AKIA9"))
    async with database.write() as connection:
        await add_credential(connection, "AKIA1")
        await add_credential(connection, "AKIA2", secret_key_sealed=moved)
    await feed.refresh()

    assert set(feed.current.credentials) == {"AKIA1"}


async def test_without_a_sealing_key_there_are_no_credentials(
    database: Database, audit_database: Database, tmp_path: Path
) -> None:
    async with database.write() as connection:
        await add_credential(connection, "AKIA1")

    async with feed_of(database, audit_database, tmp_path, ring=None) as feed:
        assert feed.current.credentials == {}


async def test_a_row_that_does_not_compile_stops_nothing_else(
    database: Database, feed: SnapshotFeed
) -> None:
    following = asyncio.create_task(feed.follow())
    try:
        async with database.write() as connection:
            broken = [{"backend_id": "main", "bucket": "docs", "prefix": "", "access": "no-such"}]
            await add_credential(connection, "AKIA1", scopes=broken)
            await add_credential(connection, "AKIA2")

        async def second_is_in() -> bool:
            return set(feed.current.credentials) == {"AKIA2"}

        await wait_until_async(second_is_in)
    finally:
        following.cancel()
