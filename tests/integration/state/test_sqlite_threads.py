"""
How SQLite is asked: what leaves the event loop, how often, and what the loop never waits for.
"""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import aiosqlite
import pytest
from sqlalchemy import func, insert, select, text

from app.database.engine import Database, SqliteFile, open_database
from app.database.tables import bucket_pins
from app.database.threaded import ThreadedConnection

PIN = {
    "user_id": "u",
    "backend_id": "b",
    "bucket": "x",
    "created_at": datetime(2026, 5, 1, tzinfo=UTC),
}
COUNT = select(func.count()).select_from(bucket_pins)


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[Database]:
    """
    A database on SQLite, of which nobody has used a connection yet.
    """
    async with open_database(SqliteFile(tmp_path / "own.db"), "product") as database:
        yield database


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """
    The calls that are given to a thread, in their order.
    """
    names: list[str] = []
    give = aiosqlite.Connection._execute  # noqa: SLF001  the one place that all calls pass

    async def noted(
        connection: aiosqlite.Connection, run: object, *args: object, **more: object
    ) -> object:
        names.append(args[0].__name__)  # type: ignore[attr-defined]  # a method of the driver
        return await give(connection, run, *args, **more)  # type: ignore[no-untyped-call]  # has no types

    monkeypatch.setattr(aiosqlite.Connection, "_execute", noted)
    return names


async def _write(database: Database, bucket: str) -> None:
    async with database.write() as connection:
        await connection.execute(insert(bucket_pins).values({**PIN, "bucket": bucket}))


async def _read(database: Database) -> int | None:
    async with database.read() as connection:
        return await connection.scalar(COUNT)


async def _glance(database: Database) -> int | None:
    async with database.glance() as connection:
        return await connection.scalar(COUNT)


async def test_a_thread_is_asked_for_what_touches_the_file_and_for_nothing_else(
    own: Database, asked: list[str]
) -> None:
    await _write(own, "first")
    await _read(own)
    asked.clear()

    await _write(own, "second")
    written = list(asked)
    asked.clear()
    await _read(own)
    read = list(asked)
    asked.clear()
    await _glance(own)

    assert written == ["execute", "execute", "commit"]
    assert read == ["execute", "fetchall"]
    assert asked == []


async def test_what_follows_a_statement_that_was_given_up_waits_for_it_off_the_loop(
    tmp_path: Path,
) -> None:
    is_begun, may_end = threading.Event(), threading.Event()

    def hold() -> int:
        is_begun.set()
        return may_end.wait(60)

    async with ThreadedConnection(tmp_path / "x", busy_seconds=1, only_reads=True) as connection:
        await connection.create_function("hold", 0, hold)
        cursor = await connection.cursor()
        slow = asyncio.create_task(cursor.execute("SELECT hold()"))
        await asyncio.to_thread(is_begun.wait)
        slow.cancel()
        # SQLite would make both wait for the statement, and the loop with them.
        after = [asyncio.create_task(cursor.close()), asyncio.create_task(connection.rollback())]
        for _ in range(20):
            await asyncio.sleep(0)
        assert not any(task.done() for task in after)

        may_end.set()
        await asyncio.gather(*after)
        with pytest.raises(asyncio.CancelledError):
            await slow


async def test_a_glance_at_a_locked_file_leaves_the_loop_free(own: Database) -> None:
    assert isinstance(own.place, SqliteFile)
    with closing(sqlite3.connect(own.place.path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            sqlite3.connect(own.place.path, timeout=0).execute("SELECT 1 FROM users")

        looking = asyncio.create_task(_glance(own))
        for _ in range(20):
            await asyncio.sleep(0)
        assert not looking.done()

    assert await looking == 0
    async with own.glance() as connection:
        waited_milliseconds = await connection.scalar(text("PRAGMA busy_timeout"))
    assert waited_milliseconds is not None
    assert waited_milliseconds < 20
