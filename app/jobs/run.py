"""
`Run`: one job while this process holds its lease, and how what it did is written down.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from sqlalchemy import RowMapping

from app.clock import Clock
from app.database.engine import Database
from app.errors.raised import StowageError
from app.jobs import repository
from app.jobs.job import ItemError, Job, JobError, JobState, Progress
from app.jobs.journal import JobJournal
from app.jobs.stored import job_of
from app.objects.copy_order import UploadJournal

LEASE_SECONDS = 15.0
SAVE_SECONDS = 1.0
_RATE_SECONDS = 10.0
_RETRY_SECONDS = 0.2

_log = structlog.get_logger(__name__)


class LeaseLostError(Exception):
    """
    Another process works on the job now, or it must be assumed; stop without a further word.
    """


@dataclass(frozen=True, slots=True)
class Position:
    """
    Between which two objects a job stands.
    """

    phase: str = "count"
    item: str = ""
    """The last of the keys it was given that is behind it."""
    folder: str | None = None
    """The folder among those keys that it is in."""
    part: str | None = None
    """The granted prefix that is being listed."""
    after: str = ""
    """The last key of the listing that is behind it; or a token, where that is all there is."""


@dataclass(frozen=True, slots=True)
class Step:
    """
    What is to be done with one object. Decided once and written down before it is done.
    """

    key: str
    size_bytes: int = 0
    target: str = ""
    is_skipped: bool = False
    version_id: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    How one step ended.
    """

    step: Step
    error: JobError | None = None
    moved_bytes: int = 0
    """What was reported as moving for it."""


class Effort(Protocol):
    """
    What work needs to know of the run it is part of.
    """

    @property
    def waiting(self) -> Sequence[Step]:
        """
        The steps of the batch under way that are still to be done.
        """
        ...

    @property
    def progress(self) -> Progress:
        """
        What was counted so far.
        """
        ...

    @property
    def journal(self) -> UploadJournal:
        """
        Where copies in parts write down what they have open.
        """
        ...

    @property
    def is_resumed(self) -> bool:
        """
        Whether the batch under way was begun by somebody else, who may have done some of it.
        """
        ...

    def moved(self, size_bytes: int) -> None:
        """
        Take note of bytes of an object that is under way.
        """
        ...


@dataclass(slots=True)
class _Batch:
    steps: tuple[Step, ...] = ()
    index: int = 0
    """How many of them are done and counted."""
    following: Position = field(default_factory=Position)


