import asyncio
import os
import stat
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.database.changes import ChangeKind, record_change
from app.database.engine import Database, PostgresServer, SqliteFile, open_database
from app.database.tables import bucket_pins, changes, group_members
from app.errors.raised import StowageError
from app.errors.start import StartError
from support.postgres import PostgresServer as PostgresCluster
from support.state import Places, open_product

NOON = datetime(2026, 5, 1, 12, 0, 0, 123456, tzinfo=UTC)
PIN = {"user_id": "u", "backend_id": "b", "bucket": "x", "created_at": NOON}


class DeliberateError(Exception):
    """
    Raised by a test inside a transaction.
    """


async def _pins(database: Database) -> int:
    async with database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(bucket_pins)) or 0


async def test_a_transaction_is_kept_at_its_end(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(insert(bucket_pins).values(PIN))

    assert await _pins(database) == 1


async def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as connection:
            await connection.execute(insert(bucket_pins).values(PIN))
            raise DeliberateError

    with pytest.raises(DeliberateError):
        await fail()

    assert await _pins(database) == 0


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"read-?only|unavailable"):
        async with database.read() as connection:
            await connection.execute(insert(bucket_pins).values(PIN))

    assert await _pins(database) == 0


async def test_a_glance_sees_what_is_written_and_cannot_write(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(insert(bucket_pins).values(PIN))

    async with database.glance() as connection:
        assert await connection.scalar(select(bucket_pins.c.bucket)) == "x"
    with pytest.raises(Exception, match=r"read-?only|unavailable"):
        async with database.glance() as connection:
            await connection.execute(insert(bucket_pins).values({**PIN, "bucket": "y"}))

    assert await _pins(database) == 1


async def test_a_glance_inside_a_transaction_sees_it(database: Database) -> None:
    async with database.together():
        async with database.write() as connection:
            await connection.execute(insert(bucket_pins).values(PIN))
        async with database.glance() as connection:
            assert await connection.scalar(select(bucket_pins.c.bucket)) == "x"


async def test_on_sqlite_a_glance_needs_neither_a_thread_nor_a_turn_of_the_loop(
    tmp_path: Path,
) -> None:
    async with open_database(SqliteFile(tmp_path / "own.db"), "product") as database:

        async def look() -> int | None:
            async with database.glance() as connection, database.glance():
                return await connection.scalar(select(func.count()).select_from(bucket_pins))

        threads = set(threading.enumerate())
        assert await look() == 0
        with pytest.raises(StopIteration) as done:
            look().send(None)

        assert done.value.value == 0
        assert set(threading.enumerate()) <= threads


async def test_a_reader_sees_one_moment(database: Database) -> None:
    async with database.read() as reader:
        before = await reader.scalar(select(func.count()).select_from(bucket_pins))
        async with database.write() as writer:
            await writer.execute(insert(bucket_pins).values(PIN))
        after = await reader.scalar(select(func.count()).select_from(bucket_pins))

    assert (before, after) == (0, 0)
    assert await _pins(database) == 1


async def test_a_moment_of_any_zone_comes_back_in_utc(database: Database) -> None:
    there = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    async with database.write() as connection:
        await connection.execute(insert(bucket_pins).values({**PIN, "created_at": there}))

    async with database.read() as connection:
        kept = await connection.scalar(select(bucket_pins.c.created_at))

    assert kept == NOON
    assert kept is not None
    assert kept.tzinfo is UTC


async def test_foreign_keys_are_enforced(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.write() as connection:
            await connection.execute(
                insert(group_members).values(group_id="none", user_id="none", origin="dashboard")
            )


async def test_many_writers_take_turns(database: Database) -> None:
    async def pin(number: int) -> None:
        async with database.write() as connection:
            await connection.execute(insert(bucket_pins).values({**PIN, "bucket": f"b{number}"}))

    await asyncio.gather(*(pin(number) for number in range(40)))

    assert await _pins(database) == 40


async def test_two_processes_write_to_one_database(database: Database, places: Places) -> None:
    async def pin(store: Database, bucket: str) -> None:
        for number in range(10):
            async with store.write() as connection:
                await connection.execute(
                    insert(bucket_pins).values({**PIN, "bucket": f"{bucket}{number}"})
                )

    async with open_product(places) as other:
        await asyncio.gather(pin(database, "one-"), pin(other, "two-"))

    assert await _pins(database) == 20


async def test_a_change_is_written_with_the_transaction_that_made_it(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as connection:
            await record_change(connection, ChangeKind.USER, "01L")
            raise DeliberateError

    async with database.write() as connection:
        await record_change(connection, ChangeKind.USER, "01K")
    with pytest.raises(DeliberateError):
        await fail()

    async with database.read() as connection:
        rows = (await connection.execute(select(changes.c.kind, changes.c.row_id))).all()
    assert [tuple(row) for row in rows] == [("user", "01K")]


def _modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


async def test_the_file_is_only_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "own.db"
    before = os.umask(0)
    try:
        async with open_database(SqliteFile(path), "product") as database:
            async with database.write() as connection:
                await connection.execute(insert(bucket_pins).values(PIN))
            modes = _modes(tmp_path)
    finally:
        os.umask(before)

    assert modes == {0o600}


async def test_sqlite_runs_in_wal_mode_and_waits_for_locks(tmp_path: Path) -> None:
    async with (
        open_database(SqliteFile(tmp_path / "own.db"), "product") as database,
        database.read() as connection,
    ):
        pragmas = {
            name: await connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "busy_timeout")
        }

    assert pragmas == {"journal_mode": "wal", "synchronous": 1, "busy_timeout": 5000}


async def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "own.db"

    with pytest.raises(StartError, match=f"{path} cannot be written: No such file"):
        async with open_database(SqliteFile(path), "product"):
            pass


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.db"
    path.write_text("not a database, but long enough to be read as the header of one" * 50)

    with pytest.raises(StartError, match="not usable as a database"):
        async with open_database(SqliteFile(path), "product"):
            pass


async def test_a_server_that_is_not_there_is_a_start_error_without_the_password(
    free_port: int,
) -> None:
    place = PostgresServer(f"postgresql://stowage:hush-hush@127.0.0.1:{free_port}/x")

    with pytest.raises(StartError) as caught:
        async with open_database(place, "product"):
            pass

    assert "hush-hush" not in str(caught.value)
    assert "hush-hush" not in repr(place)


async def test_a_lost_database_is_unavailable_and_comes_back(
    postgres: PostgresCluster, postgres_url: str
) -> None:
    async def lose(connection: AsyncConnection) -> None:
        number = await connection.scalar(text("SELECT pg_backend_pid()"))
        await asyncio.to_thread(postgres.run_sql, f"SELECT pg_terminate_backend({number})")

    async def write_and_lose(database: Database) -> None:
        async with database.write() as connection:
            await lose(connection)
            await connection.execute(insert(bucket_pins).values(PIN))

    async with open_database(PostgresServer(postgres_url), "product") as database:
        with pytest.raises(StowageError) as caught:
            await write_and_lose(database)

        assert caught.value.code == "store_unavailable"
        assert await _pins(database) == 0
