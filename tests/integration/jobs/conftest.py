"""
Jobs on a real store, which is there twice: as two backends that know nothing of each other.
"""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.backends.stored import ListQuery, ObjectRef
from app.database.engine import SqliteFile
from app.jobs.job import JobPlace
from support.jobs import Jobs
from support.seaweedfs import SeaweedFS
from support.state import Places
from support.stores import ADMIN, Stores, open_stores, weed_backend


@pytest.fixture
async def stores(seaweedfs: SeaweedFS, tmp_path: Path) -> AsyncIterator[Stores]:
    places = Places(SqliteFile(tmp_path / "state.db"), SqliteFile(tmp_path / "audit.db"))
    async with open_stores(places, tmp_path) as opened:
        known = {"versioning": True, "tagging": True, "conditional_writes": True}
        for backend_id in ("weed", "other"):
            new = weed_backend(seaweedfs, backend_id, capabilities=known)
            await opened.backends.create(ADMIN, new)
        yield opened


@pytest.fixture
async def jobs(stores: Stores) -> AsyncIterator[Jobs]:
    """
    Jobs of an administrator, being carried out.
    """
    opened = Jobs.over(stores)
    async with opened.running():
        yield opened


@pytest.fixture
async def source(stores: Stores) -> AsyncIterator[JobPlace]:
    async for place in _bucket(stores, "weed"):
        yield place


@pytest.fixture
async def target(stores: Stores) -> AsyncIterator[JobPlace]:
    """
    A bucket of the other backend.
    """
    async for place in _bucket(stores, "other"):
        yield place


@pytest.fixture
async def third(stores: Stores) -> AsyncIterator[JobPlace]:
    async for place in _bucket(stores, "weed"):
        yield place


@pytest.fixture
async def fourth(stores: Stores) -> AsyncIterator[JobPlace]:
    async for place in _bucket(stores, "weed"):
        yield place


async def _bucket(stores: Stores, backend_id: str) -> AsyncIterator[JobPlace]:
    backend = stores.backends.registry.get(backend_id).backend
    bucket = f"t-{secrets.token_hex(8)}"
    await backend.buckets.create(bucket)
    yield JobPlace(backend_id, bucket)
    while found := (await backend.objects.list_versions(bucket, ListQuery())).versions:
        for one in found:
            await backend.objects.delete(bucket, ObjectRef(one.key, one.version_id))
    while page := (await backend.objects.list(bucket, ListQuery())).objects:
        await backend.objects.delete_many(bucket, [ObjectRef(one.key) for one in page])
    await backend.buckets.delete(bucket)
