"""
Running migrations: the part that needs Alembic, which a database that is current does without.
"""

from functools import cache
from pathlib import Path
from typing import cast

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, StampStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from app.database.migrations import VERSION_TABLES, Schema
from app.errors.start import StartError

_FOLDER = Path(__file__).with_name("migrations")


def find_head(schema: Schema) -> str | None:
    """
    Return the newest migration there is.
    """
    return _scripts(_FOLDER / schema).get_current_head()


def upgrade(connection: Connection, schema: Schema) -> None:
    """
    Run what is missing, inside the transaction that is open.

    Raises:
        StartError: the database holds migrations that this release does not know.
    """
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