class Run:
    """
    The state of a job in memory. What is changed between two awaits is stored together.
    """

    def __init__(
        self,
        row: RowMapping,
        database: Database,
        *,
        clock: Clock,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self.job: Job = job_of(row)
        self.progress = self.job.progress
        self.position = Position(**row["position"]["at"])
        self.uploads: dict[str, dict[str, Any]] = dict(row["uploads"])
        self.is_cancelled: bool = row["is_cancelled"]
        self._fence: int = row["fence"]
        self._database = database
        self._clock = clock
        self._lease_seconds = lease_seconds
        self._batch = _batch_of(row)
        self._is_plan_new = False
        self.is_resumed = bool(self._batch.steps)
        self._failures: dict[str, JobError] = {}
        self._lock = asyncio.Lock()
        self._valid_until = time.monotonic() + lease_seconds
        self._seen: deque[tuple[float, int, int]] = deque()
        self.progress.bytes_moving = 0

    @property
    def waiting(self) -> Sequence[Step]:
        """
        The steps of the batch under way that are still to be done.
        """
        return self._batch.steps[self._batch.index :]

    @property
    def journal(self) -> UploadJournal:
        """
        Where copies in parts write down what they have open: in the row of the job.
        """
        return JobJournal(self.uploads, self.secure)

    async def begin_batch(
        self, steps: Sequence[Step], following: Position, failures: Sequence[ItemError] = ()
    ) -> None:
        """
        Write down what is to be done next; when this returns it will be done, whatever happens.

        Args:
            steps: What is to be done, in order.
            following: Where the job stands when it is done.
            failures: What of the batch cannot even be begun.

        Raises:
            LeaseLostError: it is somebody else's to do.
        """
        self._batch = _Batch(tuple(steps), 0, following)
        self._is_plan_new = True
        self.is_resumed = False
        for failure in failures:
            self._fail(failure.key, failure.error)
        await self.secure()

    def note(self, outcome: Outcome) -> None:
        """
        Count the next step of the batch.
        """
        self._batch.index += 1
        self.progress.bytes_moving -= outcome.moved_bytes
        step = outcome.step
        if outcome.error is not None:
            self._fail(step.key, outcome.error)
        elif step.is_skipped:
            self.progress.skipped += 1
        else:
            self.progress.objects_done += 1
            self.progress.bytes_done += step.size_bytes

    def end_batch(self) -> None:
        """
        Move on: the steps of the batch are behind us.
        """
        self.position = self._batch.following
        self._batch = _Batch(following=self.position)
        self._is_plan_new = True

    def moved(self, size_bytes: int) -> None:
        """
        Take note of bytes of an object that is under way.
        """
        self.progress.bytes_moving += size_bytes

    async def save(self, *, lease_until: datetime | None = None) -> None:
        """
        Write everything down and keep the lease, or set its end.

        Raises:
            LeaseLostError: somebody else has it.
            StowageError: the database does not answer; nothing is lost yet.
        """
        async with self._lock:
            self._note_rate()
            values, failures = self._values(), dict(self._failures)
            if lease_until is not None:
                values["lease_until"] = lease_until
            is_plan_new, self._is_plan_new = self._is_plan_new, False
            try:
                await self._write(values, failures)
            except BaseException:
                self._is_plan_new = self._is_plan_new or is_plan_new
                raise
            for key, error in failures.items():
                if self._failures.get(key) is error:
                    del self._failures[key]

    async def secure(self) -> None:
        """
        Write everything down, however long the database takes, while the lease lasts.

        Raises:
            LeaseLostError: it lasted no longer.
        """
        while True:
            try:
                await self.save()
            except StowageError as error:
                _log.warning("a job cannot be saved", job=self.job.id, error=str(error))
            else:
                return
            if self.is_lapsed:
                raise LeaseLostError
            await asyncio.sleep(_RETRY_SECONDS)

    @property
    def is_lapsed(self) -> bool:
        """
        Whether somebody else may have taken the job over.
        """
        return time.monotonic() >= self._valid_until

    async def finish(self, state: JobState, error: JobError | None = None) -> None:
        """
        Write down how it ended.

        Raises:
            LeaseLostError: somebody else has the lease.
        """
        self.progress.bytes_moving = self.progress.bytes_per_second = 0
        self.progress.objects_per_second = 0.0
        async with self._lock:
            values = {
                **self._values(),
                "state": state.value,
                "finished_at": self._clock.now(),
                "error": None if error is None else asdict(error),
                "plan": None,
                "lease_until": None,
                "lease_owner": "",
            }
            await self._write(values, dict(self._failures))

    async def give_back(self) -> None:
        """
        Write everything down and let the lease lapse, so that somebody else goes on at once.
        """
        await self.save(lease_until=self._clock.now() - timedelta(seconds=1))

    async def _write(self, values: dict[str, Any], failures: dict[str, JobError]) -> None:
        started = time.monotonic()
        async with self._database.write() as connection:
            cancelled = await repository.update_leased(connection, self.job.id, self._fence, values)
            if cancelled is None:
                raise LeaseLostError
            if failures:
                rows = [(key, asdict(error)) for key, error in failures.items()]
                await repository.add_errors(connection, self.job.id, rows)
        self.is_cancelled = cancelled
        self._valid_until = started + self._lease_seconds

    def _values(self) -> dict[str, Any]:
        values: dict[str, Any] = {
            "progress": asdict(self.progress),
            "position": {
                "at": asdict(self.position),
                "following": asdict(self._batch.following),
                "index": self._batch.index,
            },
            "uploads": dict(self.uploads),
            "lease_until": self._clock.now() + timedelta(seconds=self._lease_seconds),
        }
        if self._is_plan_new:
            values["plan"] = [asdict(step) for step in self._batch.steps] or None
        return values

    def _fail(self, key: str, error: JobError) -> None:
        self.progress.failed += 1
        self._failures[key] = error

    def _note_rate(self) -> None:
        """
        Take the mean of the last ten seconds.
        """
        now, done = time.monotonic(), self.progress
        self._seen.append(
            (
                now,
                done.bytes_done + done.bytes_moving,
                done.objects_done + done.failed + done.skipped,
            )
        )
        while now - self._seen[0][0] > _RATE_SECONDS:
            self._seen.popleft()
        then, size_bytes, objects = self._seen[0]
        if now - then >= SAVE_SECONDS / 2:
            done.bytes_per_second = max(0, round((self._seen[-1][1] - size_bytes) / (now - then)))
            done.objects_per_second = round((self._seen[-1][2] - objects) / (now - then), 2)


def _batch_of(row: RowMapping) -> _Batch:
    stored = row["position"]
    steps = tuple(Step(**step) for step in row["plan"] or ())
    return _Batch(steps, stored["index"] if steps else 0, Position(**stored["following"]))
