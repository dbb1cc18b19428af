"""
Brings a database to the tables of this release, or refuses one that a newer release wrote.

Two sets of migrations, `migrations/product` and `migrations/audit`, each a line of files in this
package. They run in one transaction under a lock, so that of two starters one waits.
"""

from functools import cache
from pathlib import Path
from typing import Literal, cast

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, StampStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.errors.start import StartError

Schema = Literal["product", "audit"]

VERSION_TABLES: dict[Schema, str] = {
    "product": "schema_version",
    "audit": "audit_schema_version",
}
_FOLDER = Path(__file__).with_name("migrations")
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
        await connection.run_sync(_upgrade, schema)


async def is_current(connection: AsyncConnection, schema: Schema) -> bool:
    """
    Tell whether the database still has exactly the migrations of this release.

    A newer release may have migrated it while we run.
    """
    version = await connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLES[schema]}"))  # noqa: S608  a constant
    return bool(version == _head(schema))


def _head(schema: Schema) -> str | None:
    return _scripts(_FOLDER / schema).get_current_head()


def _upgrade(connection: Connection, schema: Schema) -> None:
    scripts = _scripts(_FOLDER / schema)

    def pending(current: tuple[str, ...], _context: MigrationContext) -> list[StampStep]:
        # Alembic's own stubs say `str`; it hands over and takes the tuple of heads.
        steps = scripts._upgrade_revs("head", cast("str", current))  # noqa: SLF001  as its `upgrade` command does
        return cast("list[StampStep]", steps)

    context = MigrationContext.configure(
        connection, opts={"fn": pending, "version_table": VERSION_TABLES[schema]}
    )
    _refuse_newer(context, scripts, schema)
    # Migrations take their operations as an argument: Alembic's global `op` would be shared by
    # every migration that runs in this process.
    context.run_migrations(op=Operations(context))


def _refuse_newer(context: MigrationContext, scripts: ScriptDirectory, schema: Schema) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    unknown = set(context.get_current_heads()) - known
    if unknown:
        raise StartError(
            f"a newer Stowage wrote the {schema} database (migration {min(unknown)}); "
            "start that release, or restore a backup of before the upgrade"
        )


@cache
def _scripts(folder: Path) -> ScriptDirectory:
    return ScriptDirectory(str(folder), version_locations=[str(folder)])
