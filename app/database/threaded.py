"""
SQLite in a thread, with no more changes of the thread than there are statements.

aiosqlite gives the thread every call, also those that touch no file: to make a cursor and to close
it, to end what was never begun. Of the nine changes for one SELECT in a transaction two are left.
Each costs the event loop about as much as a row.
"""

import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import aiosqlite

T = TypeVar("T")
_CHUNK = 64
_ENDINGS = frozenset({"commit", "rollback"})


class ThreadedConnection(aiosqlite.Connection):
    """
    A connection that goes to its thread for what may wait, and for nothing else.
    """

    def __init__(self, path: Path, *, busy_seconds: float, only_reads: bool) -> None:
        # Both threads use it, but never at the same time: see `_is_over_at_once`.
        connect = partial(
            sqlite3.connect,
            path,
            timeout=busy_seconds,
            isolation_level=None,
            check_same_thread=False,
        )
        super().__init__(connect, _CHUNK)
        # Nobody waits for it at the end of the program, as with the connections SQLAlchemy makes.
        self._thread.daemon = True
        self._only_reads = only_reads
        # Each is counted up by one thread alone.
        self._asked_count = 0
        self._done_count = 0

    async def _execute(self, fn: Callable[..., T], *args: object, **kwargs: object) -> T:
        if self._is_over_at_once(fn, args):
            return fn(*args, **kwargs)
        self._asked_count += 1
        done: T = await super()._execute(  # type: ignore[no-untyped-call]  # aiosqlite has no types here
            self._carry_out, fn, *args, **kwargs
        )
        return done

    def _carry_out(self, fn: Callable[..., T], *args: object, **kwargs: object) -> T:
        try:
            return fn(*args, **kwargs)
        finally:
            self._done_count += 1

    def _is_over_at_once(self, fn: Callable[..., object], args: tuple[object, ...]) -> bool:
        if self._asked_count != self._done_count or self._connection is None:
            # Who waited for the thread was cancelled, and it is still at work.
            return False
        name, own = fn.__name__, getattr(fn, "__self__", None)
        if isinstance(own, sqlite3.Cursor):
            # A deferred transaction locks nothing before its first statement (sqlite.org,
            # "Transaction").
            return name == "close" or (name == "execute" and args[:1] == ("BEGIN",))
        if name in _ENDINGS:
            # To end a transaction that only reads is to let go of a lock.
            return self._only_reads or not self._connection.in_transaction
        return name == "cursor"
