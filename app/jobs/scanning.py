"""
Counting: how many objects there are below a prefix, and how large they are together.
"""

from collections.abc import AsyncGenerator, Sequence

from app.backends.stored import ObjectInfo
from app.jobs.job import ItemError
from app.jobs.owner import Standing
from app.jobs.run import Effort, Outcome, Step


class Scanning:
    """
    Looks and changes nothing; what it found is the job's own progress.
    """

    counts_first = False

    async def plan(
        self,
        standing: Standing,  # noqa: ARG002  the protocol's signature
        objects: Sequence[ObjectInfo],
    ) -> tuple[list[Step], list[ItemError]]:
        """
        Take a page as one step, so that there is little to write down.
        """
        size_bytes = sum(one.size_bytes for one in objects)
        return [Step("", size_bytes, target=str(len(objects)))], []

    async def perform(self, standing: Standing, run: Effort) -> AsyncGenerator[Outcome, None]:  # noqa: ARG002  the protocol's signature
        """
        Count the page.
        """
        for step in run.waiting:
            run.progress.objects_done += int(step.target) - 1
            yield Outcome(step)

    async def end(self, standing: Standing, run: Effort) -> None:
        """
        Nothing is left to do.
        """
