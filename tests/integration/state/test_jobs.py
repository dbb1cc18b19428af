"""
Jobs as rows, on both databases: leased to one process at a time, by turns, and gone in the end.
"""

import asyncio
from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.event import Actor
from app.clock import ManualClock
from app.database.engine import Database
from app.database.tables import job_errors, job_items, jobs
from app.errors import registry as errors
from app.jobs import repository
from app.jobs.job import (
    ItemError,
    Job,
    JobError,
    JobKind,
    JobPlace,
    JobState,
    NewJob,
    Progress,
    new_job,
)
from app.jobs.run import LeaseLostError, Outcome, Position, Run, Step
from app.jobs.stored import blank_row, facts_of, facts_row, job_of
from app.rbac.levels import Level
from app.rbac.principal import Principal, PrincipalKind, Scope
from support.state import NOON, Places, open_product

NEW = NewJob(JobKind.COPY, JobPlace("b", "in", "a/"), JobPlace("b", "out", "b/"))
LEASE = timedelta(seconds=15)


def actor(name: str = "ada") -> Actor:
    scope = Scope("b", "*", "", Level.LIST | Level.READ, source="grant:1")
    return Actor(Principal(PrincipalKind.USER, name, user_id=name, scopes=(scope,)), ip="10.0.0.1")


async def store(
    database: Database, name: str = "ada", *, second: int = 0, keys: tuple[str, ...] = ()
) -> Job:
    job = new_job(actor(name), replace(NEW, keys=keys), NOON + timedelta(seconds=second))
    async with database.write() as connection:
        await repository.insert_job(connection, blank_row(job), keys)
    return job


async def take(database: Database, *, seconds: int = 0, owner: str = "p1") -> Run | None:
    now = NOON + timedelta(seconds=seconds)
    async with database.write() as connection:
        row = await repository.take_job(
            connection, owner=owner, now=now, until=now + LEASE, kinds=tuple(JobKind)
        )
    return None if row is None else Run(row, database, clock=ManualClock(now))


async def load(database: Database, job: Job) -> Job:
    async with database.read() as connection:
        row = await repository.find_job(connection, job.id)
    assert row is not None
    return job_of(row)


async def test_a_job_comes_back_as_it_was_stored(places: Places) -> None:
    async with open_product(places) as database:
        job = await store(database, keys=("a/x", "a/folder/"))

        assert await load(database, job) == job
        assert facts_of(facts_row(job.facts)) == job.facts
        async with database.read() as connection:
            items = await repository.list_items(connection, job.id, after="", limit=10)
        assert [(row["key"], row["is_folder"]) for row in items] == [
            ("a/folder/", True),
            ("a/x", False),
        ]


async def test_each_job_is_leased_to_one_process_alone(places: Places) -> None:
    async with open_product(places) as database:
        made = {(await store(database, second=number)).id for number in range(3)}

        runs = await asyncio.gather(*(take(database, owner=f"p{number}") for number in range(5)))

        taken = [run.job.id for run in runs if run is not None]
        assert sorted(taken) == sorted(made)
        assert await take(database, seconds=14) is None
        again = await take(database, seconds=16)
        assert again is not None


async def test_nobody_waits_behind_all_jobs_of_one_person(places: Places) -> None:
    async with open_product(places) as database:
        for second in range(3):
            await store(database, "ada", second=second)
        late = await store(database, "ben", second=9)

        owners = [run.job.created_by for _ in range(3) if (run := await take(database))]

        assert owners == ["ada", "ben", "ada"]
        assert late.created_by == "ben"


async def test_what_was_done_and_what_failed_is_found_again(places: Places) -> None:
    async with open_product(places) as database:
        job = await store(database)
        run = await take(database)
        assert run is not None
        steps = [Step("a/1", 5, "b/1"), Step("a/2", 7, "b/2"), Step("a/3", 9, "b/3")]
        lost = ItemError("a/0", JobError.of(errors.NOT_FOUND(reason="object.not_found")))
        following = Position("work", part="a/", after="a/3")
        await run.begin_batch(steps, following, [lost])
        run.note(Outcome(steps[0]))
        refusal = JobError.of(errors.FORBIDDEN(reason="grant.missing", params={"action": "x"}))
        run.note(Outcome(steps[1], refusal))
        await run.save()

        resumed = await take(database, seconds=60, owner="p2")

        assert resumed is not None
        assert resumed.job.id == job.id
        assert list(resumed.waiting) == [steps[2]]
        assert (resumed.progress.objects_done, resumed.progress.bytes_done) == (1, 5)
        assert resumed.progress.failed == 2
        resumed.note(Outcome(steps[2]))
        resumed.end_batch()
        assert resumed.position == following
        await resumed.finish(JobState.DONE)
        over = await load(database, job)
        assert (over.state, over.progress.objects_done) == (JobState.DONE, 2)
        async with database.read() as connection:
            rows = await repository.list_errors(connection, job.id, after="", limit=10)
        assert [(row["key"], row["error"]) for row in rows] == [
            ("a/0", asdict(lost.error)),
            ("a/2", asdict(refusal)),
        ]


async def test_who_lost_the_lease_writes_nothing(places: Places) -> None:
    async with open_product(places) as database:
        job = await store(database)
        first = await take(database)
        assert first is not None
        second = await take(database, seconds=60, owner="p2")
        assert second is not None
        await second.begin_batch([Step("a/1", 5)], Position("work"))
        first.progress.objects_done = 999

        for late in (first.save(), first.secure(), first.finish(JobState.FAILED)):
            with pytest.raises(LeaseLostError):
                await late

        assert (await load(database, job)).progress == Progress()


async def test_the_holder_hears_that_a_job_was_cancelled(places: Places) -> None:
    async with open_product(places) as database:
        job = await store(database)
        run = await take(database)
        assert run is not None
        async with database.write() as connection:
            await repository.update_job(connection, job.id, {"is_cancelled": True})

        await run.save()

        assert run.is_cancelled


async def test_old_jobs_go_with_all_that_hangs_on_them(places: Places) -> None:
    async with open_product(places) as database:
        old = await store(database, keys=("a/x",))
        run = await take(database)
        assert run is not None
        lost = ItemError("a/x", JobError.of(errors.NOT_FOUND(reason="object.not_found")))
        await run.begin_batch([], Position("work"), [lost])
        await run.finish(JobState.DONE)
        waiting = await store(database, second=1, keys=("a/y",))

        async with database.write() as connection:
            too_early = await repository.purge_jobs(connection, NOON)
            gone = await repository.purge_jobs(connection, NOON + timedelta(days=1))

        assert (too_early, gone) == (0, 1)
        async with database.read() as connection:
            left = [
                list(await connection.scalars(select(column)))
                for column in (jobs.c.id, job_items.c.job_id, job_errors.c.job_id)
            ]
        assert left == [[waiting.id], [waiting.id], []]
        assert old.id not in left[0]
