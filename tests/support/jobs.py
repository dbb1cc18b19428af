"""
Jobs over the stores of one test: made, carried out and watched as the product does it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from app.audit.event import Actor
from app.clock import SystemClock
from app.jobs.job import FINAL, Job, JobKind, JobPlace, NewJob, OnConflict
from app.jobs.owner import FindPrincipal
from app.jobs.parts import JobParts
from app.jobs.runner import JobRunner
from app.jobs.service import JobService
from app.jobs.tag_change import TagChange
from app.objects.copier import Copier
from app.objects.copy_parts import CopyLimits
from app.rbac.principal import Principal
from support.polling import wait_until_async
from support.stores import ADMIN, Stores

JOB_SECONDS = 60.0
MIB = 2**20
SMALL_PARTS = CopyLimits(
    server_copy_bytes=6 * MIB,
    single_put_bytes=6 * MIB,
    part_bytes=5 * MIB,
    server_part_bytes=5 * MIB,
)
"""So that an object of 12 MiB goes in parts."""


async def find_admin(_user_id: str) -> Principal:
    return ADMIN.principal


@dataclass(frozen=True, slots=True)
class Jobs:
    """
    The jobs of one test.
    """

    stores: Stores
    service: JobService

    @classmethod
    def over(
        cls,
        stores: Stores,
        find_principal: FindPrincipal = find_admin,
        limits: CopyLimits = SMALL_PARTS,
    ) -> "Jobs":
        parts = JobParts(
            stores.database,
            stores.objects.gate,
            Copier(SystemClock(), limits),
            find_principal,
            stores.audit,
            SystemClock(),
            stores.metrics,
            stores.quotas.scanner,
        )
        return cls(stores, JobService(parts))

    @asynccontextmanager
    async def running(
        self, *, concurrency: int = 2, lease_seconds: float = 2.0
    ) -> AsyncIterator[None]:
        """
        Carry jobs out until the end of the block.
        """
        runner = JobRunner(self.service.parts, concurrency=concurrency, lease_seconds=lease_seconds)
        task = asyncio.create_task(runner.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def do(  # noqa: PLR0913  a job has that many facts
        self,
        kind: str,
        source: JobPlace,
        target: JobPlace | None = None,
        *,
        keys: tuple[str, ...] = (),
        on_conflict: str = "skip",
        tagging: TagChange | None = None,
        actor: Actor = ADMIN,
    ) -> Job:
        """
        Make a job and return it when it is over.
        """
        new = NewJob(JobKind(kind), source, target, keys, OnConflict(on_conflict), tagging)
        return await self.finished(await self.service.create(actor, new), actor=actor)

    async def finished(self, job: Job, *, actor: Actor = ADMIN) -> Job:
        """
        Return the job when it is over.
        """

        async def is_over() -> bool:
            return (await self.service.get(actor, job.id)).state in FINAL

        await wait_until_async(is_over, JOB_SECONDS, what=f"the job {job.kind}")
        return await self.service.get(actor, job.id)
