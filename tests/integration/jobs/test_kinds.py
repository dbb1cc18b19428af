"""
What each kind of job leaves behind.
"""

import json

from app.backends.stored import (
    ListQuery,
    NewObject,
    ObjectRef,
)
from app.jobs.job import Job, JobPlace
from support.jobs import MIB, Jobs
from support.polling import wait_until_async
from support.stores import ADMIN
from support.trees import HEADERS, below, fill, head, read, tree_of

TREE = {
    "in/a.txt": b"alpha",
    "in/sub/b.txt": b"beta",
    "in/sub/100% ü+?#.txt": b"gamma",
    "in/empty": b"",
    "out.txt": b"outside",
}


def counts(job: Job) -> tuple[str, int, int, int]:
    return job.state.value, job.progress.objects_done, job.progress.failed, job.progress.skipped


async def test_a_copy_within_a_bucket(jobs: Jobs, source: JobPlace) -> None:
    await fill(jobs.stores, source, TREE)

    job = await jobs.do("copy", below(source, "in/"), below(source, "new/"))

    assert counts(job) == ("done", 4, 0, 0)
    assert (job.progress.objects_total, job.progress.bytes_total) == (4, 14)
    assert job.progress.bytes_done == 14
    copied = {f"new/{key[3:]}": body for key, body in TREE.items() if key.startswith("in/")}
    assert await tree_of(jobs.stores, source) == TREE | copied
    info = await head(jobs.stores, source, "new/a.txt")
    assert (info.headers, info.metadata) == (HEADERS, {"owner": "ada"})


async def test_a_move_to_another_backend_keeps_everything(
    jobs: Jobs, source: JobPlace, target: JobPlace
) -> None:
    await fill(jobs.stores, source, TREE)
    objects = jobs.stores.backends.registry.get("weed").backend.objects
    await objects.set_tags(source.bucket, ObjectRef("in/a.txt"), {"team": "x y"})

    job = await jobs.do("move", below(source, "in/"), target)

    assert counts(job) == ("done", 4, 0, 0)
    moved = {key[3:]: body for key, body in TREE.items() if key.startswith("in/")}
    assert await tree_of(jobs.stores, target) == moved
    assert await tree_of(jobs.stores, source) == {"out.txt": b"outside"}
    info = await head(jobs.stores, target, "a.txt")
    assert (info.headers, info.metadata) == (HEADERS, {"owner": "ada"})
    there = jobs.stores.backends.registry.get("other").backend.objects
    assert await there.get_tags(target.bucket, ObjectRef("a.txt")) == {"team": "x y"}


