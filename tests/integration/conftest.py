"""
The store tests run on both databases: whatever takes `places` is run twice.
"""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.database.engine import PostgresServer, SqliteFile
from app.database.tables import audit_metadata, metadata
from support.postgres import PostgresServer as PostgresCluster
from support.postgres import temporary_database
from support.state import Places, migrate_places

# Most tables have no row after a test: to look is cheaper by far than to truncate them all.
_EMPTY_ALL = """
DO $$
DECLARE name text; found boolean;
BEGIN
    SET LOCAL session_replication_role = replica;  -- no foreign key is asked: all rows go
    FOREACH name IN ARRAY ARRAY[{tables}] LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO found;
        IF found THEN EXECUTE format('DELETE FROM %I', name); END IF;
    END LOOP;
    PERFORM setval(oid, 1, false) FROM pg_class WHERE relkind = 'S';
END $$
"""


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A folder with both databases, migrated once for all tests.
    """
    folder = tmp_path_factory.mktemp("template")
    files = (SqliteFile(folder / "state.db"), SqliteFile(folder / "state-audit.db"))
    asyncio.run(migrate_places(Places(*files)))
    return folder


@pytest.fixture(scope="session")
def postgres_state(postgres: PostgresCluster) -> Iterator[PostgresServer]:
    """
    A database with all tables; emptied for each test, which is cheaper than making one.
    """
    with temporary_database(postgres) as url:
        server = PostgresServer(url)
        asyncio.run(migrate_places(Places(server, server)))
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Places:
    """
    Where a product database and an audit log without any row stand.
    """
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        files = [shutil.copy(template / name, tmp_path) for name in ("state.db", "state-audit.db")]
        return Places(*(SqliteFile(Path(file)) for file in files))
    server: PostgresServer = request.getfixturevalue("postgres_state")
    cluster: PostgresCluster = request.getfixturevalue("postgres")
    tables = ", ".join(f"'{name}'" for name in [*metadata.tables, *audit_metadata.tables])
    cluster.run_sql(_EMPTY_ALL.format(tables=tables), database=server.url.rpartition("/")[2])
    return Places(server, server)
