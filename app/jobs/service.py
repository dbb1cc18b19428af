"""
`JobService`: make jobs, look at them, cancel them, and try again what failed.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.actions import AuditAction
from app.audit.event import Actor, DetailValue
from app.errors import registry as errors
from app.grants.page import Page, PageRequest
from app.jobs import repository
from app.jobs.job import (
    FINAL,
    ItemError,
    Job,
    JobError,
    JobKind,
    JobState,
    NewJob,
    new_job,
)
from app.jobs.parts import JobParts
from app.jobs.rules import check_again, check_new
from app.jobs.stored import blank_row, job_of

MAX_OPEN = 100
"""Jobs of one person that wait or run."""
ERRORS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class JobQuery:
    """
    Which jobs are wanted.
    """

    state: str = ""
    is_everybody: bool = False
    """Those of everybody, which only an administrator may see."""


class JobService:
    """
    The jobs as they are stored. `JobRunner` does them.
    """

    def __init__(self, parts: JobParts) -> None:
        self.parts = parts
        """What the jobs work with."""
        self._database = parts.database
        self._clock = parts.clock

    async def create(self, actor: Actor, new: NewJob) -> Job:
        """
        Make a job that starts as soon as there is room.

        Raises:
            StowageError: `not_found`, `forbidden`, `invalid_prefix`, `invalid_key`,
                `invalid_bucket`, `too_many_keys`, `bad_request`, `not_supported`; `rate_limited`
                for somebody who has too many already.
        """
        check_new(self.parts.gate, actor, new)
        job = new_job(actor, new, self._clock.now())
        async with self._database.write() as connection:
            await self._check_room(connection, actor)
            await repository.insert_job(connection, blank_row(job), new.keys)
        self._record(actor, AuditAction.JOB_CREATE, job)
        self.parts.bell.ring()
        return job

    async def list(self, actor: Actor, query: JobQuery, page: PageRequest) -> Page[Job]:
        """
        Return one page of jobs, the newest first.

        Raises:
            StowageError: `forbidden` for everybody's; `bad_request` for a state that is none.
        """
        if query.is_everybody:
            actor.require_admin()
        owner = "" if query.is_everybody else actor.id
        states = _parse_states(query.state)
        async with self._database.read() as connection:
            rows = await repository.list_jobs(
                connection, owner=owner, states=states, before=page.cursor, limit=page.limit + 1
            )
        found = [job_of(row) for row in rows[: page.limit]]
        return Page(found, found[-1].id if len(rows) > page.limit else "")

    async def get(self, actor: Actor, job_id: str) -> Job:
        """
        Return a job of the actor's own; to administrators anybody's.

        Raises:
            StowageError: `not_found`, reason `job.not_found`, also for somebody else's.
        """
        async with self._database.read() as connection:
            return await _find_own(connection, actor, job_id)

    async def list_errors(
        self, actor: Actor, job_id: str, *, after: str = "", limit: int = ERRORS_AT_ONCE
    ) -> Sequence[ItemError]:
        """
        Return what failed, by key, behind a key.

        Raises:
            StowageError: as `get`.
        """
        async with self._database.read() as connection:
            await _find_own(connection, actor, job_id)
            rows = await repository.list_errors(connection, job_id, after=after, limit=limit)
        return [ItemError(row["key"], JobError(**row["error"])) for row in rows]

    async def walk_errors(self, actor: Actor, job_id: str) -> AsyncIterator[ItemError]:
        """
        Yield everything that failed, by key, in constant memory.

        Raises:
            StowageError: as `get`.
        """
        after = ""
        while found := await self.list_errors(actor, job_id, after=after):
            for one in found:
                yield one
            after = found[-1].key

    async def cancel(self, actor: Actor, job_id: str) -> Job:
        """
        Ask a job to end; what it did so far stays. One that is over stays as it is.

        Raises:
            StowageError: as `get`.
        """
        async with self._database.write() as connection:
            job = await _find_own(connection, actor, job_id, for_update=True)
            if job.state in FINAL or job.is_cancelled:
                return job
            changed = replace(job, is_cancelled=True)
            values: dict[str, object] = {"is_cancelled": True}
            if job.state is JobState.QUEUED:
                changed = replace(changed, state=JobState.CANCELLED, finished_at=self._clock.now())
                values |= {"state": changed.state.value, "finished_at": changed.finished_at}
            await repository.update_job(connection, job_id, values)
        self._record(actor, AuditAction.JOB_CANCEL, changed)
        return changed

    async def retry(self, actor: Actor, job_id: str) -> Job:
        """
        Make a job of what failed in another one; of one that failed as a whole, all of it again.

        Raises:
            StowageError: as `get`; `conflict` while it runs, or where nothing failed;
                `not_found`, `forbidden`, `not_supported` and `rate_limited`, as things are now.
        """
        async with self._database.write() as connection:
            old = await _find_own(connection, actor, job_id)
            if old.state not in FINAL:
                raise errors.CONFLICT(reason="job.not_over")
            is_whole = old.state is JobState.FAILED or old.kind is JobKind.EMPTY
            if not is_whole and not old.progress.failed:
                raise errors.CONFLICT(reason="job.nothing_failed")
            was = old.facts
            new = NewJob(
                old.kind,
                was.source,
                was.target,
                on_conflict=was.on_conflict,
                tagging=was.tagging,
            )
            check_again(self.parts.gate, actor, new)
            await self._check_room(connection, actor)
            job = new_job(actor, new, self._clock.now())
            has_items = old.facts.has_items or not is_whole
            folders = old.facts.folders if is_whole else ()
            facts = replace(job.facts, has_items=has_items, folders=folders, retry_of=old.id)
            facts = replace(facts, corrects=facts.corrects and not has_items)
            job = replace(job, facts=facts)
            await repository.insert_job(connection, blank_row(job), ())
            copy_items = repository.copy_items if is_whole else repository.insert_failed_items
            await copy_items(connection, job.id, old.id)
        self._record(actor, AuditAction.JOB_RETRY, job)
        self.parts.bell.ring()
        return job

    async def purge(self, before: datetime) -> int:
        """
        Delete jobs that ended before, and return how many.
        """
        async with self._database.write() as connection:
            return await repository.purge_jobs(connection, before)

    async def _check_room(self, connection: AsyncConnection, actor: Actor) -> None:
        if await repository.count_open(connection, actor.id) >= MAX_OPEN:
            raise errors.RATE_LIMITED(reason="rate.jobs", retry_after_seconds=60)

    def _record(self, actor: Actor, action: AuditAction, job: Job) -> None:
        source, target = job.facts.source, job.facts.target
        detail: dict[str, DetailValue] = {"job_id": job.id, "kind": job.kind.value}
        if target is not None:
            detail |= {
                "dst_backend": target.backend_id,
                "dst_bucket": target.bucket,
                "dst_prefix": target.prefix,
            }
        if job.facts.retry_of:
            detail["retry_of"] = job.facts.retry_of
        self.parts.audit.record(
            actor.event(
                self._clock.now(),
                action,
                backend_id=source.backend_id,
                bucket=source.bucket,
                object_key=source.prefix,
                detail=detail,
            )
        )


async def _find_own(
    connection: AsyncConnection, actor: Actor, job_id: str, *, for_update: bool = False
) -> Job:
    row = await repository.find_job(connection, job_id, for_update=for_update)
    if row is None or (row["created_by"] != actor.id and not actor.principal.is_admin):
        raise errors.NOT_FOUND(reason="job.not_found")
    return job_of(row)


def _parse_states(text: str) -> Sequence[str]:
    wanted = [part for part in text.split(",") if part]
    known = {state.value for state in JobState}
    if not known.issuperset(wanted):
        params = {"field": "state", "problem": f"use {', '.join(sorted(known))}"}
        raise errors.BAD_REQUEST(reason="field.invalid", params=params)
    return wanted
