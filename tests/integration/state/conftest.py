"""
The store tests run on both databases: whatever takes `places` or `database` is run twice.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.audit.log import AuditLog, open_audit_log
from app.auth.passwords import PasswordHashes
from app.auth.users import UserService
from app.clock import ManualClock
from app.config.identity import PasswordConfig
from app.database.engine import Database, PostgresServer, SqliteFile, open_database
from app.database.tables import audit_metadata, metadata
from app.metrics import Metrics
from support.postgres import PostgresServer as PostgresCluster
from support.postgres import temporary_database
from support.state import CHEAP_HASHES, NOON, Places, migrate_places


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_places(request: pytest.FixtureRequest, tmp_path: Path) -> Places:
    """
    Where databases can be made that nobody has opened yet.
    """
    if request.param == "postgresql":
        server = PostgresServer(request.getfixturevalue("postgres_url"))
        return Places(server, server)
    return Places(SqliteFile(tmp_path / "state.db"), SqliteFile(tmp_path / "state-audit.db"))


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
    tables = ", ".join([*metadata.tables, *audit_metadata.tables])
    cluster.run_sql(
        f"TRUNCATE {tables} RESTART IDENTITY CASCADE", database=server.url.rpartition("/")[2]
    )
    return Places(server, server)


@pytest.fixture
async def database(places: Places) -> AsyncIterator[Database]:
    """
    An empty product database.
    """
    async with open_database(places.product, "product") as opened:
        yield opened


@pytest.fixture
async def audit_database(places: Places) -> AsyncIterator[Database]:
    """
    An empty audit log.
    """
    async with open_database(places.audit, "audit") as opened:
        yield opened


@pytest.fixture
def clock() -> ManualClock:
    """
    A clock that stands at noon.
    """
    return ManualClock(NOON)


@pytest.fixture
def metrics() -> Metrics:
    """
    Metrics of one test.
    """
    return Metrics()


@pytest.fixture
async def audit(
    audit_database: Database, database: Database, tmp_path: Path, metrics: Metrics
) -> AsyncIterator[AuditLog]:
    """
    An audit log whose writer runs.
    """
    async with open_audit_log(
        audit_database, database, spool_path=tmp_path / "audit.spool", metrics=metrics
    ) as log:
        yield log


@pytest.fixture
def hashes() -> Iterator[PasswordHashes]:
    """
    Password hashes that cost next to nothing.
    """
    made = PasswordHashes(CHEAP_HASHES)
    yield made
    made.close()


@pytest.fixture
def users(
    database: Database, audit: AuditLog, clock: ManualClock, hashes: PasswordHashes
) -> UserService:
    """
    The users of an empty database, with the default policy.
    """
    return UserService(database, audit=audit, clock=clock, hashes=hashes, policy=PasswordConfig())
