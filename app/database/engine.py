"""
The databases: SQLite in WAL mode with one writer and several readers, or PostgreSQL.

`open_database` migrates, as a rule, before it hands out the first connection. Every use is a
transaction: `async with database.write() as connection` commits at the end and rolls back on an
error.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from app.database.inline import Glancer
from app.database.migrate import Prepare, migrate
from app.database.migrations import Schema
from app.database.threaded import ThreadedConnection
from app.database.trouble import find_trouble
from app.errors.start import StartError

READERS = 8
BUSY_SECONDS = 5
POOL_WAIT_SECONDS = 10.0
CONNECT_SECONDS = 5.0
STATEMENT_SECONDS = 15.0
MIGRATION_SECONDS = 300.0

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
)
_LAX, _STRICT = "PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON"
_READING = "PRAGMA query_only = ON"


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """
    A database in a file of this machine. The file is made with mode 0600; its folder must exist.
    """

    path: Path


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """
    A database on a server, `postgresql://user:password@host/name`, with libpq's parameters.
    """

    url: str = field(repr=False)


Place = SqliteFile | PostgresServer


class Database:
    """
    A migrated database. Services use `write` and `read`; nobody else sees a connection.
    """

    def __init__(
        self,
        place: Place,
        writer: AsyncEngine,
        reader: AsyncEngine,
        glancer: Glancer | None = None,
    ) -> None:
        self.place = place
        self._writer = writer
        self._reader = reader
        self._glancer = glancer
        self._joined: ContextVar[AsyncConnection | None] = ContextVar("joined", default=None)

    @asynccontextmanager
    async def together(self) -> AsyncIterator[None]:
        """
        Make one transaction of everything that this task writes inside: all of it, or nothing.

        What is read inside sees it. Nothing slow may happen here: nobody else writes meanwhile.

        Raises:
            StowageError: as `write`.
        """
        async with _transaction(self._writer) as connection:
            token = self._joined.set(connection)
            try:
                yield
            finally:
                self._joined.reset(token)

    @property
    def is_shared(self) -> bool:
        """
        Tell whether other replicas may use it too.
        """
        return isinstance(self.place, PostgresServer)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """
        Give a connection in a transaction that commits at the end, or rolls back on an error.

        On SQLite one writer at a time has it. Do not open a second one inside: it would wait for
        the first until it gives up.

        Raises:
            StowageError: `store_unavailable`, or `internal` with reason `db.locked`.
        """
        joined = self._find_joined()
        if joined is None:
            async with _transaction(self._writer) as connection:
                yield connection
            return
        async with _translated(), joined.begin_nested():
            yield joined

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """
        Give a connection that sees one moment of the database and cannot write.

        Raises:
            StowageError: as `write`.
        """
        joined = self._find_joined()
        if joined is None:
            async with _transaction(self._reader) as connection:
                yield connection
            return
        async with _translated():
            yield joined

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[AsyncConnection]:
        """
        Do as `read`, for a few rows that an index finds: who is calling, and what they may do.

        On SQLite the event loop stands still meanwhile, which for such rows is cheaper than asking
        a thread. Never for what grows with the data. Where the file is locked, a thread waits.

        Raises:
            StowageError: as `write`.
        """
        is_joined = self._find_joined() is not None
        look = None if is_joined or self._glancer is None else self._glancer.find()
        if look is None:
            async with self.read() as connection:
                yield connection
            return
        try:
            async with _translated():
                yield look
        finally:
            look.end()

    def _find_joined(self) -> AsyncConnection | None:
        joined = self._joined.get()
        # A task that was started inside may go on when the transaction is long over.
        return None if joined is None or joined.closed else joined

    async def close(self) -> None:
        """
        Close every connection. No use of the database may be under way.
        """
        for engine in (self._writer, self._reader):
            await engine.dispose()
        if self._glancer is not None:
            self._glancer.close()


@asynccontextmanager
async def open_database(
    place: Place, schema: Schema, prepare: Prepare = migrate
) -> AsyncIterator[Database]:
    """
    Migrate the database at a place, or what else prepares it, and give it until the block ends.

    Raises:
        StartError: the place cannot be reached or written, or another release wrote it.
    """
    if isinstance(place, SqliteFile):
        database = await _open_sqlite(place, schema, prepare)
    else:
        database = await _open_postgres(place, schema, prepare)
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def _transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with _translated(), engine.begin() as connection:
        yield connection


@asynccontextmanager
async def _translated() -> AsyncIterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError, UnicodeEncodeError) as error:
        trouble = find_trouble(error)
        if trouble is None:
            raise
        raise trouble from error


async def _open_sqlite(place: SqliteFile, schema: Schema, prepare: Prepare) -> Database:
    _make_private(place.path)
    migrator = _sqlite_engine(place, "BEGIN IMMEDIATE", _LAX, pool_size=0)
    try:
        await prepare(migrator, schema)
    except (SQLAlchemyError, OSError) as error:
        raise StartError(f"{place.path} is not usable as a database: {_first(error)}") from error
    finally:
        await migrator.dispose()
    writer = _sqlite_engine(place, "BEGIN IMMEDIATE", _STRICT, pool_size=1)
    reader = _sqlite_engine(place, "BEGIN", _READING, pool_size=READERS)
    return Database(place, writer, reader, Glancer(place.path, reader))


def _make_private(path: Path) -> None:
    """
    Make the file before SQLite does, so that only we may read it; its WAL takes over the mode.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StartError(f"the database {path} cannot be written: {error.strerror}") from error


