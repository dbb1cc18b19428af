"""
Brings a database to the tables of this release, or refuses one that a newer release wrote.

Two sets of migrations, `migrations/product` and `migrations/audit`, each a line of files in this
package. They run in one transaction under a lock, so that of two starters one waits.
"""

from collections.abc import Awaitable, Callable

from sqlalchemy import Connection, TextClause, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.database.migrations import HEADS, VERSION_TABLES, Schema
from app.errors.start import StartError

Prepare = Callable[[AsyncEngine, Schema], Awaitable[None]]
"""What is done to a database before it is used: `migrate` or `require_own`."""

# Any number will do, as long as nobody else takes it in the same database.
_LOCK = text("SELECT pg_advisory_xact_lock(7305806301147587)")


async def migrate(engine: AsyncEngine, schema: Schema) -> None:
    """
    Run every migration that the database lacks. Nothing is changed when one fails.

    Raises:
        StartError: the database holds migrations that this release does not know.
    """
    async with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(_LOCK)
        if await connection.run_sync(_find_version, schema) == HEADS[schema]:
            return
        # Nearly every start finds nothing to do, and Alembic takes a while to import.
        from app.database.upgrade import upgrade  # noqa: PLC0415  see above

        await connection.run_sync(upgrade, schema)


async def require_own(engine: AsyncEngine, schema: Schema) -> None:
    """
    Refuse a database of another release, and write nothing; one that is empty gets its tables.

    For who only looks, perhaps with another release than the one that serves the database.

    Raises:
        StartError: see above.
    """
    async with engine.connect() as connection:
        found = await connection.run_sync(_find_version, schema)
    if not found:
        await migrate(engine, schema)
    elif found != HEADS[schema]:
        raise StartError(
            f"another release wrote the {schema} database (migration {found}, here {HEADS[schema]})"
            " and this command does not migrate it: run it with the release that serves the"
            " database, or start this release there first"
        )


async def is_current(connection: AsyncConnection, schema: Schema) -> bool:
    """
    Tell whether the database still has exactly the migrations of this release.

    A newer release may have migrated it while we run.
    """
    version = await connection.scalar(_version_of(schema))
    return bool(version == HEADS[schema])


def _find_version(connection: Connection, schema: Schema) -> str:
    if not inspect(connection).has_table(VERSION_TABLES[schema]):
        return ""
    return connection.scalar(_version_of(schema)) or ""


def _version_of(schema: Schema) -> TextClause:
    return text(f"SELECT version_num FROM {VERSION_TABLES[schema]}")  # noqa: S608  a constant
