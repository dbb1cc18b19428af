"""
SQLite without a thread: a connection whose calls are over before they are awaited.

aiosqlite gives every call to a thread and the answer back to the loop, and SQLAlchemy makes a
greenlet to wait for each. That costs more than the row itself, and on a busy machine every change
of the thread waits for its turn. A row that is found by its key comes in microseconds.
"""

import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import CursorResult, Executable, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import QueuePool

BUSY_SECONDS = 0.005
"""How long the loop may stand still for a lock; then a thread waits instead."""
_KEPT = 8


class InlineConnection(AsyncConnection):
    """
    A connection that works in the thread of the event loop, for reads of a few rows by a key.
    """

    async def execute(
        self,
        statement: Executable,
        parameters: Any = None,  # noqa: ANN401  as SQLAlchemy has it
        *,
        execution_options: Any = None,  # noqa: ANN401  as SQLAlchemy has it
    ) -> CursorResult[Any]:
        """
        Return the rows; never suspends.
        """
        return self._proxied.execute(statement, parameters, execution_options=execution_options)

    def end(self) -> None:
        """
        End the transaction and give the connection back; nothing of it may be used afterwards.
        """
        self._proxied.close()


class Glancer:
    """
    Looks into an SQLite file from the event loop.
    """

    def __init__(self, path: Path, reader: AsyncEngine) -> None:
        # Nobody ever waits for a connection here: the loop would stand still.
        self._engine = create_engine(
            "sqlite+pysqlite://",
            creator=partial(_connect, path),
            poolclass=QueuePool,
            pool_size=_KEPT,
            max_overflow=-1,
            hide_parameters=True,
        )
        self._reader = reader

    def find(self) -> InlineConnection | None:
        """
        Return a connection that sees one moment of the database, or `None` where there is none now.

        In WAL mode nobody who reads waits for who writes, so that is rare: another program holds
        the whole file, or brings it back after a crash (sqlite.org, "Write-Ahead Logging").
        Whatever else is wrong, the thread that is asked instead will say.
        """
        try:
            connection = self._engine.connect()
        except DBAPIError:
            return None
        try:
            _begin(connection.connection.driver_connection)
        except sqlite3.Error:
            connection.close()
            return None
        return InlineConnection(self._reader, connection)

    def close(self) -> None:
        """
        Close every connection.
        """
        self._engine.dispose()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA query_only = ON")
    return connection


def _begin(connection: Any) -> None:  # noqa: ANN401  the driver's own class, which may be wrapped
    connection.execute("BEGIN")
    # BEGIN alone locks nothing: whether there is a lock to be had, the first read shows.
    connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()
