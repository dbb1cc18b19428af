"""
Jobs: long work that goes on without the browser.
"""

from collections.abc import AsyncIterator
from functools import partial
from typing import Literal

from pydantic import Field
from starlette.responses import Response, StreamingResponse

from app.jobs import job
from app.jobs.job import JobPlace, NewJob, OnConflict
from app.jobs.service import JobQuery
from app.jobs.tag_change import TagChange, TagMode
from dashboard.api.errors import ErrorDetail
from dashboard.api.grants import page_request
from dashboard.call import Call
from dashboard.csv_rows import render_row
from dashboard.errors import error_members
from dashboard.lengthy import make_each
from dashboard.schemas import Body, Schema, Timestamp, omitted

JobKindName = Literal["copy", "move", "delete", "empty", "restore", "tag", "scan"]
JobStateName = Literal["queued", "running", "done", "failed", "cancelled"]
TagModeName = Literal["add", "set", "remove"]
ConflictName = Literal["skip", "replace", "keep_both", "newer"]


class JobSource(Body):
    """
    What a job works on: all below a prefix, or the keys of it that are named.
    """

    backend_id: str = Field(min_length=1)
    bucket: str = Field(min_length=1)
    prefix: str = ""
    """Empty, or with a slash at its end."""
    keys: list[str] = Field(default_factory=list)
    """Keys below the prefix; one with a slash at its end stands for everything below it."""


class JobTarget(Body):
    """
    Where a copy or move goes; keys lose the source's prefix and get this one.
    """

    backend_id: str = Field(min_length=1)
    bucket: str = Field(min_length=1)
    prefix: str = ""


class JobOptions(Body):
    """
    How a job does it.
    """

    on_conflict: ConflictName = "skip"
    """Of a copy or move."""
    tags: dict[str, str] = Field(default_factory=dict)
    """Of a tagging; to remove tags their keys matter alone."""
    tag_mode: TagModeName = "add"


class JobCreate(Body):
    """
    What is to be done.
    """

    kind: JobKindName
    source: JobSource
    target: JobTarget | None = None
    options: JobOptions = JobOptions()


class JobPlaceSchema(Schema):
    """
    A prefix of a bucket.
    """

    backend_id: str
    bucket: str
    prefix: str


class JobSchema(Schema):
    """
    A job, and how far it is. `done` with `failed` above 0 is partial success.
    """

    id: str
    kind: JobKindName
    state: JobStateName
    created_by: str
    created_at: Timestamp
    started_at: Timestamp | None = omitted()
    finished_at: Timestamp | None = omitted()
    source: JobPlaceSchema
    target: JobPlaceSchema | None = omitted()
    on_conflict: ConflictName
    tags: dict[str, str] = omitted()
    """Of a tagging."""
    tag_mode: TagModeName | None = omitted()
    objects_done: int
    objects_total: int | None
    """`null` while nobody knows; it grows while the job still counts."""
    bytes_done: int
    """With what was sent of objects under way."""
    bytes_total: int | None
    failed: int
    skipped: int
    bytes_per_second: int
    eta_seconds: int | None
    is_cancelling: bool
    """Somebody asked for its end, which has not come yet."""
    retry_of: str = omitted("")
    error: ErrorDetail | None = omitted()
    """Why it failed as a whole."""


class JobList(Schema):
    """
    One page of jobs, the newest first.
    """

    jobs: list[JobSchema]
    next_cursor: str = omitted("")


class JobItemError(Schema):
    """
    An object that a job could not do.
    """

    key: str
    error: ErrorDetail


class JobErrorList(Schema):
    """
    One page of what failed, by key.
    """

    errors: list[JobItemError]
    next_cursor: str = omitted("")


async def create_job(call: Call) -> JobSchema:
    """
    Begin long work; it goes on when the browser is closed.
    """
    body = await call.body(JobCreate)
    target = body.target
    new = NewJob(
        job.JobKind(body.kind),
        JobPlace(body.source.backend_id, body.source.bucket, body.source.prefix),
        None if target is None else JobPlace(target.backend_id, target.bucket, target.prefix),
        tuple(body.source.keys),
        OnConflict(body.options.on_conflict),
        _tagging(body),
    )
    return _job(call, await call.services.jobs.create(call.actor, new))


