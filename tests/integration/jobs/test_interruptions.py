"""
A copy in parts that is interrupted: given up without a trace, or gone on with where it stood.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.backends.rows import NewBackend
from app.backends.stored import ObjectRef, UploadRef
from app.errors.raised import StowageError
from app.jobs.job import Job, JobKind, JobPlace, NewJob
from app.objects.place import BucketPlace
from support.jobs import MIB, Jobs
from support.polling import wait_until_async
from support.stalling_store import KEY, StallingStore, running_stalling_store
from support.stores import ADMIN, Stores
from support.trees import read

BODY = bytes(range(256)) * (12 * MIB // 256)


@pytest.fixture
async def stalling(stores: Stores) -> AsyncIterator[StallingStore]:
    """
    A backend `slow` whose object begins to come and then does not.
    """
    async with running_stalling_store(BODY) as store:
        known = {"tagging": False, "versioning": False}
        new = NewBackend("slow", store.endpoint, "key", "secret", capabilities=known)
        await stores.backends.create(ADMIN, new)
        yield store


async def begin(jobs: Jobs, target: JobPlace) -> Job:
    return await jobs.service.create(
        ADMIN, NewJob(JobKind.COPY, JobPlace("slow", "bucket"), target)
    )


async def open_uploads(stores: Stores, place: JobPlace) -> list[str]:
    uploads = stores.backends.registry.get(place.backend_id).backend.uploads
    return [one.upload_id for one in await uploads.list(place.bucket)]


async def test_a_cancelled_job_leaves_no_upload(
    stores: Stores, stalling: StallingStore, target: JobPlace
) -> None:
    jobs = Jobs.over(stores)
    async with jobs.running():
        job = await begin(jobs, target)
        await asyncio.wait_for(stalling.has_stalled.wait(), 20)
        assert len(await open_uploads(stores, target)) == 1

        await jobs.service.cancel(ADMIN, job.id)

        over = await jobs.finished(job)
    assert over.state == "cancelled"
    assert await open_uploads(stores, target) == []


async def test_a_stopped_server_goes_on_with_the_same_upload(
    stores: Stores, stalling: StallingStore, target: JobPlace
) -> None:
    stalling.free_bytes = 5 * MIB
    jobs = Jobs.over(stores)
    uploads = stores.backends.registry.get("other").backend.uploads
    async with jobs.running():
        job = await begin(jobs, target)
        await asyncio.wait_for(stalling.has_stalled.wait(), 20)

        async def has_first_part() -> bool:
            (found,) = await uploads.list(target.bucket)
            # Somebody else's look at it, not the job's own.
            return bool(
                (await uploads.list_parts(UploadRef(target.bucket, KEY, found.upload_id))).parts
            )

        await wait_until_async(has_first_part, what="the first part")
    before = await open_uploads(stores, target)
    assert (await jobs.service.get(ADMIN, job.id)).state == "running"
    stalling.go_on.set()

    async with jobs.running():
        over = await jobs.finished(job)

    assert (over.state, over.progress.objects_done, over.progress.failed) == ("done", 1, 0)
    assert over.progress.bytes_done == len(BODY)
    assert len(before) == 1
    assert await open_uploads(stores, target) == []
    assert await read(stores, target, KEY) == BODY


async def test_a_copy_whose_caller_leaves_leaves_no_upload(
    stores: Stores, stalling: StallingStore, target: JobPlace
) -> None:
    stalling_place, place = BucketPlace("slow", "bucket"), BucketPlace("other", target.bucket)
    copier = Jobs.over(stores).service.parts.copier
    writing = type(stores.objects.writing)(stores.objects.gate, copier)
    copying = asyncio.create_task(
        writing.copy(ADMIN, (stalling_place, ObjectRef(KEY)), (place, KEY))
    )
    await asyncio.wait_for(stalling.has_stalled.wait(), 20)

    copying.cancel()
    await asyncio.gather(copying, return_exceptions=True)

    async def is_tidy() -> bool:
        return not await open_uploads(stores, target)

    await wait_until_async(is_tidy, what="the upload to be aborted")
    with pytest.raises(StowageError) as caught:
        await stores.objects.reading.head(ADMIN, place, ObjectRef(KEY))
    assert caught.value.code == "not_found"
    (row,) = await stores.events(action="object.transfer")
    assert row.status == "error"
