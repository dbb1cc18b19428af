"""
`PrefixStreams`: the steps of jobs as something to watch, which ends when nobody watches any more.

They are the reference's calls on prefixes: what was done is told object by object, nothing is
written down but the audit row, and a client that goes away leaves whole objects and no upload.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

import structlog

from app.audit.event import Actor
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.jobs.copying import Copying, Places
from app.jobs.deleting import Deleting
from app.jobs.ending import end_event
from app.jobs.engine import WORK, Work, patiently
from app.jobs.job import Job, JobError, JobKind, JobState, NewJob, Progress, new_job
from app.jobs.owner import Standing
from app.jobs.parts import JobParts
from app.jobs.rules import check_new
from app.jobs.run import Outcome, Position, Step
from app.jobs.walk import Page, Walk
from app.objects.copy_order import NoJournal, UploadJournal
from app.objects.place import check_metadata

_log = structlog.get_logger(__name__)
_MAX_WAITING = 256
"""Events that a slow reader may lag behind."""


@dataclass(frozen=True, slots=True)
class Happened:
    """
    What became of one object.
    """

    key: str
    target: str = ""
    size_bytes: int = 0
    error: JobError | None = None


@dataclass(frozen=True, slots=True)
class ListingFailed:
    """
    The objects could not be listed, so that nothing more is done.
    """

    error: JobError


@dataclass(frozen=True, slots=True)
class Ended:
    """
    What was done in all; always the last one.
    """

    progress: Progress


StreamEvent = Happened | ListingFailed | Ended


class PrefixStreams:
    """
    Starts streams. Everything is checked before the first event, so that a refusal is an answer.
    """

    def __init__(self, parts: JobParts) -> None:
        self._parts = parts

    def begin(
        self, actor: Actor, new: NewJob, *, metadata: Mapping[str, str] | None = None
    ) -> "PrefixStream":
        """
        Check a copy or delete of a prefix; nothing is done before the stream is read.

        Raises:
            StowageError: as `JobService.create`; `invalid_metadata`.
        """
        check_new(self._parts.gate, actor, new)
        check_metadata(metadata or {})
        job = replace(new_job(actor, new, self._parts.clock.now()), id="")
        gate = self._parts.gate
        work: Work = Deleting(gate, job)
        if new.kind is JobKind.COPY:
            work = Copying(gate, self._parts.copier, job, metadata=metadata)
        return PrefixStream(self._parts, job, work)


class PrefixStream:
    """
    One stream. Reading it does the work; closing it ends the work.
    """

    def __init__(self, parts: JobParts, job: Job, work: Work) -> None:
        self._parts = parts
        self._job = job
        self._work = work
        self._standing = Standing(job, parts.find_principal)
        self._effort = LooseEffort()

    async def events(self) -> AsyncGenerator[StreamEvent, None]:
        """
        Do the work, an event for each object.

        The work has a task of its own: a client that leaves cancels its reader at every await, and
        then nothing could be tidied up.
        """
        told: asyncio.Queue[StreamEvent] = asyncio.Queue(_MAX_WAITING)
        working = asyncio.create_task(self._tell(told))
        try:
            while True:
                event = await told.get()
                yield event
                if isinstance(event, Ended):
                    return
        finally:
            working.cancel()

    async def _tell(self, told: "asyncio.Queue[StreamEvent]") -> None:
        state, done = JobState.CANCELLED, self._effort.progress
        try:
            state = await self._work_through(told)
            await told.put(Ended(done))
        except Exception:  # noqa: BLE001  an edge: whatever it is, the reader must hear of the end
            _log.exception("a stream failed for a fault of ours")
            done.failed += 1
            await told.put(ListingFailed(JobError.of(errors.INTERNAL(reason="bug"))))
            await told.put(Ended(done))
        finally:
            event = end_event(self._job, done, state, self._parts.clock.now())
            if event is not None:
                self._parts.audit.record(event)

    async def _work_through(self, told: "asyncio.Queue[StreamEvent]") -> JobState:
        effort = self._effort
        walk = Walk(self._parts.gate, self._parts.database, self._job)
        position = Position(WORK)
        while True:
            try:
                page = await self._next(walk, position)
                if page is None:
                    return JobState.DONE
                steps, failures = await self._work.plan(self._standing, page.objects)
            except StowageError as error:
                effort.progress.failed += 1
                await told.put(ListingFailed(JobError.of(error)))
                return JobState.FAILED
            for failure in failures:
                effort.progress.failed += 1
                await told.put(Happened(failure.key, self._target(failure.key), 0, failure.error))
            effort.begin(steps)
            async with aclosing(self._work.perform(self._standing, effort)) as outcomes:
                async for outcome in outcomes:
                    effort.note(outcome)
                    step = outcome.step
                    await told.put(Happened(step.key, step.target, step.size_bytes, outcome.error))
            position = page.position

    async def _next(self, walk: Walk, position: Position) -> Page | None:
        async def ask() -> Page | None:
            return await walk.next(await self._standing.actor(), position)

        return await patiently(ask)

    def _target(self, key: str) -> str:
        return "" if self._job.facts.target is None else Places.of(self._job).target_key(key)


class LooseEffort:
    """
    A run that nobody writes down.
    """

    def __init__(self) -> None:
        self.progress = Progress()
        self.journal: UploadJournal = NoJournal()
        self.is_resumed = False
        self._steps: Sequence[Step] = ()
        self._index = 0

    @property
    def waiting(self) -> Sequence[Step]:
        """
        The steps of the batch under way that are still to be done.
        """
        return self._steps[self._index :]

    def begin(self, steps: Sequence[Step]) -> None:
        """
        Take the steps of the next batch.
        """
        self._steps, self._index = steps, 0

    def note(self, outcome: Outcome) -> None:
        """
        Count the next step.
        """
        self._index += 1
        if outcome.error is not None:
            self.progress.failed += 1
            return
        self.progress.objects_done += 1
        self.progress.bytes_done += outcome.step.size_bytes

    def moved(self, size_bytes: int) -> None:
        """
        Take no note: a stream tells of whole objects alone.
        """
