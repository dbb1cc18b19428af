"""
The store tests run on both databases: whatever takes `places` or `database` is run twice.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.audit.log import AuditLog, open_audit_log
from app.auth.passwords import PasswordHashes
from app.auth.users import UserService
from app.clock import ManualClock
from app.config.identity import PasswordConfig
from app.database.engine import Database, PostgresServer, SqliteFile, open_database
from app.metrics import Metrics
from support.state import CHEAP_HASHES, NOON, Places


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_places(request: pytest.FixtureRequest, tmp_path: Path) -> Places:
    """
    Where databases can be made that nobody has opened yet.
    """
    if request.param == "postgresql":
        server = PostgresServer(request.getfixturevalue("postgres_url"))
        return Places(server, server)
    return Places(SqliteFile(tmp_path / "state.db"), SqliteFile(tmp_path / "state-audit.db"))


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
