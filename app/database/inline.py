"""
SQLite without a thread: a connection whose calls are over before they are awaited.

aiosqlite gives every call to a thread and the answer back to the loop: two changes of the thread
that runs, eight times for a transaction of one SELECT. That costs more than the row itself, and on
a busy machine each change waits for its turn. A row that is found by its key comes in microseconds.
"""

import sqlite3
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TypeVar

import aiosqlite

T = TypeVar("T")
_CHUNK = 64


class InlineConnection(aiosqlite.Connection):
    """
    A connection that works in the thread of the event loop, for reads of a few rows by a key.

    In WAL mode nobody who reads waits for who writes (sqlite.org, "Write-Ahead Logging").
    """

    def __init__(self, path: Path, *, busy_seconds: float) -> None:
        def connect() -> sqlite3.Connection:
            return sqlite3.connect(path, timeout=busy_seconds, isolation_level=None)

        super().__init__(connect, _CHUNK)

    async def _execute(self, fn: Callable[..., T], *args: object, **kwargs: object) -> T:
        return fn(*args, **kwargs)

    async def _connect(self) -> "InlineConnection":
        self._connection = self._connector()
        return self

    def __await__(self) -> Generator[object, None, "InlineConnection"]:
        """
        Connect.
        """
        return self._connect().__await__()

    async def close(self) -> None:
        """
        Close the file; twice is once.
        """
        self.stop()

    def stop(self) -> None:
        """
        Close the file, for who cannot wait.
        """
        if self._connection is not None:
            self._connection.close()
            self._connection = None
