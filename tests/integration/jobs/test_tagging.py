"""
The tags of many objects, changed by a job.
"""

import json

import pytest

from app.backends.stored import ObjectRef
from app.errors.raised import StowageError
from app.jobs.job import Job, JobKind, JobPlace, NewJob
from app.jobs.tag_change import TagChange, TagMode
from app.rbac.principal import Principal
from support.jobs import Jobs
from support.stores import ADMIN, Stores, user_with
from support.trees import below, fill

TREE = {"in/a": b"1", "in/sub/b": b"2", "out": b"3"}


async def tags_of(stores: Stores, place: JobPlace) -> dict[str, dict[str, str]]:
    objects = stores.backends.registry.get(place.backend_id).backend.objects
    return {key: dict(await objects.get_tags(place.bucket, ObjectRef(key))) for key in TREE}


async def tag(stores: Stores, place: JobPlace, key: str, tags: dict[str, str]) -> None:
    objects = stores.backends.registry.get(place.backend_id).backend.objects
    await objects.set_tags(place.bucket, ObjectRef(key), tags)


def counts(job: Job) -> tuple[str, int, int]:
    return job.state.value, job.progress.objects_done, job.progress.failed


async def test_tags_are_added_replaced_and_taken_away(jobs: Jobs, source: JobPlace) -> None:
    await fill(jobs.stores, source, TREE)
    for key in TREE:
        await tag(jobs.stores, source, key, {"old": "1", "team": "x"})

    added = TagChange(TagMode.ADD, {"team": "y", "new": "ü 2"})
    job = await jobs.do("tag", below(source, "in/"), tagging=added)
    assert counts(job) == ("done", 2, 0)
    assert job.progress.objects_total == 2
    found = await tags_of(jobs.stores, source)
    assert found["in/a"] == found["in/sub/b"] == {"old": "1", "team": "y", "new": "ü 2"}
    assert found["out"] == {"old": "1", "team": "x"}

    removed = TagChange(TagMode.REMOVE, {"old": "", "never": ""})
    await jobs.do("tag", source, keys=("in/sub/", "out"), tagging=removed)
    found = await tags_of(jobs.stores, source)
    assert found["in/sub/b"] == {"team": "y", "new": "ü 2"}
    assert (found["out"], found["in/a"]["old"]) == ({"team": "x"}, "1")

    await jobs.do("tag", source, tagging=TagChange(TagMode.SET, {"only": "this"}))
    assert await tags_of(jobs.stores, source) == {key: {"only": "this"} for key in TREE}
    await jobs.do("tag", below(source, "in/"), tagging=TagChange(TagMode.SET))
    assert (await tags_of(jobs.stores, source))["in/a"] == {}

    row = (await jobs.stores.events(action="object.tag_prefix"))[-1]
    assert json.loads(row.detail) == {
        "failed": 0,
        "job_id": job.id,
        "prefix": "in/",
        "tagged": 2,
        "mode": "add",
        "count": 2,
    }


async def test_what_cannot_be_tagged_is_named_and_tried_again(jobs: Jobs, source: JobPlace) -> None:
    await fill(jobs.stores, source, TREE)
    await tag(jobs.stores, source, "in/a", {str(number): "" for number in range(10)})
    change = TagChange(TagMode.ADD, {"one": "more"})

    job = await jobs.do("tag", source, keys=("in/a", "in/none", "out"), tagging=change)

    assert counts(job) == ("done", 1, 2)
    failed = {one.key: one.error.code for one in await jobs.service.list_errors(ADMIN, job.id)}
    assert failed == {"in/a": "too_many_tags", "in/none": "not_found"}
    assert len((await tags_of(jobs.stores, source))["in/a"]) == 10
    await tag(jobs.stores, source, "in/a", {})
    again = await jobs.finished(await jobs.service.retry(ADMIN, job.id))
    assert counts(again) == ("done", 1, 1)
    assert again.facts.tagging == change
    assert (await tags_of(jobs.stores, source))["in/a"] == {"one": "more"}


async def test_each_object_is_tagged_by_right(stores: Stores, source: JobPlace) -> None:
    await fill(stores, source, TREE)
    here = user_with(
        {f"weed/{source.bucket}/": ["list"], f"weed/{source.bucket}/in/": ["read", "write"]}
    )

    async def find(_user_id: str) -> Principal:
        return here.principal

    jobs = Jobs.over(stores, find)
    change = TagChange(TagMode.ADD, {"a": "1"})
    async with jobs.running():
        job = await jobs.do("tag", source, tagging=change, actor=here)

    assert counts(job) == ("done", 2, 1)
    found = await tags_of(stores, source)
    assert (found["in/a"], found["out"]) == ({"a": "1"}, {})
    for levels, mode in ((["list", "write"], TagMode.ADD), (["list", "read"], TagMode.SET)):
        actor = user_with({f"weed/{source.bucket}/": levels})
        new = NewJob(JobKind.TAG, source, tagging=TagChange(mode, {"a": "1"}))
        with pytest.raises(StowageError) as caught:
            await jobs.service.create(actor, new)
        assert caught.value.code == "forbidden"


@pytest.mark.parametrize(
    ("kind", "change", "refusal"),
    [
        (JobKind.TAG, None, ("bad_request", "field.missing")),
        (JobKind.TAG, TagChange(TagMode.ADD), ("bad_request", "field.missing")),
        (JobKind.TAG, TagChange(TagMode.SET, {"a" * 129: ""}), ("invalid_tag", None)),
        (
            JobKind.TAG,
            TagChange(TagMode.SET, {str(number): "" for number in range(11)}),
            ("too_many_tags", None),
        ),
        (JobKind.SCAN, TagChange(TagMode.SET), ("bad_request", "field.invalid")),
    ],
)
async def test_what_makes_no_sense_is_no_job(
    stores: Stores,
    source: JobPlace,
    kind: JobKind,
    change: TagChange | None,
    refusal: tuple[str, str | None],
) -> None:
    with pytest.raises(StowageError) as caught:
        await Jobs.over(stores).service.create(ADMIN, NewJob(kind, source, tagging=change))

    assert (caught.value.code, caught.value.reason) == refusal
