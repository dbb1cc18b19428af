"""
Noticing that another connection, process or replica committed something.

SQLite: `PRAGMA data_version` on a connection of its own, a few microseconds each tenth of a second
(SQLite documentation, "PRAGMA data_version"). PostgreSQL: LISTEN on the channel of `changes`, and
a look every second in case a notification was lost with its connection.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

import asyncpg
import structlog

from app.database.changes import CHANNEL
from app.database.engine import Database, PostgresServer, SqliteFile

POLL_SECONDS = 0.1
FALLBACK_SECONDS = 1.0

_log = structlog.get_logger(__name__)


class Follower(Protocol):
    """
    Something that can be awaited until the database may have changed.
    """

    async def wait(self) -> None:
        """
        Return when something was committed since the last call, or may have been.
        """
        ...


@asynccontextmanager
async def open_follower(database: Database) -> AsyncIterator[Follower]:
    """
    Follow a database until the end of the block.
    """
    if isinstance(database.place, SqliteFile):
        connection = sqlite3.connect(
            f"{database.place.path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None
        )
        try:
            yield _SqliteFollower(connection)
        finally:
            connection.close()
        return
    follower = _PostgresFollower(database.place)
    try:
        yield follower
    finally:
        await follower.close()


class _SqliteFollower:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._seen = self._version()

    def _version(self) -> int:
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(version)

    async def wait(self) -> None:
        while (version := self._version()) == self._seen:  # noqa: ASYNC110  SQLite calls nobody back
            await asyncio.sleep(POLL_SECONDS)
        self._seen = version


class _PostgresFollower:
    def __init__(self, place: PostgresServer) -> None:
        self._place = place
        self._notified = asyncio.Event()
        self._connection: asyncpg.Connection | None = None

    async def wait(self) -> None:
        await self._listen()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FALLBACK_SECONDS):
                await self._notified.wait()
        self._notified.clear()

    async def _listen(self) -> None:
        if self._connection is not None and not self._connection.is_closed():
            return
        try:
            self._connection = await asyncpg.connect(self._place.url, timeout=FALLBACK_SECONDS * 5)
            await self._connection.add_listener(CHANNEL, self._hear)
        except (OSError, asyncpg.PostgresError, TimeoutError) as error:
            _log.warning("changes are polled: no notifications", error=type(error).__name__)

    def _hear(self, *_notification: object) -> None:
        self._notified.set()

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
