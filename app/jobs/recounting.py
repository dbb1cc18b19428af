"""
Counting a whole bucket, so that what is known of it is right again.

The count itself is the one that goes on regularly (`app.quotas.scan`): it corrects for every write
that happens meanwhile, which only the process can that counts. So a process that dies leaves
nothing of its count, and whoever takes the job over begins anew.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from app.audit.event import Actor
from app.backends.stored import ObjectInfo
from app.jobs.job import ItemError, Job, Progress
from app.jobs.owner import Standing
from app.jobs.run import Effort, Outcome, Position, Step
from app.jobs.walk import Page
from app.quotas.limits import QuotaPlace
from app.quotas.scan import Scanner
from app.quotas.usage import Usage

LOOK_SECONDS = 0.2
"""How often the progress is taken over, and the owner's right looked at."""


class NothingToWalk:
    """
    Where the work itself does all there is to do.
    """

    async def next(self, actor: Actor, position: Position) -> Page | None:  # noqa: ARG002  the protocol's signature
        """
        Return no page.
        """
        return None


class Recounting:
    """
    Counts objects, versions and the parts of open uploads, and writes down what there is.
    """

    counts_first = False

    def __init__(self, scanner: Scanner, job: Job) -> None:
        source = job.facts.source
        self._scanner = scanner
        self._place = QuotaPlace(source.backend_id, source.bucket)

    async def plan(
        self,
        standing: Standing,  # noqa: ARG002  the protocol's signature
        objects: Sequence[ObjectInfo],  # noqa: ARG002  as above
    ) -> tuple[list[Step], list[ItemError]]:
        """
        Plan nothing: there are no pages.
        """
        return [], []

    async def perform(self, standing: Standing, run: Effort) -> AsyncGenerator[Outcome, None]:  # noqa: ARG002  the protocol's signature
        """
        Do nothing: there are no steps.
        """
        for step in run.waiting:
            yield Outcome(step)

    async def end(self, standing: Standing, run: Effort) -> None:
        """
        Count the bucket, for as long as the owner administers.

        Raises:
            StowageError: `forbidden`; `not_found`; whatever the backend answers.
        """
        known = await self._scanner.find_usage(self._place)
        run.progress.objects_total, run.progress.bytes_total = known.object_count, known.used_bytes
        counting = asyncio.create_task(self._scanner.count(self._place))
        try:
            while not counting.done():
                (await standing.actor()).require_admin()
                await asyncio.wait([counting], timeout=LOOK_SECONDS)
                _show(run.progress, self._scanner.progress_of(self._place))
        finally:
            counting.cancel()
        usage = await counting
        _show(run.progress, usage)
        run.progress.objects_total, run.progress.bytes_total = usage.object_count, usage.used_bytes


def _show(progress: Progress, usage: Usage | None) -> None:
    if usage is not None:
        progress.objects_done, progress.bytes_done = usage.object_count, usage.used_bytes
