"""
A whole bucket is counted by a job: what is known of it is right again, and nobody waits for it.
"""

import asyncio
import secrets
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from app.backends.backend import CAPABILITY_NAMES
from app.backends.rows import NewBackend
from app.backends.stored import NewObject, UploadRef
from app.jobs.background import COUNTS
from app.jobs.job import Job, JobKind, JobPlace, JobState, NewJob
from app.jobs.recounts import Recounts
from app.jobs.runner import JobRunner
from app.quotas.limits import Limits, QuotaPlace
from app.quotas.usage import Usage, store_usage
from app.quotas.write import Growth, Write, WriteKind
from app.rbac.levels import Role
from app.rbac.principal import Principal, PrincipalKind
from support.fake_upstream import Conversation, running_fake_upstream
from support.jobs import Jobs
from support.polling import wait_until_async
from support.stores import ADMIN, Stores, user_with
from support.trees import fill

PAGE_KEYS = 1000
WRONG = Usage(used_bytes=123, object_count=45)


def quota_place(place: JobPlace) -> QuotaPlace:
    return QuotaPlace(place.backend_id, place.bucket)


async def know(stores: Stores, place: JobPlace, usage: Usage) -> None:
    async with stores.database.write() as connection:
        await store_usage(connection, quota_place(place), usage)


async def known(stores: Stores, place: JobPlace) -> tuple[int, int]:
    found = (await stores.quotas.get(ADMIN, quota_place(place))).usage
    assert found is not None
    return found.used_bytes, found.object_count


async def test_a_scan_of_a_bucket_corrects_what_is_known_with_versions_and_parts(
    jobs: Jobs, stores: Stores, source: JobPlace
) -> None:
    backend = stores.backends.registry.get(source.backend_id).backend
    await backend.buckets.set_versioned(source.bucket, enabled=True)
    for _ in range(2):
        await fill(stores, source, {"a": b"1234", "in/b": b"12"})
    upload_id = await backend.uploads.create(source.bucket, "half", NewObject())
    upload = UploadRef(source.bucket, "half", upload_id)

    async def body() -> AsyncIterator[bytes]:
        yield b"x" * 100

    await backend.uploads.put_part(upload, 1, chunks=body(), size_bytes=100)
    await know(stores, source, WRONG)

    job = await jobs.do("scan", source)

    done = job.progress
    assert (job.state, done.objects_done, done.bytes_done) == ("done", 4, 112)
    assert (done.objects_total, done.bytes_total) == (4, 112)
    assert await known(stores, source) == (112, 4)
    await backend.uploads.abort(upload)


async def test_whoever_does_not_administer_only_counts(
    jobs: Jobs, stores: Stores, source: JobPlace
) -> None:
    await fill(stores, source, {"a": b"1234"})
    await know(stores, source, WRONG)
    reader = user_with({f"{source.backend_id}/{source.bucket}": "readonly"})

    job = await jobs.do("scan", source, actor=reader)

    assert (job.state, job.progress.objects_done) == ("done", 1)
    assert await known(stores, source) == (123, 45)


async def test_who_administers_no_more_corrects_nothing(stores: Stores, source: JobPlace) -> None:
    async def demoted(_: str) -> Principal:
        return Principal(PrincipalKind.USER, ADMIN.id, role=Role.USER, user_id=ADMIN.id)

    jobs = Jobs.over(stores, demoted)
    await know(stores, source, WRONG)
    async with jobs.running():
        job = await jobs.do("scan", source)

    assert job.state is JobState.FAILED
    assert job.error is not None
    assert job.error.code == "forbidden"
    assert await known(stores, source) == (123, 45)


async def test_a_count_waits_for_no_copy(stores: Stores, source: JobPlace) -> None:
    jobs = Jobs.over(stores)
    copy = await jobs.service.create(
        ADMIN, NewJob(JobKind.COPY, source, JobPlace("other", source.bucket))
    )
    counter = JobRunner(jobs.service.parts, concurrency=1, kinds=COUNTS)
    task = asyncio.create_task(counter.run())

    job = await jobs.do("scan", source)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert job.state is JobState.DONE
    assert (await jobs.service.get(ADMIN, copy.id)).state is JobState.QUEUED


async def test_recomputing_is_a_job_that_somebody_waits_for(
    jobs: Jobs, stores: Stores, source: JobPlace
) -> None:
    await fill(stores, source, {"a": b"1234"})
    await know(stores, source, WRONG)

    found = await Recounts(jobs.service, stores.quotas).recompute(ADMIN, quota_place(source))

    assert found.usage is not None
    assert (found.usage.used_bytes, found.usage.object_count) == (4, 1)
    assert [row.action for row in await stores.events(action="job.create")] == ["job.create"]


