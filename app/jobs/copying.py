"""
Copying and moving: within a bucket, to another one, to another backend.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass

from app.audit.event import Actor
from app.backends.stored import ObjectInfo, ObjectRef
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.jobs.abreast import do_abreast
from app.jobs.attempts import try_again
from app.jobs.conflicts import decide
from app.jobs.job import ItemError, Job, JobError, JobKind
from app.jobs.owner import Standing
from app.jobs.run import Effort, Outcome, Step
from app.objects import actions
from app.objects.copier import Copier
from app.objects.copy_order import Copied, Copy, CopyEnd
from app.objects.gate import Gate
from app.objects.lookahead import verify_bucket
from app.objects.place import BucketPlace
from app.types import parse_object_key


@dataclass(frozen=True, slots=True)
class Places:
    """
    From where to where, and how keys change on the way.
    """

    source: BucketPlace
    source_prefix: str
    target: BucketPlace
    target_prefix: str

    @classmethod
    def of(cls, job: Job) -> "Places":
        """
        Return those of a job.
        """
        source, target = job.facts.source, job.facts.target
        assert target is not None  # noqa: S101  a copy without a target is never stored
        return cls(
            BucketPlace(source.backend_id, source.bucket),
            source.prefix,
            BucketPlace(target.backend_id, target.bucket),
            target.prefix,
        )

    def target_key(self, key: str) -> str:
        """
        Return the key of the copy; empty for the folder itself where it has no name there.
        """
        return self.target_prefix + key.removeprefix(self.source_prefix)


class Copying:
    """
    Copies objects, several at once; a move deletes each source when its copy was verified.
    """

    counts_first = True

    def __init__(
        self,
        gate: Gate,
        copier: Copier,
        job: Job,
        *,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        self._gate = gate
        self._copier = copier
        self._metadata = metadata
        self._job = job
        self._places = Places.of(job)
        self._is_move = job.kind is JobKind.MOVE

    async def plan(
        self, standing: Standing, objects: Sequence[ObjectInfo]
    ) -> tuple[list[Step], list[ItemError]]:
        """
        Decide where each object goes, and which ones stay because the target has them.
        """
        actor = await standing.actor()
        live, _ = self._gate.enter(actor, actions.SEE_BUCKET, self._places.target)
        await verify_bucket(live, self._places.target.bucket)
        steps: list[Step] = []
        failures: list[ItemError] = []
        for one in objects:
            key = self._places.target_key(one.key)
            try:
                if key:
                    self._check_outside(key)
                    steps.append(Step(one.key, one.size_bytes, parse_object_key(key)))
            except StowageError as error:
                failures.append(ItemError(one.key, JobError.of(error)))
        decided, refused = await decide(self, actor, steps, {one.key: one for one in objects})
        return decided, failures + refused

    def perform(self, standing: Standing, run: Effort) -> AsyncGenerator[Outcome, None]:
        """
        Copy what waits, several at once, and tell of each in order.
        """
        return do_abreast(run.waiting, lambda step: self._do(standing, run, step))

    async def end(self, standing: Standing, run: Effort) -> None:
        """
        Nothing is left to do.
        """

    async def may_overwrite(self, actor: Actor, step: Step) -> bool:
        """
        Tell whether the actor may replace the target of a step.

        Raises:
            StowageError: it may not be written at all.
        """
        _, allowed = self._gate.enter(
            actor, actions.WRITE_OBJECT, self._places.target, key=step.target
        )
        return allowed.may_overwrite

    async def look(self, key: str) -> ObjectInfo | None:
        """
        Return what the target has under a key, or nothing.
        """
        live = self._gate.find(self._places.target.backend_id)
        try:
            return await live.backend.objects.head(self._places.target.bucket, ObjectRef(key))
        except StowageError as error:
            if error.entry is errors.NOT_FOUND:
                return None
            raise

    @property
    def job(self) -> Job:
        """
        The job this is for.
        """
        return self._job

    def _check_outside(self, key: str) -> None:
        """
        Refuse a copy that a listing of this very job would find again: `a/a/x` as `a/x`.
        """
        places = self._places
        if places.source == places.target and key.startswith(self._job.facts.walked):
            problem = "the copy would lie inside what is being copied"
            params = {"field": "target.prefix", "problem": problem}
            raise errors.BAD_REQUEST(reason="field.invalid", params=params)

    async def _do(self, standing: Standing, run: Effort, step: Step) -> Outcome:
        if step.is_skipped:
            return Outcome(step)
        count = _Count(run)
        try:
            await try_again(lambda: self._attempt(standing, run, step, count))
        except StowageError as error:
            return Outcome(step, JobError.of(error), count.moved_bytes)
        return Outcome(step, moved_bytes=count.moved_bytes)

    async def _attempt(self, standing: Standing, run: Effort, step: Step, count: "_Count") -> None:
        count.start_again()
        actor = await standing.actor()
        copy = self._order(actor, run, step, count)
        try:
            copied = await self._find_done(copy) if run.is_resumed else None
            copied = copied or await self._copier.copy(copy)
        except StowageError as error:
            is_gone = self._is_move and error.reason == "object.not_found"
            if is_gone and await self._was_moved(step):
                return
            raise
        if self._is_move:
            await self._remove(copy, copied)

    def _order(self, actor: Actor, run: Effort, step: Step, count: "_Count") -> Copy:
        places = self._places
        source, _ = self._gate.enter(actor, actions.READ_OBJECT, places.source, key=step.key)
        if self._is_move:
            self._gate.enter(actor, actions.DELETE_OBJECT, places.source, key=step.key)
        target, allowed = self._gate.enter(
            actor, actions.WRITE_OBJECT, places.target, key=step.target
        )
        return Copy(
            CopyEnd(source, places.source.bucket, step.key),
            CopyEnd(target, places.target.bucket, step.target),
            metadata=self._metadata,
            only_if_absent=not allowed.may_overwrite and target.capabilities.conditional_writes,
            keeps_all=self._is_move,
            moved=count.add,
            journal=run.journal,
        )

    async def _remove(self, copy: Copy, copied: Copied) -> None:
        """
        Delete the source, unless it is another object by now.

        One that is gone was deleted by a process that lost the job to this one without knowing.
        """
        source = copy.source
        objects = source.live.backend.objects
        try:
            now = await objects.head(source.bucket, ObjectRef(source.key))
        except StowageError as error:
            if error.reason == "object.not_found":
                return
            raise
        if now.etag != copied.source.etag or now.last_modified != copied.source.last_modified:
            raise errors.PRECONDITION_FAILED()
        await objects.delete(source.bucket, ObjectRef(source.key))

    async def _find_done(self, copy: Copy) -> Copied | None:
        """
        Return the copy that an earlier process made, so that no second version of it comes about.
        """
        found = await self.look(copy.target.key)
        if found is None or found.last_modified is None:
            return None
        source = await copy.source.live.backend.objects.head(
            copy.source.bucket, ObjectRef(copy.source.key)
        )
        begun = self._job.started_at
        is_ours = begun is not None and found.last_modified >= begun.replace(microsecond=0)
        is_same = (found.size_bytes, found.etag) == (source.size_bytes, source.etag)
        return Copied(source, found) if is_ours and is_same else None

    async def _was_moved(self, step: Step) -> bool:
        """
        Tell whether the source is gone because an earlier attempt moved it.
        """
        found = await self.look(step.target)
        return found is not None and found.size_bytes == step.size_bytes


class _Count:
    """
    The bytes that one object was reported to have moved, so that they can be taken back.
    """

    def __init__(self, run: Effort) -> None:
        self._run = run
        self.moved_bytes = 0

    def add(self, size_bytes: int) -> None:
        """
        Report more, or less.
        """
        self.moved_bytes += size_bytes
        self._run.moved(size_bytes)

    def start_again(self) -> None:
        """
        Take everything back.
        """
        self.add(-self.moved_bytes)
