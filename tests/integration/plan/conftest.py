"""
The store tests run on both databases: whatever takes `places` or `stores` is run twice.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.database.engine import PostgresServer, SqliteFile
from support.state import Places
from support.stores import Stores, open_stores


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
async def stores(places: Places, tmp_path: Path) -> AsyncIterator[Stores]:
    """
    Backends over an empty database, without a backend in it.
    """
    async with open_stores(places, tmp_path) as opened:
        yield opened
