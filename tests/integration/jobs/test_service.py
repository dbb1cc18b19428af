"""
Rules about jobs that only show when nobody carries them out, or when they fail as a whole.
"""

import pytest

from app.errors.raised import StowageError
from app.jobs.job import JobKind, JobPlace, JobState, NewJob
from app.jobs.service import MAX_OPEN
from support.jobs import Jobs
from support.stores import ADMIN, Stores
from support.trees import below, fill, tree_of


async def test_nobody_has_more_than_so_many_jobs_waiting(stores: Stores, source: JobPlace) -> None:
    jobs = Jobs.over(stores)
    new = NewJob(JobKind.SCAN, source)
    for _ in range(MAX_OPEN):
        first = await jobs.service.create(ADMIN, new)

    with pytest.raises(StowageError) as caught:
        await jobs.service.create(ADMIN, new)

    assert (caught.value.code, caught.value.reason) == ("rate_limited", "rate.jobs")
    assert (await jobs.service.cancel(ADMIN, first.id)).state is JobState.CANCELLED
    await jobs.service.create(ADMIN, new)


async def test_a_job_that_is_not_over_is_not_tried_again(stores: Stores, source: JobPlace) -> None:
    jobs = Jobs.over(stores)
    job = await jobs.service.create(ADMIN, NewJob(JobKind.SCAN, source))

    with pytest.raises(StowageError) as caught:
        await jobs.service.retry(ADMIN, job.id)

    assert (caught.value.code, caught.value.reason) == ("conflict", "job.not_over")


async def test_a_job_that_failed_as_a_whole_is_tried_again_as_a_whole(
    jobs: Jobs, source: JobPlace
) -> None:
    await fill(jobs.stores, source, {"in/a": b"1", "in/b/c": b"2", "in/d": b"3"})
    missing = JobPlace("other", "t-not-made-yet", "to/")
    keys = ("in/a", "in/b/")
    failed = await jobs.do("copy", below(source, "in/"), missing, keys=keys)
    assert failed.error is not None
    assert (failed.state, failed.error.reason) == (JobState.FAILED, "bucket.not_found")
    backend = jobs.stores.backends.registry.get("other").backend
    await backend.buckets.create(missing.bucket)

    again = await jobs.finished(await jobs.service.retry(ADMIN, failed.id))

    assert (again.state, again.progress.objects_done) == (JobState.DONE, 2)
    assert await tree_of(jobs.stores, missing) == {"to/a": b"1", "to/b/c": b"2"}
    await jobs.do("empty", JobPlace("other", missing.bucket))
    await backend.buckets.delete(missing.bucket)


async def test_what_failed_of_a_whole_bucket_s_objects_is_tried_again_within_the_bucket(
    jobs: Jobs, source: JobPlace
) -> None:
    await fill(jobs.stores, source, {"a": b"1"})
    part = await jobs.do("copy", source, below(source, "to/"), keys=("a", "late"))
    assert (part.state, part.progress.objects_done, part.progress.failed) == (JobState.DONE, 1, 1)
    await fill(jobs.stores, source, {"late": b"2"})

    again = await jobs.finished(await jobs.service.retry(ADMIN, part.id))

    assert (again.state, again.progress.objects_done) == (JobState.DONE, 1)
    assert (await tree_of(jobs.stores, source))["to/late"] == b"2"
