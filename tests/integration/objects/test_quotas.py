"""
What the dashboard, jobs and shares write is held to the limits of buckets, to the byte.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.backends.stored import ListQuery, NewObject, ObjectRef, Part, UploadRef
from app.errors.raised import StowageError
from app.objects.place import BucketPlace
from app.quotas.limits import Limits, QuotaPlace
from support.polling import wait_until_async
from support.stores import ADMIN, Stores

MIB = 1024 * 1024
NEW = NewObject()


def quota_place(place: BucketPlace) -> QuotaPlace:
    return QuotaPlace(place.backend_id, place.bucket)


async def limit(stores: Stores, place: BucketPlace, hard_bytes: int) -> None:
    await stores.quotas.put(ADMIN, quota_place(place), Limits(0, hard_bytes))


async def put(stores: Stores, place: BucketPlace, key: str, size: int) -> None:
    await stores.objects.writing.put(ADMIN, place, key, b"x" * size, NEW)


async def refused(call: object) -> str:
    with pytest.raises(StowageError) as caught:
        await call  # type: ignore[misc]  any awaitable
    return caught.value.code


async def used(stores: Stores, place: BucketPlace) -> tuple[int, int]:
    """
    What the counter says, after it was compared with what really is there.
    """
    account = stores.quotas.ledger.find(quota_place(place).subject)
    assert account is not None
    known = await stores.quotas.get(ADMIN, quota_place(place))
    assert known.usage is not None
    counted = await stores.quotas.scanner.count(quota_place(place))
    sums = (counted.used_bytes, counted.object_count)
    assert (known.usage.used_bytes, known.usage.object_count) == sums
    assert account.counter.held == 0
    return sums


async def chunks(size: int) -> AsyncIterator[bytes]:
    for start in range(0, size, 65536):
        yield b"x" * min(65536, size - start)


async def put_part(
    stores: Stores, place: BucketPlace, upload: UploadRef, number: int, size: int
) -> Part:
    return await stores.objects.uploads.put_part(
        ADMIN, place.backend_id, upload, number, chunks=chunks(size), size_bytes=size
    )


async def test_exactly_full_passes_and_overwrites_cost_the_difference(
    stores: Stores, place: BucketPlace
) -> None:
    await limit(stores, place, 10)
    await put(stores, place, "a", 4)
    await put(stores, place, "b", 6)
    assert await refused(put(stores, place, "c", 1)) == "quota_exceeded"
    assert await used(stores, place) == (10, 2)

    await put(stores, place, "b", 6)
    await put(stores, place, "b", 1)
    assert await refused(put(stores, place, "a", 10)) == "quota_exceeded"
    await put(stores, place, "a", 9)
    assert await used(stores, place) == (10, 2)


async def test_a_limit_counts_what_is_there_already(stores: Stores, place: BucketPlace) -> None:
    await put(stores, place, "a", 8)

    await limit(stores, place, 10)

    assert await refused(put(stores, place, "b", 3)) == "quota_exceeded"
    await put(stores, place, "b", 2)


async def test_deletions_make_room(stores: Stores, place: BucketPlace) -> None:
    await limit(stores, place, 10)
    for key in "abcde":
        await put(stores, place, key, 2)

    await stores.objects.writing.delete(ADMIN, place, ObjectRef("a"))
    await stores.objects.writing.delete(ADMIN, place, ObjectRef("never"))
    refs = [ObjectRef("b"), ObjectRef("c"), ObjectRef("never")]
    await stores.objects.writing.delete_many(ADMIN, place, refs)

    assert await used(stores, place) == (4, 2)
    await put(stores, place, "f", 6)


async def test_a_folder_that_is_deleted_makes_room_for_what_it_held(
    stores: Stores, place: BucketPlace
) -> None:
    await limit(stores, place, 1000)
    keys = [f"folder/{number:02}" for number in range(30)]
    await asyncio.gather(*(put(stores, place, key, 3) for key in (*keys, "folder/between")))

    refs = [ObjectRef(key) for key in (*keys, "folder/never")]
    await stores.objects.writing.delete_many(ADMIN, place, refs)

    assert await used(stores, place) == (3, 1)


async def test_copies_cost_their_source(stores: Stores, place: BucketPlace) -> None:
    await limit(stores, place, 10)
    await put(stores, place, "a", 4)
    copy = stores.objects.writing.copy
    source = (place, ObjectRef("a"))

    await copy(ADMIN, source, (place, "b"))
    assert await refused(copy(ADMIN, source, (place, "c"))) == "quota_exceeded"
    await copy(ADMIN, source, (place, "b"))
    await stores.objects.writing.set_metadata(ADMIN, place, "a", {"x": "y"})

    assert await used(stores, place) == (8, 2)


async def test_parts_count_until_they_are_given_up_or_become_the_object(
    stores: Stores, place: BucketPlace
) -> None:
    await limit(stores, place, 12 * MIB)
    uploads = stores.objects.uploads
    upload = await uploads.create_upload(ADMIN, place, "big", NEW)
    first = await put_part(stores, place, upload, 1, 5 * MIB)
    await put_part(stores, place, upload, 2, 6 * MIB)
    assert await refused(put_part(stores, place, upload, 3, MIB + 1)) == "quota_exceeded"

    second = await put_part(stores, place, upload, 2, MIB)
    # SeaweedFS lists both of them until the upload is complete.
    assert await used(stores, place) == (12 * MIB, 0)
    await uploads.complete_upload(ADMIN, place.backend_id, upload, [first, second])
    assert await used(stores, place) == (6 * MIB, 1)

    other = await uploads.create_upload(ADMIN, place, "big", NEW)
    await put_part(stores, place, other, 1, 6 * MIB)
    assert await refused(put(stores, place, "a", 1)) == "quota_exceeded"
    await uploads.abort_upload(ADMIN, place.backend_id, other)
    assert await used(stores, place) == (6 * MIB, 1)

    third = await uploads.create_upload(ADMIN, place, "big", NEW)
    part = await put_part(stores, place, third, 1, 5 * MIB)
    await uploads.complete_upload(ADMIN, place.backend_id, third, [part])
    assert await used(stores, place) == (5 * MIB, 1)


async def test_many_uploads_at_once_fill_the_bucket_and_no_more(
    stores: Stores, place: BucketPlace
) -> None:
    await limit(stores, place, 100)

    async def attempt(number: int) -> bool:
        try:
            await put(stores, place, f"k{number}", 7)
        except StowageError:
            return False
        return True

    done = await asyncio.gather(*(attempt(number) for number in range(30)))

    assert sum(done) == 14
    assert await used(stores, place) == (98, 14)


async def test_writers_of_one_key_are_credited_once(stores: Stores, place: BucketPlace) -> None:
    await limit(stores, place, 1000)
    await put(stores, place, "a", 500)

    sizes = (1, 400, 30, 200, 5)
    await asyncio.gather(*(put(stores, place, "a", size) for size in sizes))

    total, count = await used(stores, place)
    assert total in sizes
    assert count == 1


async def test_an_upload_whose_client_goes_away_holds_nothing(
    stores: Stores, place: BucketPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.quotas.doubts.PATIENCE_SECONDS", (0.2,))
    await limit(stores, place, 10 * MIB)
    upload = await stores.objects.uploads.create_upload(ADMIN, place, "big", NEW)
    began = asyncio.Event()

    async def stalling() -> AsyncIterator[bytes]:
        yield b"x" * 65536
        began.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(
        stores.objects.uploads.put_part(
            ADMIN, place.backend_id, upload, 1, chunks=stalling(), size_bytes=10 * MIB
        )
    )
    await began.wait()
    assert await refused(put(stores, place, "a", 1)) == "quota_exceeded"

    task.cancel()

    async def is_free() -> bool:
        try:
            await put(stores, place, "a", 1)
        except StowageError:
            return False
        return True

    await wait_until_async(is_free)
    assert await used(stores, place) == (1, 1)


async def test_what_versions_keep_still_counts(stores: Stores, place: BucketPlace) -> None:
    await stores.objects.buckets.set_versioned(ADMIN, place, enabled=True)
    await limit(stores, place, 10)
    await put(stores, place, "a", 4)
    await put(stores, place, "a", 4)
    await stores.objects.writing.delete(ADMIN, place, ObjectRef("a"))
    assert await refused(put(stores, place, "a", 3)) == "quota_exceeded"

    page = await stores.backends.registry.get("weed").backend.objects.list_versions(
        place.bucket, ListQuery()
    )
    oldest = [one for one in page.versions if not one.is_delete_marker][-1]
    await stores.objects.writing.delete(ADMIN, place, ObjectRef("a", oldest.version_id))

    await put(stores, place, "a", 6)
    assert (await used(stores, place))[0] == 10


async def test_a_count_finds_what_was_written_past_us(stores: Stores, place: BucketPlace) -> None:
    await limit(stores, place, 10)
    await put(stores, place, "a", 4)
    backend = stores.backends.registry.get("weed").backend
    await backend.objects.put(place.bucket, "past", b"x" * 5, NEW)
    await put(stores, place, "b", 6)

    found = await stores.quotas.scanner.count(quota_place(place))

    assert (found.used_bytes, found.object_count) == (15, 3)
    assert await refused(put(stores, place, "c", 1)) == "quota_exceeded"
    await put(stores, place, "a", 1)


async def test_a_bucket_without_a_limit_is_not_looked_at(
    stores: Stores, place: BucketPlace
) -> None:
    await put(stores, place, "a", 4)

    assert stores.quotas.ledger.find(quota_place(place).subject) is None
    assert (await stores.quotas.get(ADMIN, quota_place(place))).usage is None


async def test_passing_the_soft_limit_is_written_down_once(
    stores: Stores, place: BucketPlace
) -> None:
    await stores.quotas.put(ADMIN, quota_place(place), Limits(5, 100))
    for key in "abc":
        await put(stores, place, key, 4)

    rows = await stores.events(action="quota.soft_limit")

    assert [(row.backend_id, row.bucket) for row in rows] == [("weed", place.bucket)]
    exposed = stores.metrics.render()[0].decode()
    assert 'stowage_quota_soft_limit_total{backend="weed",kind="bucket"} 1.0' in exposed
    assert 'stowage_quota_buckets{backend="weed",state="soft"} 1.0' in exposed
    assert place.bucket not in exposed


async def test_a_bucket_whose_limit_came_from_elsewhere_is_counted_by_itself(
    stores: Stores, place: BucketPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.quotas.scan.ROUND_SECONDS", 0.05)
    await put(stores, place, "a", 8)
    scanner, ledger = stores.quotas.scanner, stores.quotas.ledger
    ledger.limit(quota_place(place).subject, Limits(0, 10), keeps_versions=False)
    following = asyncio.create_task(scanner.follow(interval_seconds=-1))

    async def is_counted() -> bool:
        found = (await stores.quotas.get(ADMIN, quota_place(place))).usage
        return found is not None and found.computed_at is not None

    await wait_until_async(is_counted)
    following.cancel()
    assert await refused(put(stores, place, "b", 3)) == "quota_exceeded"


async def test_every_bucket_that_is_tracked_is_counted_regularly(
    stores: Stores, place: BucketPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.quotas.scan.ROUND_SECONDS", 0.05)
    monkeypatch.setattr("app.quotas.scan.FIRST_SECONDS", 0.0)
    other = BucketPlace(place.backend_id, f"{place.bucket}-off")
    backend = stores.backends.registry.get("weed").backend
    await backend.buckets.create(other.bucket)
    await stores.quotas.set_tracking(ADMIN, quota_place(other), is_enabled=False)
    await put(stores, place, "a", 8)
    following = asyncio.create_task(stores.quotas.scanner.follow(interval_seconds=1000))

    async def is_counted() -> bool:
        return (await stores.quotas.get(ADMIN, quota_place(place))).usage is not None

    await wait_until_async(is_counted, 30)
    following.cancel()
    assert (await stores.quotas.get(ADMIN, quota_place(other))).usage is None
    await backend.buckets.delete(other.bucket)
