"""
How a job is carried out: count what there is, then batch by batch decide, write down, do.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Protocol

import structlog

from app.audit.event import Actor
from app.backends.stored import ObjectInfo
from app.errors.raised import StowageError
from app.jobs.job import ItemError
from app.jobs.owner import Standing
from app.jobs.run import Effort, Outcome, Position, Run, Step
from app.jobs.walk import Page

WORK = "work"
_PAUSES_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
_MAX_FAILURES_IN_A_ROW = 100

_log = structlog.get_logger(__name__)


class Source(Protocol):
    """
    Where the objects come from.
    """

    async def next(self, actor: Actor, position: Position) -> Page | None:
        """
        Return the first page behind a position that holds something; `None` at the end.
        """
        ...


class Work(Protocol):
    """
    What one kind of job does.
    """

    counts_first: bool
    """Whether the objects are counted before anything is done, so that the end can be foreseen."""

    async def plan(
        self, standing: Standing, objects: Sequence[ObjectInfo]
    ) -> tuple[list[Step], list[ItemError]]:
        """
        Decide what is to be done with a page. Nothing is changed yet.
        """
        ...

    def perform(self, standing: Standing, run: Effort) -> AsyncGenerator[Outcome, None]:
        """
        Do the waiting steps of the batch and tell of each in order. Doing one twice does no harm.
        """
        ...

    async def end(self, standing: Standing, run: Effort) -> None:
        """
        Do what comes after the last object.
        """
        ...


async def carry_out(run: Run, source: Source, work: Work, standing: Standing) -> None:
    """
    Do a job from where it stands to its end.

    Raises:
        StowageError: it cannot go on: the rights are gone, or the backend does not answer.
        LeaseLostError: it is somebody else's to do.
    """
    if run.position.phase != WORK:
        if work.counts_first:
            await _count(run, source, standing)
        run.position = Position(WORK)
    failures_in_a_row = 0
    while True:
        if not run.waiting:
            page = await _next(run, source, standing)
            if page is None:
                break
            steps, failures = await work.plan(standing, page.objects)
            await run.begin_batch(steps, page.position, [*page.failures, *failures])
        async with aclosing(work.perform(standing, run)) as outcomes:
            async for outcome in outcomes:
                run.note(outcome)
                failures_in_a_row = _count_failures(outcome, failures_in_a_row)
        run.end_batch()
    await work.end(standing, run)


async def _count(run: Run, source: Source, standing: Standing) -> None:
    done = run.progress
    done.objects_total, done.bytes_total = done.objects_total or 0, done.bytes_total or 0
    while True:
        page = await _next(run, source, standing)
        if page is None:
            return
        done.objects_total += len(page.objects) + len(page.failures)
        done.bytes_total += sum(one.size_bytes for one in page.objects)
        run.position = page.position


async def _next(run: Run, source: Source, standing: Standing) -> Page | None:
    async def ask() -> Page | None:
        return await source.next(await standing.actor(), run.position)

    return await patiently(ask)


async def patiently(ask: Callable[[], Awaitable["Page | None"]]) -> "Page | None":
    """
    Ask again, ever more slowly, for as long as the failure may pass.

    Raises:
        StowageError: it did not pass within half a minute.
    """
    for pause in _PAUSES_SECONDS:
        try:
            return await ask()
        except StowageError as error:
            if not error.retryable:
                raise
            _log.warning("a job waits for its backend", error=str(error))
        await asyncio.sleep(pause)
    return await ask()


def _count_failures(outcome: Outcome, before: int) -> int:
    """
    Count what fails for want of a backend; too many in a row end the job as a whole.

    Raises:
        StowageError: that many.
    """
    if outcome.error is None or not outcome.error.to_error().retryable:
        return 0
    if before + 1 >= _MAX_FAILURES_IN_A_ROW:
        raise outcome.error.to_error()
    return before + 1
