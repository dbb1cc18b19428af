"""
A store without settings (`rclone serve s3`): what it has not is refused by name.
"""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from app.backends.rows import NewBackend
from app.backends.settings import Encryption, LifecycleRule, ObjectLock
from app.errors.raised import StowageError
from app.objects.place import BucketPlace
from app.objects.service import ObjectService
from support.rclone_server import running_rclone
from support.stores import ADMIN, Stores

Setting = Callable[[ObjectService, BucketPlace], Awaitable[object]]
SETTINGS: dict[str, Setting] = {
    "versioning": lambda on, at: on.buckets.set_versioned(ADMIN, at, enabled=True),
    "policy": lambda on, at: on.settings.get_policy(ADMIN, at),
    "lifecycle": lambda on, at: on.settings.put_lifecycle(
        ADMIN, at, [LifecycleRule(expiration_days=3)]
    ),
    "object lock": lambda on, at: on.settings.put_object_lock(ADMIN, at, ObjectLock(enabled=True)),
    "encryption": lambda on, at: on.settings.put_encryption(ADMIN, at, Encryption("AES256")),
    "tags": lambda on, at: on.settings.put_tags(ADMIN, at, {"a": "b"}),
    "versions": lambda on, at: on.reading.list_versions(ADMIN, at, "x"),
}


@pytest.fixture
async def bare(stores: Stores) -> AsyncIterator[BucketPlace]:
    with running_rclone() as server:
        new = NewBackend("bare", server.endpoint, server.access_key, server.secret_key)
        await stores.backends.create(ADMIN, new)
        await stores.backends.probe_capabilities("bare")
        place = BucketPlace("bare", f"t-{secrets.token_hex(8)}")
        await stores.backends.registry.get("bare").backend.buckets.create(place.bucket)
        yield place


async def test_what_the_store_has_not_is_told_apart_from_a_failure(
    stores: Stores, bare: BucketPlace
) -> None:
    outcomes: dict[str, str] = {}
    for name, work in SETTINGS.items():
        try:
            await work(stores.objects, bare)
        except StowageError as error:
            outcomes[name] = error.code
        else:
            outcomes[name] = "worked"

    assert outcomes == dict.fromkeys(SETTINGS, "not_supported")
