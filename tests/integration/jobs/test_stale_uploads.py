"""
Uploads that nobody finished: aborted when they are old, unless a job still needs them.
"""

import json
from datetime import timedelta

from sqlalchemy import update

from app.backends.stored import NewObject
from app.clock import SystemClock
from app.database.tables import jobs as job_rows
from app.jobs.job import JobKind, JobPlace, NewJob
from app.jobs.stale_uploads import abort_stale
from support.jobs import Jobs
from support.stores import ADMIN, Stores
from support.trees import below


async def test_old_uploads_go_and_those_of_jobs_stay(stores: Stores, source: JobPlace) -> None:
    jobs = Jobs.over(stores)
    uploads = stores.backends.registry.get("weed").backend.uploads
    left = await uploads.create(source.bucket, "left", NewObject())
    needed = await uploads.create(source.bucket, "needed", NewObject())
    new = NewJob(JobKind.COPY, below(source, "a/"), below(source, "b/"))
    job = await jobs.service.create(ADMIN, new)
    known = {"needed": {"etag": "", "begun_at": "2026-05-01T12:00:00+00:00", "upload_id": needed}}
    async with stores.database.write() as connection:
        await connection.execute(
            update(job_rows).where(job_rows.c.id == job.id).values(uploads=known)
        )
    parts, now = jobs.service.parts, SystemClock().now()

    young = await abort_stale(parts, now - timedelta(hours=1))
    open_before = {one.upload_id for one in await uploads.list(source.bucket)}
    await abort_stale(parts, now + timedelta(hours=1))

    assert young == 0
    assert open_before == {left, needed}
    assert [one.upload_id for one in await uploads.list(source.bucket)] == [needed]
    rows = [
        (row.user_id, json.loads(row.detail))
        for row in await stores.events(action="upload.expire", bucket=source.bucket)
    ]
    assert rows == [("system", {"aborted": 1})]
    await jobs.service.cancel(ADMIN, job.id)
    await abort_stale(parts, now + timedelta(hours=1))
    assert await uploads.list(source.bucket) == ()
