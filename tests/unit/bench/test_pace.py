import time

import pytest

from bench import gate
from bench.session import SHORT_PACE, Plan
from bench.stage import FULL, PAGE, SHORT, present


def plan(seconds_left: float) -> Plan:
    return Plan(SHORT, SHORT_PACE, time.monotonic() + seconds_left)


def test_with_time_enough_every_round_is_done() -> None:
    wanted = plan(1000.0)
    wanted.spent.append((10, 10.0))

    assert wanted.next_pace(100) == SHORT_PACE


def test_when_time_is_short_rounds_are_left_out() -> None:
    wanted = plan(201.0)
    wanted.spent.append((10, 10.0))

    assert wanted.next_pace(100).rounds == 2


def test_when_there_is_no_time_one_round_is_left() -> None:
    wanted = plan(-5.0)
    wanted.spent.append((10, 10.0))

    assert wanted.next_pace(100).rounds == 1


def test_targets_that_are_not_there_are_in_no_stage() -> None:
    stages = present(FULL, {"nginx", "stowage-python"})

    assert {one.name for stage in stages for one in stage.adapters} == {"nginx", "stowage-python"}


@pytest.mark.parametrize("stages", [SHORT, PAGE, FULL], ids=["short", "page", "full"])
def test_no_two_measurements_share_a_name(stages: object) -> None:
    assert isinstance(stages, tuple)
    names = [(one.upstream, case.name + one.suffix) for one in stages for case in one.cases]

    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("counted", "stored", "is_passed"),
    [(1100, 1000, True), (1101, 1000, False), (500, 1000, True), (500, None, True)],
)
def test_the_gate_lets_ten_percent_pass(
    counted: int, stored: int | None, *, is_passed: bool
) -> None:
    assert gate.judge(counted, stored)[0] is is_passed
