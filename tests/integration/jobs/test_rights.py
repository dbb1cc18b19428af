"""
A job does what its owner may do at that moment, and never more than when it was made.
"""

from app.audit.event import Actor
from app.jobs.job import Job, JobPlace
from app.rbac.principal import Principal
from support.jobs import Jobs
from support.stores import ADMIN, Stores, user_with
from support.trees import below, fill, tree_of

TREE = {"in/mine/a": b"1", "in/mine/b": b"2", "in/theirs": b"3"}


async def run(  # noqa: PLR0913, PLR0917  who, when, what and where
    stores: Stores,
    made_by: Actor,
    now: Actor | None,
    kind: str,
    source: JobPlace,
    target: JobPlace | None = None,
) -> Job:
    """
    Carry out a job of somebody who may do something else by the time it begins.
    """

    async def find(_user_id: str) -> Principal | None:
        return None if now is None else now.principal

    jobs = Jobs.over(stores, find)
    async with jobs.running():
        return await jobs.do(kind, source, target, actor=made_by)


def at(place: JobPlace, prefix: str, access: str) -> Actor:
    return user_with({f"{place.backend_id}/{place.bucket}/{prefix}": access})


async def test_what_was_granted_later_is_no_right_of_the_job(
    stores: Stores, source: JobPlace
) -> None:
    await fill(stores, source, TREE)

    made_by = at(source, "in/mine/", "readwrite")
    job = await run(stores, made_by, ADMIN, "delete", below(source, "in/"))

    assert (job.state, job.progress.objects_done, job.progress.failed) == ("done", 2, 0)
    assert await tree_of(stores, source) == {"in/theirs": b"3"}


async def test_what_was_taken_away_since_is_no_right_either(
    stores: Stores, source: JobPlace
) -> None:
    await fill(stores, source, TREE)

    now = at(source, "in/mine/", "readwrite")
    job = await run(stores, at(source, "", "readwrite"), now, "delete", below(source, "in/"))

    assert (job.state, job.progress.objects_done) == ("done", 2)
    assert await tree_of(stores, source) == {"in/theirs": b"3"}


async def test_a_job_of_somebody_who_is_gone_does_nothing(stores: Stores, source: JobPlace) -> None:
    await fill(stores, source, TREE)

    job = await run(stores, at(source, "", "readwrite"), None, "delete", below(source, "in/"))

    assert job.state == "failed"
    assert job.error is not None
    assert (job.error.code, job.error.reason) == ("forbidden", "owner.missing_right")
    assert await tree_of(stores, source) == TREE


async def test_each_object_is_held_to_the_rights_at_both_ends(
    stores: Stores, source: JobPlace
) -> None:
    await fill(stores, source, TREE)
    both = user_with(
        {
            f"weed/{source.bucket}/in/": "readonly",
            f"weed/{source.bucket}/out/mine/": "append-only",
        }
    )

    job = await run(stores, both, ADMIN, "copy", below(source, "in/"), below(source, "out/"))

    assert (job.state, job.progress.objects_done, job.progress.failed) == ("done", 2, 1)
    copied = {"out/mine/a": b"1", "out/mine/b": b"2"}
    assert await tree_of(stores, source) == TREE | copied


async def test_append_only_never_replaces(stores: Stores, source: JobPlace) -> None:
    await fill(stores, source, {**TREE, "out/mine/a": b"there first"})
    adding = at(source, "", "append-only")

    async def find(_user_id: str) -> Principal | None:
        return adding.principal

    jobs = Jobs.over(stores, find)
    async with jobs.running():
        job = await jobs.do(
            "copy",
            below(source, "in/"),
            below(source, "out/"),
            on_conflict="replace",
            actor=adding,
        )

    assert (job.progress.objects_done, job.progress.failed) == (2, 1)
    assert (await tree_of(stores, source))["out/mine/a"] == b"there first"
