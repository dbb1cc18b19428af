"""
One run of the benchmark: stage after stage, its programs started, measured and stopped.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.cases import Case
from bench.measure import Measured, Pace, measure_case
from bench.process import NotStartedError
from bench.results import Result, failed, summarise
from bench.stage import Stage
from bench.stores import seaweedfs_store, static_store
from bench.target import Setting, Target, Upstream, make_certificate

SHORT_PACE = Pace(seconds=0.5, rounds=3)
PAGE_PACE = Pace(seconds=0.6, rounds=3)
FULL_PACE = Pace(seconds=2.0, rounds=5)
REST_SECONDS, REST_SHARE = 60.0, 0.05

Report = Callable[[Sequence[Result]], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What to run.
    """

    stages: Sequence[Stage]
    pace: Pace
    deadline: float
    """Of the monotonic clock: when time is short, rounds are left out, never cases."""
    cases: frozenset[str] | None = None
    """Only these; all if left out."""
    spent: list[tuple[int, float]] = field(default_factory=list)
    """Bursts done and the seconds they took, one entry per case."""

    def cases_of(self, stage: Stage) -> list[Case]:
        """
        Return the wanted cases of a stage.
        """
        return [one for one in stage.cases if self.cases is None or one.name in self.cases]

    def bursts_of(self, stage: Stage) -> int:
        """
        Return how many bursts one round of all its cases is.
        """
        return len(self.cases_of(stage)) * len(stage.adapters)

    def next_pace(self, bursts_left: int) -> Pace:
        """
        Return the pace, with fewer rounds if so many bursts a round would not be done in time.
        """
        bursts = sum(done for done, _ in self.spent)
        if not bursts:
            return self.pace
        each = sum(seconds for _, seconds in self.spent) / bursts
        affordable = round((self.deadline - time.monotonic()) / (bursts_left * each))
        return replace(self.pace, rounds=max(1, min(self.pace.rounds, affordable)))

    @contextmanager
    def timed(self, bursts: int) -> Iterator[None]:
        """
        Note how long the bursts inside took.
        """
        begun = time.monotonic()
        yield
        self.spent.append((bursts, time.monotonic() - begun))


@dataclass(frozen=True, slots=True)
class Processors:
    """
    Who runs where: the proxy by itself, load and upstream together beside it.
    """

    proxy: frozenset[int]
    load: frozenset[int]


def run(plan: Plan, report: Report) -> list[Result]:
    """
    Measure every stage; `report` gets the results of each case as they come.
    """
    before = os.sched_getaffinity(0)
    results: list[Result] = []
    left = sum(plan.bursts_of(stage) for stage in plan.stages)
    try:
        for stage in (one for one in plan.stages if plan.bursts_of(one)):
            try:
                results += _run_stage(stage, plan, left, report)
            except NotStartedError as error:  # its store; the other stages have stores of their own
                results += _all_failed(stage, plan, str(error), report)
            left -= plan.bursts_of(stage)
            os.sched_setaffinity(0, before)
    finally:
        os.sched_setaffinity(0, before)
    return results


def _run_stage(stage: Stage, plan: Plan, bursts_left: int, report: Report) -> list[Result]:
    processors = split_processors(stage.workers)
    os.sched_setaffinity(0, processors.load)
    results: list[Result] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stowage-bench-")))
        setting = Setting(
            upstream=stack.enter_context(_store_of(stage, folder, processors.load)),
            folder=folder,
            processors=processors.proxy,
            workers=stage.workers,
            certificate=make_certificate(folder) if stage.is_tls else None,
            credentials=stage.credentials,
            backends=stage.backends,
        )
        targets, failures = _start_targets(stage, setting, stack)
        for number, case in enumerate(plan.cases_of(stage)):
            pace = plan.next_pace(bursts_left - number * len(stage.adapters))
            with plan.timed(pace.rounds * len(targets)):
                measured = measure_case(case, stage, targets, pace, setting.certificate)
            rows = summarise(measured) + [failed(measured, *one) for one in failures.items()]
            report(rows)
            results += rows
    return results


def _all_failed(stage: Stage, plan: Plan, why: str, report: Report) -> list[Result]:
    """
    Return what is told of a stage that could not even begin.
    """
    nothing = [Measured(case, stage, {}) for case in plan.cases_of(stage)]
    rows = [failed(measured, one.name, why) for measured in nothing for one in stage.adapters]
    report(rows)
    return rows


def _store_of(
    stage: Stage, folder: Path, processors: frozenset[int]
) -> AbstractContextManager[Upstream]:
    if stage.upstream == "static":
        return static_store(folder, processors)
    return seaweedfs_store(folder, processors, largest=stage.largest)


def _start_targets(
    stage: Stage, setting: Setting, stack: ExitStack
) -> tuple[list[Target], dict[str, str]]:
    """
    Start what is there; what does not start is told by its name and why.
    """
    targets: list[Target] = []
    failures: dict[str, str] = {}
    for adapter in stage.adapters:
        try:
            targets.append(stack.enter_context(adapter.run(setting)))
        except (NotStartedError, OSError) as error:
            failures[adapter.name] = str(error)
    for target in targets:
        _await_rest(target)
    return targets, failures


def _await_rest(target: Target) -> None:
    """
    Wait until it has done what it does after its start: at most so many seconds.
    """
    deadline = time.monotonic() + REST_SECONDS
    while time.monotonic() < deadline:
        before = target.meter.usage()
        time.sleep(0.5)
        used = target.meter.usage() - before
        if used.user + used.system < REST_SHARE * 0.5:
            return


def split_processors(workers: int) -> Processors:
    """
    Give the proxy one processor per worker and the load the others; they share where there are
    too few.
    """
    ours = sorted(os.sched_getaffinity(0))
    return Processors(frozenset(ours[:workers]), frozenset(ours[workers:] or ours))