async def list_jobs(call: Call) -> JobList:
    """
    Return one page of jobs: one's own, or everybody's for an administrator who asks.
    """
    query = JobQuery(call.query("state"), is_everybody=call.query("scope") == "all")
    page = await call.services.jobs.list(call.actor, query, page_request(call))
    jobs = [_job(call, one) for one in page.items]
    return JobList(jobs=jobs, next_cursor=call.cursor(page.next_cursor))


async def get_job(call: Call) -> JobSchema:
    """
    Return a job and how far it is.
    """
    return _job(call, await call.services.jobs.get(call.actor, call.path("id")))


async def list_job_errors(call: Call) -> JobErrorList | Response:
    """
    Return what failed, page by page, or all of it as CSV.
    """
    job_id = call.path("id")
    if call.query("format") == "csv":
        await call.services.jobs.get(call.actor, job_id)
        headers = {
            "Content-Disposition": f'attachment; filename="job-{job_id}.csv"',
            "Cache-Control": "no-store",
        }
        return StreamingResponse(_csv(call, job_id), headers=headers, media_type="text/csv")
    limit = min(max(1, call.number("limit", 100)), 1000)
    found = await call.services.jobs.list_errors(
        call.actor, job_id, after=call.position("cursor"), limit=limit + 1
    )
    items = await make_each(partial(_item, call), found[:limit])
    last = items[-1].key if len(found) > limit else ""
    return JobErrorList(errors=items, next_cursor=call.cursor(last))


async def cancel_job(call: Call) -> JobSchema:
    """
    Ask a job to end; what it did so far stays.
    """
    return _job(call, await call.services.jobs.cancel(call.actor, call.path("id")))


async def retry_job(call: Call) -> JobSchema:
    """
    Begin a new job with what failed in this one.
    """
    return _job(call, await call.services.jobs.retry(call.actor, call.path("id")))


def _tagging(body: JobCreate) -> TagChange | None:
    options = body.options
    if body.kind != "tag" and not options.tags:
        return None
    return TagChange(TagMode(options.tag_mode), options.tags)


async def _csv(call: Call, job_id: str) -> AsyncIterator[str]:
    yield render_row(("key", "code", "reason", "message"))
    async for one in call.services.jobs.walk_errors(call.actor, job_id):
        error = one.error.to_error()
        yield render_row((one.key, error.code, error.reason or "", error.message))


def _job(call: Call, found: job.Job) -> JobSchema:
    done, tagging = found.progress, found.facts.tagging
    return JobSchema(
        id=found.id,
        kind=found.kind.value,
        state=found.state.value,
        created_by=found.created_by,
        created_at=found.created_at,
        started_at=found.started_at,
        finished_at=found.finished_at,
        source=_place(found.facts.source),
        target=None if found.facts.target is None else _place(found.facts.target),
        on_conflict=found.facts.on_conflict.value,
        tags={} if tagging is None else dict(tagging.tags),
        tag_mode=None if tagging is None else tagging.mode.value,
        objects_done=done.objects_done,
        objects_total=done.objects_total,
        bytes_done=done.bytes_done + done.bytes_moving,
        bytes_total=done.bytes_total,
        failed=done.failed,
        skipped=done.skipped,
        bytes_per_second=done.bytes_per_second,
        eta_seconds=found.eta_seconds,
        is_cancelling=found.is_cancelled and found.state not in job.FINAL,
        retry_of=found.facts.retry_of,
        error=None if found.error is None else _error(call, found.error),
    )


def _place(place: JobPlace) -> JobPlaceSchema:
    return JobPlaceSchema(backend_id=place.backend_id, bucket=place.bucket, prefix=place.prefix)


def _item(call: Call, failed: job.ItemError) -> JobItemError:
    return JobItemError(key=failed.key, error=_error(call, failed.error))


def _error(call: Call, stored: job.JobError) -> ErrorDetail:
    return ErrorDetail(**error_members(stored.to_error(), call.exchange.request_id))
