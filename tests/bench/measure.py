"""
Turn by turn: every target gets a burst of a case, round after round, so that a machine whose speed
drifts does so for all of them.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.burst import Load, Outcome, run_burst
from bench.cases import Case
from bench.process import Usage
from bench.stage import Stage
from bench.target import LOOPBACK, Certificate, Target, client_tls


@dataclass(slots=True)
class Sample:
    """
    One burst against one target.
    """

    outcome: Outcome
    before: Usage
    rss_mib: float
    after: Usage = field(default=Usage(0.0, 0.0))

    @property
    def used(self) -> Usage:
        """
        Processor seconds of the target, late work included.
        """
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Pace:
    """
    How long and how often.
    """

    seconds: float
    rounds: int


@dataclass(frozen=True, slots=True)
class Measured:
    """
    All bursts of one case against all targets of a stage; round n of one pairs with n of another.
    """

    case: Case
    stage: Stage
    samples: dict[str, list[Sample]]


def measure_case(
    case: Case,
    stage: Stage,
    targets: Sequence[Target],
    pace: Pace,
    certificate: Certificate | None,
) -> Measured:
    """
    Send the case to every target that it means something for; each round begins with another.
    """
    fitting = [one for one in targets if not case.needs or case.needs in one.features]
    if not fitting:
        return Measured(case, stage, {})
    loads = {
        target.name: Load(
            (LOOPBACK, target.port),
            case.make_scripts(target.keys, case.connections),
            pace.seconds,
            case.sample_every,
            warms_up=not case.is_large,
            tls=client_tls(certificate),
        )
        for target in fitting
    }
    samples: dict[str, list[Sample]] = {target.name: [] for target in fitting}
    late: dict[str, threading.Timer] = {}
    for number in range(pace.rounds):
        first = number % len(fitting)
        for target in (*fitting[first:], *fitting[:first]):
            sample = _burst(target, loads[target.name], late)
            samples[target.name].append(sample)
    for timer in late.values():
        timer.join()
    return Measured(case, stage, samples)


def _burst(target: Target, load: Load, late: dict[str, threading.Timer]) -> Sample:
    marks: list[Usage] = []
    memory: list[float] = []

    def start() -> None:
        marks.append(target.meter.usage())

    def end() -> None:
        marks.append(target.meter.usage())
        memory.append(target.meter.rss_mib())

    if target.name in late:
        late[target.name].join()
    outcome = run_burst(load, on_start=start, on_end=end)
    sample = Sample(outcome, marks[0], memory[0], marks[1])
    if target.settle_seconds:
        timer = threading.Timer(target.settle_seconds, _read_late, (target, sample))
        timer.start()
        late[target.name] = timer
    return sample


def _read_late(target: Target, sample: Sample) -> None:
    """
    Read again when work that was put off is done; what the program does at rest counts with it.
    """
    sample.after = target.meter.usage()
