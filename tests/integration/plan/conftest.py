"""
What these tests share; whatever takes `stores` runs on both databases.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.state import Places
from support.stores import Stores, open_stores


@pytest.fixture
async def stores(places: Places, tmp_path: Path) -> AsyncIterator[Stores]:
    """
    Backends over an empty database, without a backend in it.
    """
    async with open_stores(places, tmp_path) as opened:
        yield opened
