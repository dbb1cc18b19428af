"""
`Recounts`: a bucket is counted now, and somebody waits for the result.

The count is a job like any other: it goes on when the one who waits goes away, or the process dies.
"""

import asyncio

from app.audit.event import Actor
from app.errors import registry as errors
from app.jobs.job import FINAL, Job, JobKind, JobPlace, JobState, NewJob
from app.jobs.service import JobService
from app.quotas.limits import QuotaPlace
from app.quotas.quota import Quota
from app.quotas.service import QuotaService

_FIRST_PAUSE_SECONDS = 0.02
_LAST_PAUSE_SECONDS = 1.0


class Recounts:
    """
    The call behind "Recompute".
    """

    def __init__(self, jobs: JobService, quotas: QuotaService) -> None:
        self._jobs = jobs
        self._quotas = quotas

    async def recompute(self, actor: Actor, place: QuotaPlace) -> Quota:
        """
        Count a bucket now, with or without a limit, and wait for the result.

        Raises:
            StowageError: in this order: `forbidden`; `not_found` for backend or bucket;
                `maintenance`; `backend_error`; `conflict`: somebody cancelled the count.
        """
        actor.require_admin()
        source = JobPlace(place.backend_id, place.bucket)
        job = await self._wait(actor, await self._jobs.create(actor, NewJob(JobKind.SCAN, source)))
        if job.error is not None:
            raise job.error.to_error()
        if job.state is JobState.CANCELLED:
            raise errors.CONFLICT()
        return await self._quotas.note_recompute(actor, place)

    async def _wait(self, actor: Actor, job: Job) -> Job:
        pause = _FIRST_PAUSE_SECONDS
        while job.state not in FINAL:
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LAST_PAUSE_SECONDS)
            job = await self._jobs.get(actor, job.id)
        return job
