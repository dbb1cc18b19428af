"""
`JobRunner`: takes jobs that wait, or that another process left lying, and carries them out.
"""

import asyncio
import os
import secrets
import socket
from contextlib import suppress
from datetime import timedelta

import structlog

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.jobs import repository
from app.jobs.ending import abort_uploads, end_event
from app.jobs.engine import carry_out
from app.jobs.job import Job, JobError, JobKind, JobState
from app.jobs.kinds import source_of, work_of
from app.jobs.owner import Standing
from app.jobs.parts import JobParts
from app.jobs.run import LEASE_SECONDS, SAVE_SECONDS, LeaseLostError, Run

POLL_SECONDS = 2.0
_log = structlog.get_logger(__name__)


class JobRunner:
    """
    Does at most so many jobs at once, until it is cancelled.
    """

    def __init__(
        self,
        parts: JobParts,
        *,
        concurrency: int,
        kinds: frozenset[JobKind] = frozenset(JobKind),
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        """
        Do jobs.

        Args:
            parts: What they work with.
            concurrency: How many at once.
            kinds: Those alone; other runners do the others.
            lease_seconds: How long nobody else touches a job that is not heard of.
        """
        self._parts = parts
        self._kinds = kinds
        self._heard = parts.bell.listen()
        self._free = asyncio.Semaphore(concurrency)
        self._lease_seconds = lease_seconds
        self._name = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._running: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """
        Work until cancelled; jobs under way are given back then, to go on at the next start.
        """
        try:
            while True:
                await self._free.acquire()
                self._start(await self._wait_for_job())
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    def _start(self, run: Run) -> None:
        task = asyncio.create_task(self._work(run), name=f"job {run.job.id}")
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        self._free.release()

    async def _wait_for_job(self) -> Run:
        while True:
            self._heard.clear()
            try:
                run = await self._take()
            except StowageError as error:
                _log.warning("no job can be taken now", error=str(error))
            except Exception:  # noqa: BLE001  a background loop outlives every fault of one round
                _log.exception("a job could not be taken")
            else:
                if run is not None:
                    return run
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._heard.wait()

    async def _take(self) -> Run | None:
        parts, now = self._parts, self._parts.clock.now()
        async with parts.database.read() as connection:
            parts.metrics.show_jobs(await repository.count_states(connection))
            if not await repository.has_free(connection, now, self._kinds):
                return None
        until = now + timedelta(seconds=self._lease_seconds)
        async with parts.database.write() as connection:
            row = await repository.take_job(
                connection, owner=self._name, kinds=self._kinds, now=now, until=until
            )
        if row is None:
            return None
        return Run(row, parts.database, clock=parts.clock, lease_seconds=self._lease_seconds)

    async def _work(self, run: Run) -> None:
        working = asyncio.create_task(self._carry_out(run))
        try:
            await self._watch(run, working)
            await self._close(run, working)
        except LeaseLostError:
            _log.warning("a job was taken over", job=run.job.id)
        except StowageError as error:
            _log.warning("a job cannot be finished now", job=run.job.id, error=str(error))
        finally:
            if not working.done():
                working.cancel()
                await asyncio.gather(working, return_exceptions=True)
                with suppress(StowageError, LeaseLostError):
                    await run.give_back()

    async def _carry_out(self, run: Run) -> None:
        parts, job = self._parts, run.job
        standing = Standing(job, parts.find_principal)
        await carry_out(run, source_of(job, parts), work_of(job, parts), standing)

    async def _watch(self, run: Run, working: "asyncio.Task[None]") -> None:
        """
        Save every second until the work is over, cancelled or somebody else's.
        """
        while not working.done():
            await asyncio.wait([working], timeout=SAVE_SECONDS)
            try:
                await run.save()
            except StowageError as error:
                _log.warning("a job cannot be saved", job=run.job.id, error=str(error))
                if run.is_lapsed:
                    raise LeaseLostError from error
            if run.is_cancelled and not working.done():
                working.cancel()
                await asyncio.gather(working, return_exceptions=True)

    async def _close(self, run: Run, working: "asyncio.Task[None]") -> None:
        parts = self._parts
        state, error = _end_of(working, run.job)
        await abort_uploads(run, parts.gate)
        await run.finish(state, None if error is None else JobError.of(error))
        done = run.progress
        parts.metrics.count_job(
            run.job.kind, state, objects=done.objects_done, size_bytes=done.bytes_done
        )
        event = end_event(run.job, done, state, parts.clock.now())
        if event is not None:
            parts.audit.record(event)


def _end_of(working: "asyncio.Task[None]", job: Job) -> tuple[JobState, StowageError | None]:
    if working.cancelled():
        return JobState.CANCELLED, None
    failure = working.exception()
    if failure is None:
        return JobState.DONE, None
    if isinstance(failure, LeaseLostError):
        raise failure
    if isinstance(failure, StowageError):
        return JobState.FAILED, failure
    _log.error("a job failed for a fault of ours", job=job.id, exc_info=failure)
    return JobState.FAILED, errors.INTERNAL(reason="bug")
