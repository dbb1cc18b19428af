"""
Objects on a real store. The database matters little here, so one kind is enough.
"""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.backends.stored import ListQuery, ObjectRef
from app.database.engine import SqliteFile
from app.objects.place import BucketPlace
from support.seaweedfs import SeaweedFS
from support.state import Places
from support.stores import ADMIN, Stores, open_stores, weed_backend


@pytest.fixture
async def stores(seaweedfs: SeaweedFS, tmp_path: Path) -> AsyncIterator[Stores]:
    """
    The store as the backend `weed`, with what it can do found out.
    """
    places = Places(SqliteFile(tmp_path / "state.db"), SqliteFile(tmp_path / "audit.db"))
    async with open_stores(places, tmp_path) as opened:
        known = {"versioning": True, "tagging": True, "conditional_writes": True}
        await opened.backends.create(ADMIN, weed_backend(seaweedfs, capabilities=known))
        yield opened


@pytest.fixture
async def place(stores: Stores) -> AsyncIterator[BucketPlace]:
    """
    A bucket of the test's own.
    """
    place = BucketPlace("weed", f"t-{secrets.token_hex(8)}")
    await stores.backends.registry.get("weed").backend.buckets.create(place.bucket)
    yield place
    backend = stores.backends.registry.get("weed").backend
    while found := (await backend.objects.list_versions(place.bucket, ListQuery())).versions:
        for one in found:
            await backend.objects.delete(place.bucket, ObjectRef(one.key, one.version_id))
    while page := (await backend.objects.list(place.bucket, ListQuery())).objects:
        await backend.objects.delete_many(place.bucket, [ObjectRef(one.key) for one in page])
    await backend.buckets.delete(place.bucket)