async def test_large_objects_go_in_parts(jobs: Jobs, source: JobPlace, target: JobPlace) -> None:
    body = bytes(range(256)) * (12 * MIB // 256)
    await fill(jobs.stores, source, {"big": body})
    objects = jobs.stores.backends.registry.get("weed").backend.objects
    await objects.set_tags(source.bucket, ObjectRef("big"), {"t": "1"})

    across = await jobs.do("copy", source, target)
    inside = await jobs.do("copy", source, below(source, "copy/"), keys=("big",))

    assert (counts(across), counts(inside)) == (("done", 1, 0, 0), ("done", 1, 0, 0))
    assert across.progress.bytes_done == 12 * MIB
    for place, key in ((target, "big"), (source, "copy/big")):
        assert await read(jobs.stores, place, key) == body
        info = await head(jobs.stores, place, key)
        assert (info.headers, info.metadata) == (HEADERS, {"owner": "ada"})
        assert info.etag.endswith('-3"')
        there = jobs.stores.backends.registry.get(place.backend_id).backend
        assert await there.objects.get_tags(place.bucket, ObjectRef(key)) == {"t": "1"}
        assert await there.uploads.list(place.bucket) == ()


async def test_chosen_keys_and_folders_alone(jobs: Jobs, source: JobPlace) -> None:
    await fill(jobs.stores, source, TREE)

    keys = ("in/a.txt", "in/sub/", "in/nothing")
    job = await jobs.do("copy", below(source, "in/"), below(source, "new/"), keys=keys)

    assert counts(job) == ("done", 3, 1, 0)
    new = [key for key in await tree_of(jobs.stores, source) if key.startswith("new/")]
    assert sorted(new) == ["new/a.txt", "new/sub/100% ü+?#.txt", "new/sub/b.txt"]
    (error,) = await jobs.service.list_errors(ADMIN, job.id)
    assert (error.key, error.error.code, error.error.reason) == (
        "in/nothing",
        "not_found",
        "object.not_found",
    )


async def test_a_conflict_is_decided_as_asked(jobs: Jobs, source: JobPlace) -> None:
    there = {"to/a.txt": b"old", "to/sub/b.txt": b"old"}
    wanted = {
        "skip": ("done", 2, 0, 2),
        "replace": ("done", 4, 0, 0),
        "keep_both": ("done", 4, 0, 0),
    }
    for rule, expected in wanted.items():
        await fill(jobs.stores, source, there)
        await fill(jobs.stores, source, TREE)

        job = await jobs.do("copy", below(source, "in/"), below(source, "to/"), on_conflict=rule)

        assert counts(job) == expected, rule
        tree = await tree_of(jobs.stores, source)
        is_kept = rule in ("skip", "keep_both")
        assert tree["to/a.txt"] == (b"old" if is_kept else b"alpha"), rule
        assert tree.get("to/a (2).txt") == (b"alpha" if rule == "keep_both" else None)
        await jobs.do("delete", below(source, "to/"))


async def test_what_evades_a_conflict_replaces_nothing(jobs: Jobs, source: JobPlace) -> None:
    await fill(jobs.stores, source, {"in/a.txt": b"new", "in/a (2).txt": b"also new"})
    await fill(jobs.stores, source, {"to/a.txt": b"old"})

    job = await jobs.do("move", below(source, "in/"), below(source, "to/"), on_conflict="keep_both")

    assert counts(job) == ("done", 2, 0, 0)
    assert await tree_of(jobs.stores, source) == {
        "to/a.txt": b"old",
        "to/a (2).txt": b"also new",
        "to/a (3).txt": b"new",
    }


async def test_nothing_is_moved_twice(jobs: Jobs, source: JobPlace) -> None:
    await fill(jobs.stores, source, {"a/a/x": b"nested", "a/y": b"plain"})

    job = await jobs.do("move", below(source, "a/"), source)

    assert counts(job) == ("done", 1, 1, 0)
    assert await tree_of(jobs.stores, source) == {"a/a/x": b"nested", "y": b"plain"}
    again = await jobs.finished(await jobs.service.retry(ADMIN, job.id))
    assert counts(again) == ("done", 1, 0, 0)
    assert await tree_of(jobs.stores, source) == {"a/x": b"nested", "y": b"plain"}


async def test_newer_replaces_what_is_older_alone(jobs: Jobs, source: JobPlace) -> None:
    await fill(jobs.stores, source, {"to/old": b"2", "in/young": b"1"})
    old = (await head(jobs.stores, source, "to/old")).last_modified

    async def is_later() -> bool:
        # A store tells the second, so the later objects are written until the second is another.
        await fill(jobs.stores, source, {"in/old": b"1", "to/young": b"2"})
        written = (await head(jobs.stores, source, "in/old")).last_modified
        return old is not None and written is not None and written > old

    await wait_until_async(is_later, what="the next second")

    job = await jobs.do("copy", below(source, "in/"), below(source, "to/"), on_conflict="newer")

    tree = await tree_of(jobs.stores, source)
    assert (counts(job), tree["to/old"], tree["to/young"]) == (("done", 1, 0, 1), b"1", b"2")


async def test_a_delete_takes_what_is_below_and_nothing_else(jobs: Jobs, source: JobPlace) -> None:
    many = {f"in/{number:04}": b"" for number in range(1003)}
    await fill(jobs.stores, source, {**many, "in": b"not below", "in-between": b"neither"})

    job = await jobs.do("delete", below(source, "in/"))

    assert counts(job) == ("done", 1003, 0, 0)
    assert sorted(await tree_of(jobs.stores, source)) == ["in", "in-between"]
    (row,) = await jobs.stores.events(action="object.delete_prefix")
    detail = json.loads(row.detail)
    assert (row.user_id, row.status, detail["deleted"]) == ("01ADMIN", "ok", 1003)


async def test_an_emptied_bucket_holds_nothing_at_all(jobs: Jobs, source: JobPlace) -> None:
    backend = jobs.stores.backends.registry.get("weed").backend
    await fill(jobs.stores, source, {"before": b"1"})
    await backend.buckets.set_versioned(source.bucket, enabled=True)
    await fill(jobs.stores, source, TREE)
    await fill(jobs.stores, source, TREE)
    await backend.objects.delete(source.bucket, ObjectRef("out.txt"))
    upload = await backend.uploads.create(source.bucket, "half", NewObject())
    assert upload

    job = await jobs.do("empty", source)

    assert counts(job)[:3] == ("done", 12, 0)
    left = await backend.objects.list_versions(source.bucket, ListQuery())
    assert left.versions == ()
    assert await backend.uploads.list(source.bucket) == ()
    assert (await jobs.stores.events(action="bucket.empty"))[0].status == "ok"


async def test_a_restore_brings_back_what_was_deleted(jobs: Jobs, source: JobPlace) -> None:
    backend = jobs.stores.backends.registry.get("weed").backend
    await backend.buckets.set_versioned(source.bucket, enabled=True)
    await fill(jobs.stores, source, TREE)
    await jobs.do("delete", below(source, "in/"))
    await backend.objects.delete(source.bucket, ObjectRef("out.txt"))

    chosen = await jobs.do("restore", source, keys=("in/a.txt", "out.tx"))
    folder = await jobs.do("restore", below(source, "in/"))
    again = await jobs.do("restore", below(source, "in/"))

    assert [counts(job)[:3] for job in (chosen, folder, again)] == [
        ("done", 1, 0),
        ("done", 3, 0),
        ("done", 0, 0),
    ]
    below_in = {key: body for key, body in TREE.items() if key.startswith("in/")}
    assert await tree_of(jobs.stores, source) == below_in
    rows = await jobs.stores.events(action="object.restore_prefix")
    assert json.loads(rows[1].detail)["restored"] == 3


async def test_a_scan_counts(jobs: Jobs, source: JobPlace) -> None:
    await fill(jobs.stores, source, TREE)

    job = await jobs.do("scan", below(source, "in/"))

    assert counts(job) == ("done", 4, 0, 0)
    assert job.progress.bytes_done == 14
