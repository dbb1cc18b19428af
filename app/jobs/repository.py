"""
The SQL of jobs, their items and their errors.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.database.tables import job_errors, job_items, jobs
from app.jobs.job import FINAL, JobKind, JobState

ROWS_AT_ONCE = 500
_OPEN = (JobState.QUEUED.value, JobState.RUNNING.value)


async def insert_job(
    connection: AsyncConnection, values: dict[str, Any], items: Sequence[str]
) -> None:
    """
    Store a new job with the keys it was given; those that end with a slash are folders.
    """
    await connection.execute(insert(jobs).values(values))
    rows = [
        {"job_id": values["id"], "key": key, "is_folder": key.endswith("/")}
        for key in dict.fromkeys(items)
    ]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        await connection.execute(insert(job_items), rows[start : start + ROWS_AT_ONCE])


async def insert_failed_items(connection: AsyncConnection, job_id: str, failed_id: str) -> None:
    """
    Give a job what another one failed to do, key by key.
    """
    failed = select(literal(job_id), job_errors.c.key, literal(value=False)).where(
        job_errors.c.job_id == failed_id
    )
    await connection.execute(insert(job_items).from_select(["job_id", "key", "is_folder"], failed))


async def copy_items(connection: AsyncConnection, job_id: str, from_id: str) -> None:
    """
    Give a job the keys that another one was given.
    """
    given = select(literal(job_id), job_items.c.key, job_items.c.is_folder).where(
        job_items.c.job_id == from_id
    )
    await connection.execute(insert(job_items).from_select(["job_id", "key", "is_folder"], given))


async def find_job(
    connection: AsyncConnection, job_id: str, *, for_update: bool = False
) -> RowMapping | None:
    """
    Return one row, or nothing; with `for_update` nobody else changes it meanwhile.
    """
    statement = select(jobs).where(jobs.c.id == job_id)
    if for_update:
        statement = statement.with_for_update()
    return (await connection.execute(statement)).mappings().first()


async def list_jobs(
    connection: AsyncConnection, *, owner: str, states: Sequence[str], before: str, limit: int
) -> Sequence[RowMapping]:
    """
    Return rows, the newest first; an empty owner means everybody's, no states means any.
    """
    statement = select(jobs).order_by(jobs.c.id.desc()).limit(limit)
    if owner:
        statement = statement.where(jobs.c.created_by == owner)
    if states:
        statement = statement.where(jobs.c.state.in_(states))
    if before:
        statement = statement.where(jobs.c.id < before)
    return (await connection.execute(statement)).mappings().all()


async def list_unmended(
    connection: AsyncConnection, since: datetime, *, limit: int
) -> Sequence[RowMapping]:
    """
    Return jobs that ended since then with something failed and that nobody retried, the last first.
    """
    later = jobs.alias()
    retry_of = later.c.facts["retry_of"].as_string()
    retried = select(retry_of).where(later.c.created_at >= since, retry_of != "")
    statement = (
        select(jobs)
        .where(
            jobs.c.finished_at >= since,
            or_(
                jobs.c.state == JobState.FAILED.value,
                and_(
                    jobs.c.state == JobState.DONE.value,
                    jobs.c.progress["failed"].as_integer() > 0,
                ),
            ),
            jobs.c.id.not_in(retried),
        )
        .order_by(jobs.c.finished_at.desc())
        .limit(limit)
    )
    return (await connection.execute(statement)).mappings().all()


async def count_open(connection: AsyncConnection, owner: str) -> int:
    """
    Return how many jobs of somebody wait or run.
    """
    statement = (
        select(func.count())
        .select_from(jobs)
        .where(jobs.c.created_by == owner, jobs.c.state.in_(_OPEN))
    )
    return await connection.scalar(statement) or 0


async def count_states(connection: AsyncConnection) -> dict[str, int]:
    """
    Return how many jobs wait and how many run.
    """
    statement = (
        select(jobs.c.state, func.count()).where(jobs.c.state.in_(_OPEN)).group_by(jobs.c.state)
    )
    found = {row[0]: row[1] for row in await connection.execute(statement)}
    return {state: found.get(state, 0) for state in _OPEN}


async def has_free(connection: AsyncConnection, now: datetime, kinds: Iterable[JobKind]) -> bool:
    """
    Tell whether a job of these kinds waits, or was left lying.
    """
    free = select(jobs.c.id).where(_is_free(now), _is_of(kinds)).limit(1)
    return await connection.scalar(free) is not None


async def take_job(
    connection: AsyncConnection,
    *,
    owner: str,
    kinds: Iterable[JobKind],
    now: datetime,
    until: datetime,
) -> RowMapping | None:
    """
    Lease the next job of these kinds that waits, or whose lease has lapsed; nothing if none does.

    Whoever has the fewest jobs running comes first, so that nobody fills every place.
    """
    running = jobs.alias()
    share = (
        select(func.count())
        .select_from(running)
        .where(
            running.c.created_by == jobs.c.created_by,
            running.c.state == JobState.RUNNING.value,
            running.c.lease_until >= now,
        )
        .scalar_subquery()
    )
    free: Select[Any] = (
        select(jobs.c.id)
        .where(_is_free(now), _is_of(kinds))
        .order_by(share, jobs.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    job_id = await connection.scalar(free)
    if job_id is None:
        return None
    taken = await connection.execute(
        update(jobs)
        .where(jobs.c.id == job_id)
        .values(
            state=JobState.RUNNING.value,
            started_at=func.coalesce(jobs.c.started_at, literal(now, jobs.c.started_at.type)),
            lease_owner=owner,
            lease_until=until,
            fence=jobs.c.fence + 1,
        )
        .returning(jobs)
    )
    found: RowMapping = taken.mappings().one()
    return found


async def update_leased(
    connection: AsyncConnection, job_id: str, fence: int, values: dict[str, Any]
) -> bool | None:
    """
    Write as the holder of a lease; return whether the job was cancelled.

    `None` means that somebody else holds the lease now, and nothing was written.
    """
    done = await connection.execute(
        update(jobs)
        .where(jobs.c.id == job_id, jobs.c.fence == fence, jobs.c.state == JobState.RUNNING.value)
        .values(values)
        .returning(jobs.c.is_cancelled)
    )
    is_cancelled: bool | None = done.scalar_one_or_none()
    return is_cancelled


async def update_job(connection: AsyncConnection, job_id: str, values: dict[str, Any]) -> None:
    """
    Change columns of a row.
    """
    await connection.execute(update(jobs).where(jobs.c.id == job_id).values(values))


async def add_errors(
    connection: AsyncConnection, job_id: str, failures: Iterable[tuple[str, dict[str, Any]]]
) -> None:
    """
    Write down what failed; the last word about a key counts.
    """
    rows = [{"job_id": job_id, "key": key, "error": error} for key, error in dict(failures).items()]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        some = rows[start : start + ROWS_AT_ONCE]
        keys = [row["key"] for row in some]
        await connection.execute(
            delete(job_errors).where(job_errors.c.job_id == job_id, job_errors.c.key.in_(keys))
        )
        await connection.execute(insert(job_errors), some)


async def list_errors(
    connection: AsyncConnection, job_id: str, *, after: str, limit: int
) -> Sequence[RowMapping]:
    """
    Return rows by key, those behind `after`.
    """
    statement = (
        select(job_errors.c.key, job_errors.c.error)
        .where(job_errors.c.job_id == job_id, job_errors.c.key > after)
        .order_by(job_errors.c.key)
        .limit(limit)
    )
    return (await connection.execute(statement)).mappings().all()


async def list_items(
    connection: AsyncConnection, job_id: str, *, after: str, limit: int
) -> Sequence[RowMapping]:
    """
    Return the keys that a job was given, by key, those behind `after`.
    """
    statement = (
        select(job_items.c.key, job_items.c.is_folder)
        .where(job_items.c.job_id == job_id, job_items.c.key > after)
        .order_by(job_items.c.key)
        .limit(limit)
    )
    return (await connection.execute(statement)).mappings().all()


async def list_upload_ids(connection: AsyncConnection) -> frozenset[str]:
    """
    Return the ids of the multipart uploads that jobs will go on with.
    """
    rows = await connection.scalars(select(jobs.c.uploads).where(jobs.c.state.in_(_OPEN)))
    return frozenset(one["upload_id"] for row in rows for one in row.values())


async def purge_jobs(connection: AsyncConnection, before: datetime) -> int:
    """
    Delete jobs that ended before, with their items and errors; return how many.
    """
    old = select(jobs.c.id).where(
        jobs.c.state.in_([state.value for state in FINAL]), jobs.c.finished_at < before
    )
    # SQLite follows foreign keys on the writer's connection, PostgreSQL always.
    done = await connection.execute(delete(jobs).where(jobs.c.id.in_(old)))
    return done.rowcount


def _is_of(kinds: Iterable[JobKind]) -> ColumnElement[bool]:
    return jobs.c.kind.in_(sorted(kind.value for kind in kinds))


def _is_free(now: datetime) -> Any:  # noqa: ANN401  an SQL expression of SQLAlchemy's own types
    lapsed = and_(jobs.c.state == JobState.RUNNING.value, jobs.c.lease_until < now)
    return or_(jobs.c.state == JobState.QUEUED.value, lapsed)
