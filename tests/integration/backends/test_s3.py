"""
The S3 backend against a real store.
"""

import secrets
from collections.abc import AsyncIterator

import pytest

from app.backends.backend import BackendInfo, UpstreamKey
from app.backends.s3 import S3Backend, open_s3
from app.backends.stored import (
    Download,
    ListQuery,
    NotModified,
    ObjectRef,
)
from support.seaweedfs import SeaweedFS

MIB = 1024 * 1024


@pytest.fixture
async def backend(seaweedfs: SeaweedFS) -> AsyncIterator[S3Backend]:
    info = BackendInfo("weed", "Weed", seaweedfs.endpoint, seaweedfs.region)
    backend = await open_s3(info, UpstreamKey(seaweedfs.access_key, seaweedfs.secret_key))
    yield backend
    await backend.close()


@pytest.fixture
async def bucket(backend: S3Backend) -> AsyncIterator[str]:
    name = f"t-{secrets.token_hex(8)}"
    await backend.buckets.create(name)
    yield name
    while page := (await backend.objects.list(name, ListQuery())).objects:
        await backend.objects.delete_many(name, [ObjectRef(one.key) for one in page])
    await backend.buckets.delete(name)


async def read(download: Download | NotModified) -> bytes:
    assert isinstance(download, Download)
    return b"".join([piece async for piece in download.body])


async def test_probe_finds_what_the_store_can_do_and_leaves_nothing_behind(
    backend: S3Backend,
) -> None:
    found = await backend.probe()
    assert found["versioning"] is True
    assert found["literal_dot_segments"] is False
    left = [one.name for one in await backend.buckets.list()]
    assert not any(name.startswith("stowage-probe-") for name in left)
