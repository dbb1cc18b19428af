"""
A store of another kind on the other side: no versions, no tags, and still everything else.
"""

import secrets
from collections.abc import Iterator

import pytest

from app.backends.rows import NewBackend
from app.backends.stored import ListQuery, NewObject, ObjectRef
from app.errors.raised import StowageError
from app.jobs.job import JobKind, JobPlace, NewJob
from app.jobs.tag_change import TagChange, TagMode
from app.objects.place import BucketPlace
from support.jobs import MIB, Jobs
from support.rclone_server import RcloneServer, running_rclone
from support.stores import ADMIN
from support.trees import HEADERS, below, fill, head, tree_of

TREE = {"a.txt": b"alpha", "sub/b.txt": b"beta", "big": b"x" * (12 * MIB)}


@pytest.fixture(scope="module")
def rclone() -> Iterator[RcloneServer]:
    with running_rclone() as server:
        yield server


@pytest.fixture
async def plain(jobs: Jobs, rclone: RcloneServer) -> JobPlace:
    """
    A bucket of the rclone server.
    """
    backends = jobs.stores.backends
    await backends.create(
        ADMIN, NewBackend("plain", rclone.endpoint, rclone.access_key, rclone.secret_key)
    )
    await backends.probe_capabilities("plain")
    bucket = f"t-{secrets.token_hex(8)}"
    await backends.registry.get("plain").backend.buckets.create(bucket)
    return JobPlace("plain", bucket)


async def test_a_transfer_there_and_back_keeps_what_both_can(
    jobs: Jobs, source: JobPlace, plain: JobPlace
) -> None:
    await fill(jobs.stores, source, TREE)

    there = await jobs.do("move", source, plain)
    back = await jobs.do("move", plain, below(source, "back/"))

    assert (there.state, there.progress.objects_done, there.progress.failed) == ("done", 3, 0)
    assert (back.state, back.progress.objects_done, back.progress.failed) == ("done", 3, 0)
    assert await tree_of(jobs.stores, plain) == {}
    assert await tree_of(jobs.stores, source) == {f"back/{key}": TREE[key] for key in TREE}
    info = await head(jobs.stores, source, "back/a.txt")
    assert (info.content_type, info.metadata) == (HEADERS.content_type, {"owner": "ada"})


async def test_a_move_that_would_lose_tags_leaves_the_source(
    jobs: Jobs, source: JobPlace, plain: JobPlace
) -> None:
    await fill(jobs.stores, source, {"tagged": b"1", "bare": b"2"})
    objects = jobs.stores.backends.registry.get("weed").backend.objects
    await objects.set_tags(source.bucket, ObjectRef("tagged"), {"keep": "me"})

    job = await jobs.do("move", source, plain)

    (failed,) = await jobs.service.list_errors(ADMIN, job.id)
    assert (failed.key, failed.error.code, failed.error.reason) == (
        "tagged",
        "not_supported",
        "capability.missing",
    )
    assert await tree_of(jobs.stores, source) == {"tagged": b"1"}
    assert await tree_of(jobs.stores, plain) == {"bare": b"2"}
    copied = await jobs.do("copy", source, plain)
    assert (copied.progress.objects_done, copied.progress.failed) == (1, 0)


async def test_a_bucket_without_versions_is_emptied(jobs: Jobs, plain: JobPlace) -> None:
    await fill(jobs.stores, plain, {"a": b"1", "b/c": b"2"})

    job = await jobs.do("empty", plain)

    assert (job.state, job.progress.objects_done, job.progress.failed) == ("done", 2, 0)
    assert await tree_of(jobs.stores, plain) == {}


async def test_what_the_store_cannot_do_is_said(jobs: Jobs, plain: JobPlace) -> None:
    place = BucketPlace("plain", plain.bucket)
    await jobs.stores.objects.writing.put(ADMIN, place, "x", b"1", NewObject())
    calls = {
        "versions": jobs.stores.objects.reading.list_versions(ADMIN, place, "x"),
        "tags": jobs.stores.objects.reading.get_tags(ADMIN, place, ObjectRef("x")),
        "new tags": jobs.stores.objects.writing.set_tags(ADMIN, place, ObjectRef("x"), {"a": "b"}),
        "versioning": jobs.stores.objects.buckets.is_versioned(ADMIN, place),
        "many tags": jobs.service.create(
            ADMIN, NewJob(JobKind.TAG, plain, tagging=TagChange(TagMode.SET, {"a": "b"}))
        ),
    }

    for name, call in calls.items():
        with pytest.raises(StowageError) as caught:
            await call
        assert caught.value.code == "not_supported", name
    page = await jobs.stores.objects.reading.list_objects(ADMIN, place, ListQuery())
    assert [one.key for one in page.objects] == ["x"]
