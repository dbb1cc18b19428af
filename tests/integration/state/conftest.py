"""
The store tests run on both databases: whatever takes `places` or `database` is run twice.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.database.engine import Database, PostgresServer, SqliteFile, open_database
from support.state import Places


@pytest.fixture(params=["sqlite", "postgresql"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Places:
    """
    Where an empty product database and an empty audit log can be made.
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
