"""
Sizes of folders: what the caller may list, counted once for all who ask.
"""

import asyncio

import pytest

from app.backends.stored import NewObject
from app.errors.raised import StowageError
from app.objects.place import BucketPlace
from support.stores import ADMIN, Stores, user_with


@pytest.fixture
async def filled(stores: Stores, place: BucketPlace) -> BucketPlace:
    for key, size in (("team/a/1", 1), ("team/a/deep/2", 2), ("team/b/3", 4), ("other/4", 8)):
        await stores.objects.writing.put(ADMIN, place, key, b"x" * size, NewObject())
    return place


async def test_only_what_the_caller_may_list_is_counted(
    stores: Stores, filled: BucketPlace
) -> None:
    visitor = user_with(
        {f"weed/{filled.bucket}/team/a/": "readonly", f"weed/{filled.bucket}/team/a/deep/": "full"}
    )

    whole = (await stores.objects.sizes.measure(visitor, filled, "")).whole

    assert (whole.size_bytes, whole.object_count) == (3, 2)
    with pytest.raises(StowageError) as caught:
        await stores.objects.sizes.measure(visitor, filled, "other/")
    assert caught.value.code == "forbidden"
    everything = (await stores.objects.sizes.measure(ADMIN, filled, "")).whole
    assert everything.size_bytes == 15


async def test_a_walk_is_shared_kept_for_a_minute_and_outlives_one_caller(
    stores: Stores, filled: BucketPlace
) -> None:
    sizes = stores.objects.sizes
    first = asyncio.create_task(sizes.measure(ADMIN, filled, "", depth=1))
    second = asyncio.create_task(sizes.measure(ADMIN, filled, "", depth=1))
    await asyncio.sleep(0)
    first.cancel()
    walk = await second

    await stores.objects.writing.put(ADMIN, filled, "later", b"x", NewObject())

    assert await sizes.measure(ADMIN, filled, "", depth=1) is walk
    assert [(one.prefix, one.size_bytes) for one in walk.children] == [("other/", 8), ("team/", 7)]


async def test_a_walk_that_nobody_waits_for_is_given_up(
    stores: Stores, filled: BucketPlace
) -> None:
    sizes = stores.objects.sizes
    only = asyncio.create_task(sizes.measure(ADMIN, filled, "team/"))
    await asyncio.sleep(0)
    only.cancel()
    with pytest.raises(asyncio.CancelledError):
        await only

    assert (await sizes.measure(ADMIN, filled, "team/")).whole.size_bytes == 7