# ---- a store that takes its time -----------------------------------------------------------------


@dataclass(slots=True)
class SlowStore:
    """
    A store whose bucket `docs` has two pages, of which the second one waits to be let go.
    """

    backend_id: str = field(default_factory=lambda: f"slow-{secrets.token_hex(4)}")
    may_go_on: threading.Event = field(default_factory=threading.Event)

    def answer(self, conversation: Conversation) -> None:
        while head := conversation.read_head():
            if b"uploads" in head:
                conversation.answer(b"<ListMultipartUploadsResult></ListMultipartUploadsResult>")
            elif b"continuation-token" in head:
                self.may_go_on.wait(20)
                conversation.answer(_page(["z"], is_last=True))
            elif head.startswith(b"GET "):
                keys = [f"a/{number:04}" for number in range(PAGE_KEYS)]
                conversation.answer(_page(keys, is_last=False))
            else:
                conversation.answer()

    @property
    def place(self) -> JobPlace:
        return JobPlace(self.backend_id, "docs")


def _page(keys: list[str], *, is_last: bool) -> bytes:
    more = "" if is_last else "<NextContinuationToken>t</NextContinuationToken>"
    entries = "".join(
        f"<Contents><Key>{key}</Key><Size>10</Size><ETag>e</ETag></Contents>" for key in keys
    )
    is_cut = str(not is_last).lower()
    return (
        f"<ListBucketResult><Name>docs</Name><IsTruncated>{is_cut}</IsTruncated>{more}{entries}"
        "</ListBucketResult>"
    ).encode()


@contextmanager
def running_slow_store() -> Iterator[tuple[SlowStore, int]]:
    store = SlowStore()
    with running_fake_upstream(store.answer) as upstream:
        try:
            yield store, upstream.port
        finally:
            store.may_go_on.set()


@pytest.fixture
async def slow(stores: Stores) -> AsyncIterator[SlowStore]:
    with running_slow_store() as (store, port):
        address = f"http://127.0.0.1:{port}"
        nothing = dict.fromkeys(CAPABILITY_NAMES, False)
        new = NewBackend(
            store.backend_id, address, "key", "secret", path_style=True, capabilities=nothing
        )
        await stores.backends.create(ADMIN, new)
        yield store


async def _began(jobs: Jobs, slow: SlowStore) -> Job:
    job = await jobs.service.create(ADMIN, NewJob(JobKind.SCAN, slow.place))

    async def has_read_a_page() -> bool:
        return (await jobs.service.get(ADMIN, job.id)).progress.objects_done == PAGE_KEYS

    await wait_until_async(has_read_a_page, what="the first page")
    return job


async def test_a_count_shows_how_far_it_is_and_no_write_waits_for_it(
    jobs: Jobs, stores: Stores, slow: SlowStore
) -> None:
    await know(stores, slow.place, WRONG)
    place, ledger = quota_place(slow.place), stores.quotas.ledger
    ledger.limit(place.subject, Limits(0, 100_000))
    job = await _began(jobs, slow)
    under_way = (await jobs.service.get(ADMIN, job.id)).progress
    assert (under_way.bytes_done, under_way.objects_total) == (10 * PAGE_KEYS, WRONG.object_count)

    write = Write(WriteKind.OBJECT, "b", 5)
    reservation = await ledger.reserve(place, ledger.find_all(place), write)
    assert reservation is not None
    ledger.settle(reservation, Growth(5, 1))

    slow.may_go_on.set()
    assert (await jobs.finished(job)).state is JobState.DONE
    # The write is not in the pages, and not forgotten.
    assert await known(stores, slow.place) == (10 * PAGE_KEYS + 10 + 5, PAGE_KEYS + 2)


async def test_a_count_that_is_cancelled_asks_the_store_no_more(
    jobs: Jobs, stores: Stores, slow: SlowStore
) -> None:
    await know(stores, slow.place, WRONG)
    job = await _began(jobs, slow)

    await jobs.service.cancel(ADMIN, job.id)

    assert (await jobs.finished(job)).state is JobState.CANCELLED
    assert stores.quotas.scanner.progress_of(quota_place(slow.place)) is None
    assert await known(stores, slow.place) == (123, 45)


async def test_a_count_that_fails_says_why_and_leaves_what_was_known(
    jobs: Jobs, source: JobPlace
) -> None:
    never = JobPlace(source.backend_id, "never-made")

    job = await jobs.do("scan", never)

    assert job.error is not None
    assert (job.state, job.error.reason) == (JobState.FAILED, "bucket.not_found")
