"""
Tagging: the tags of everything below a prefix, or of chosen keys.
"""

from collections.abc import AsyncGenerator, Sequence

from app.backends.stored import ObjectInfo, ObjectRef
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.jobs.abreast import do_abreast
from app.jobs.attempts import try_again
from app.jobs.job import ItemError, Job, JobError
from app.jobs.owner import Standing
from app.jobs.run import Effort, Outcome, Step
from app.jobs.tag_change import TagMode
from app.objects import actions
from app.objects.gate import Gate
from app.objects.place import BucketPlace, check_tags


class Tagging:
    """
    Changes tags, object by object.

    Stores know no condition on tags: of two who change those of one object at the same moment, one
    may go unseen.
    """

    counts_first = True

    def __init__(self, gate: Gate, job: Job) -> None:
        change = job.facts.tagging
        assert change is not None  # noqa: S101  a tagging without a change is never stored
        self._gate = gate
        self._place = BucketPlace(job.facts.source.backend_id, job.facts.source.bucket)
        self._change = change

    async def plan(
        self,
        standing: Standing,  # noqa: ARG002  the protocol's signature
        objects: Sequence[ObjectInfo],
    ) -> tuple[list[Step], list[ItemError]]:
        """
        Take every object.
        """
        return [Step(one.key, one.size_bytes) for one in objects], []

    def perform(self, standing: Standing, run: Effort) -> AsyncGenerator[Outcome, None]:
        """
        Tag what waits; tagging again changes nothing.
        """
        return do_abreast(run.waiting, lambda step: self._do(standing, step))

    async def end(self, standing: Standing, run: Effort) -> None:
        """
        Nothing is left to do.
        """

    async def _do(self, standing: Standing, step: Step) -> Outcome:
        try:
            await try_again(lambda: self._tag(standing, step))
        except StowageError as error:
            return Outcome(step, JobError.of(error))
        return Outcome(step)

    async def _tag(self, standing: Standing, step: Step) -> None:
        actor, ref = await standing.actor(), ObjectRef(step.key)
        live, _ = self._gate.enter(actor, actions.SET_TAGS, self._place, key=step.key)
        # Only where it is known: a server that overlooks `?tagging` would take tags for the object.
        if not live.capabilities.tagging:
            params = {"capability": "tagging"}
            raise errors.NOT_SUPPORTED(reason="capability.missing", params=params)
        objects = live.backend.objects
        present = None
        if self._change.mode is not TagMode.SET:
            self._gate.enter(actor, actions.GET_TAGS, self._place, key=step.key)
            present = await objects.get_tags(self._place.bucket, ref)
        tags = self._change.apply(present or {})
        if tags == present:
            return
        check_tags(tags)
        await objects.set_tags(self._place.bucket, ref, tags)