def _sqlite_engine(place: SqliteFile, begin: str, pragma: str, *, pool_size: int) -> AsyncEngine:
    options: dict[str, Any] = {"poolclass": NullPool}
    if pool_size:
        options = {"pool_size": pool_size, "max_overflow": 0, "pool_timeout": POOL_WAIT_SECONDS}
    # We say BEGIN ourselves: the driver's way starts a transaction too late for SELECT and DDL.
    connect = partial(
        ThreadedConnection,
        place.path,
        busy_seconds=BUSY_SECONDS,
        only_reads=pragma == _READING,
    )
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{place.path}",
        async_creator=connect,
        hide_parameters=True,
        **options,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401  the driver's own class
        cursor = connection.cursor()
        for each in (*_PRAGMAS, pragma):
            cursor.execute(each)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin_transaction(connection: Any) -> None:  # noqa: ANN401  the event's own signature
        connection.exec_driver_sql(begin)

    return engine


async def _open_postgres(place: PostgresServer, schema: Schema, prepare: Prepare) -> Database:
    migrator = _postgres_engine(place, MIGRATION_SECONDS, poolclass=NullPool)
    try:
        await prepare(migrator, schema)
    except (SQLAlchemyError, OSError, asyncpg.PostgresError, ValueError) as error:
        raise StartError(f"the PostgreSQL database is not usable: {_first(error)}") from error
    finally:
        await migrator.dispose()
    engine = _postgres_engine(
        place,
        STATEMENT_SECONDS,
        pool_size=READERS,
        max_overflow=0,
        pool_timeout=POOL_WAIT_SECONDS,
        pool_pre_ping=True,
    )
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Database(place, engine, reader)


def _postgres_engine(
    place: PostgresServer,
    statement_seconds: float,
    **pool: Any,  # noqa: ANN401  handed on to SQLAlchemy
) -> AsyncEngine:
    async def connect(*_args: object, **_more: object) -> object:
        # asyncpg reads the whole URL itself, libpq's `sslmode` and its relatives included.
        return await asyncpg.connect(
            place.url, timeout=CONNECT_SECONDS, command_timeout=statement_seconds
        )

    return create_async_engine(
        "postgresql+asyncpg://", async_creator=connect, hide_parameters=True, **pool
    )


def _first(error: BaseException) -> str:
    cause = getattr(error, "orig", None) or error
    lines = str(cause).splitlines()
    return lines[0] if lines else type(cause).__name__
