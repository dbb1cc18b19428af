"""
Deleting: everything below a prefix, or the keys that were chosen.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from app.audit.event import Actor
from app.backends.registry import LiveBackend
from app.backends.stored import DeleteOutcome, ObjectInfo, ObjectRef
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.jobs.attempts import try_again
from app.jobs.job import ItemError, Job, JobError
from app.jobs.owner import Standing
from app.jobs.run import Effort, Outcome, Step
from app.objects import actions
from app.objects.gate import Gate
from app.objects.place import BucketPlace

_LOOKS_AT_ONCE = 16
BATCH_KEYS = 1000
"""Amazon S3 API reference, "DeleteObjects"."""


class Deleting:
    """
    Deletes objects a thousand at a time; where versions are kept they get a delete marker.
    """

    counts_first = True

    def __init__(self, gate: Gate, job: Job) -> None:
        self._gate = gate
        self._place = BucketPlace(job.facts.source.backend_id, job.facts.source.bucket)

    async def plan(
        self,
        standing: Standing,  # noqa: ARG002  the protocol's signature
        objects: Sequence[ObjectInfo],
    ) -> tuple[list[Step], list[ItemError]]:
        """
        Take every object.
        """
        return [Step(one.key, one.size_bytes, version_id=one.version_id) for one in objects], []

    async def perform(self, standing: Standing, run: Effort) -> AsyncGenerator[Outcome, None]:
        """
        Delete what waits; what is gone already counts as deleted.
        """
        while steps := run.waiting[:BATCH_KEYS]:
            left = await self._left(steps) if run.is_resumed else steps
            refused = await self._delete(await standing.actor(), left)
            for step in steps:
                yield Outcome(step, refused.get((step.key, step.version_id)))

    async def end(self, standing: Standing, run: Effort) -> None:
        """
        Nothing is left to do.
        """

    async def _left(self, steps: Sequence[Step]) -> Sequence[Step]:
        """
        Return what an earlier process did not delete; deleting again would add a delete marker.
        """
        live = self._gate.find(self._place.backend_id)
        if "versioning" in live.missing:
            return steps
        free = asyncio.Semaphore(_LOOKS_AT_ONCE)

        async def is_left(step: Step) -> bool:
            async with free:
                return step.version_id != "" or await is_there(live, self._place.bucket, step.key)

        found = await asyncio.gather(*(is_left(step) for step in steps))
        return [step for step, is_still in zip(steps, found, strict=True) if is_still]

    async def _delete(self, actor: Actor, steps: Sequence[Step]) -> dict[tuple[str, str], JobError]:
        refused: dict[tuple[str, str], JobError] = {}
        allowed: list[ObjectRef] = []
        for step in steps:
            try:
                self._enter(actor, step)
            except StowageError as error:
                refused[step.key, step.version_id] = JobError.of(error)
            else:
                allowed.append(ObjectRef(step.key, step.version_id))
        if not allowed:
            return refused
        objects = self._gate.find(self._place.backend_id, by=actor).backend.objects
        try:
            outcome = await try_again(lambda: objects.delete_many(self._place.bucket, allowed))
        except StowageError as error:
            failed = JobError.of(error)
            return refused | {(ref.key, ref.version_id): failed for ref in allowed}
        return refused | failures_of(outcome)

    def _enter(self, actor: Actor, step: Step) -> None:
        action = actions.DELETE_VERSION if step.version_id else actions.DELETE_OBJECT
        self._gate.enter(actor, action, self._place, key=step.key)


async def is_there(live: LiveBackend, bucket: str, key: str) -> bool:
    """
    Tell whether there is an object of that key; a failure counts as yes.
    """
    try:
        await live.backend.objects.head(bucket, ObjectRef(key))
    except StowageError as error:
        return error.entry is not errors.NOT_FOUND
    return True


def failures_of(outcome: DeleteOutcome) -> dict[tuple[str, str], JobError]:
    """
    Return what a bulk delete left, in the words of the registry.
    """
    return {
        (one.key, one.version_id): JobError.of(
            errors.BACKEND_ERROR(
                reason="backend.permission" if one.code == "AccessDenied" else "backend.rejected",
                params={"upstream_code": one.code},
                detail=one.message,
            )
        )
        for one in outcome.failures
    }
