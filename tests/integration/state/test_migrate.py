import asyncio
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.database.engine import Place, PostgresServer, SqliteFile, open_database
from app.database.migrate import require_own
from app.database.migrations import HEADS, Schema
from app.database.tables import audit_metadata, metadata
from app.database.upgrade import find_head
from app.errors.start import StartError
from support.state import Places

METADATA: dict[Schema, MetaData] = {"product": metadata, "audit": audit_metadata}


def _place(places: Places, schema: Schema) -> Place:
    return places.product if schema == "product" else places.audit


def _differs(context: MigrationContext, *facts: object) -> bool | None:
    """
    Compare default values as text on SQLite: Alembic misreads an empty one there.
    """
    _inspected, _column, found, _wanted, rendered = facts
    if context.dialect.name != "sqlite":
        return None
    return str(found).strip("(')") != str(rendered).strip("(')")


def _differences(connection: Connection, schema: Schema) -> list[object]:
    opts = {
        "compare_type": True,
        "compare_server_default": _differs,
        "include_name": lambda name, kind, _parents: (
            kind != "table" or name in METADATA[schema].tables
        ),
    }
    context = MigrationContext.configure(connection, opts=opts)
    return list(compare_metadata(context, METADATA[schema]))


@pytest.mark.parametrize("schema", METADATA)
async def test_the_migrations_make_the_tables_of_the_program(
    empty_places: Places, schema: Schema
) -> None:
    async with (
        open_database(_place(empty_places, schema), schema) as database,
        database.read() as connection,
    ):
        assert await connection.run_sync(_differences, schema) == []


@pytest.mark.parametrize("schema", METADATA)
def test_the_newest_migration_is_known_by_name(schema: Schema) -> None:
    assert find_head(schema) == HEADS[schema]


async def test_a_table_that_no_migration_makes_is_noticed(empty_places: Places) -> None:
    async with (
        open_database(empty_places.product, "product") as database,
        database.write() as connection,
    ):
        await connection.execute(text("ALTER TABLE users DROP COLUMN kind"))
        await connection.execute(text("DROP TABLE bucket_pins"))

        differences = str(await connection.run_sync(_differences, "product"))

    assert "add_column" in differences
    assert "add_table" in differences


async def test_both_sets_live_in_one_database(postgres_url: str) -> None:
    server = PostgresServer(postgres_url)

    async with (
        open_database(server, "product") as product,
        open_database(server, "audit"),
        product.read() as connection,
    ):
        tables = await connection.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        )
        assert {"users", "audit_events", "schema_version", "audit_schema_version"} <= set(tables)


async def test_an_open_database_is_opened_again_as_it_is(empty_places: Places) -> None:
    async with (
        open_database(empty_places.product, "product") as database,
        database.write() as connection,
    ):
        await connection.execute(text("INSERT INTO bucket_pins VALUES ('u', 'b', 'x', 1)"))
    async with (
        open_database(empty_places.product, "product") as database,
        database.read() as connection,
    ):
        assert await connection.scalar(text("SELECT count(*) FROM bucket_pins")) == 1


async def test_a_newer_schema_is_refused(empty_places: Places) -> None:
    async with (
        open_database(empty_places.product, "product") as database,
        database.write() as connection,
    ):
        await connection.execute(text("UPDATE schema_version SET version_num = 'product_9999'"))

    with pytest.raises(StartError, match="a newer Stowage wrote the product database"):
        async with open_database(empty_places.product, "product"):
            pass


@pytest.mark.parametrize("revision", ["product_0000", "product_9999"])
async def test_who_only_looks_leaves_a_database_of_another_release_as_it_is(
    empty_places: Places, revision: str
) -> None:
    place = empty_places.product
    async with open_database(place, "product") as database, database.write() as connection:
        changed = text("UPDATE schema_version SET version_num = :revision")
        await connection.execute(changed, {"revision": revision})
        await connection.execute(text("DROP TABLE bucket_pins"))

    with pytest.raises(
        StartError, match=rf"{revision}, here product_0001.*run it with the release"
    ):
        async with open_database(place, "product", require_own):
            pass

    assert await _find_facts(place) == (revision, False)


async def test_who_only_looks_may_be_the_first(empty_places: Places) -> None:
    async with open_database(empty_places.product, "product", require_own):
        pass

    assert await _find_facts(empty_places.product) == (HEADS["product"], True)


async def _find_facts(place: Place) -> tuple[str, bool]:
    """
    Return the revision of a database, and whether it has the table of pins.
    """
    url = "sqlite+aiosqlite:///" + str(place.path) if isinstance(place, SqliteFile) else place.url
    engine = create_async_engine(url.replace("postgresql:", "postgresql+asyncpg:"))
    async with engine.connect() as connection:
        revision = await connection.scalar(text("SELECT version_num FROM schema_version"))
        has_pins = await connection.run_sync(lambda raw: inspect(raw).has_table("bucket_pins"))
    await engine.dispose()
    return str(revision), has_pins


STARTER = """
import asyncio, sys
from pathlib import Path
from app.database.engine import PostgresServer, SqliteFile, open_database

async def main():
    where = sys.argv[1]
    place = PostgresServer(where) if "://" in where else SqliteFile(Path(where))
    async with open_database(place, "product"):
        pass

asyncio.run(main())
"""


async def test_several_starters_at_once_migrate_once(empty_places: Places) -> None:
    place = empty_places.product
    where = place.url if isinstance(place, PostgresServer) else str(place.path)

    starters = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", STARTER, where, stderr=asyncio.subprocess.PIPE
        )
        for _ in range(3)
    ]
    complaints = [(await starter.communicate())[1] for starter in starters]

    assert complaints == [b"", b"", b""]
    assert [starter.returncode for starter in starters] == [0, 0, 0]


async def test_a_migration_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "own.db"
    folder = tmp_path / "migrations"
    (folder / "product").mkdir(parents=True)
    (folder / "product" / "r0001_half.py").write_text(
        "revision = 'half'\ndown_revision = None\n"
        "def upgrade(op):\n"
        "    op.execute('CREATE TABLE half (id INTEGER)')\n"
        "    op.execute('CREATE TABLE half (id INTEGER)')\n"
    )
    monkeypatch.setattr("app.database.upgrade._FOLDER", folder)
    with pytest.raises(StartError, match="half already exists"):
        async with open_database(SqliteFile(path), "product"):
            pass
    monkeypatch.undo()

    async with (
        open_database(SqliteFile(path), "product") as database,
        database.read() as connection,
    ):
        half = text("SELECT count(*) FROM sqlite_master WHERE name = 'half'")
        assert await connection.scalar(half) == 0
