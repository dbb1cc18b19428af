import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.burst import Load, Outcome, run_burst
from bench.cases import CASES, CASES_BY_NAME, Case
from bench.process import Usage, descendants
from bench.stores import static_store
from bench.target import LOOPBACK, Upstream

SERVED = [case for case in CASES if case.needs not in ("auth", "scopes")]


@pytest.fixture(scope="module")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upstream]:
    folder = tmp_path_factory.mktemp("bench")
    with static_store(folder, frozenset(os.sched_getaffinity(0))) as store:
        yield store


def burst(upstream: Upstream, case: Case) -> Outcome:
    scripts = case.make_scripts((upstream.key,), 2)
    load = Load((LOOPBACK, upstream.port), scripts, 0.05, 2, warms_up=not case.is_large)
    return run_burst(load, on_start=lambda: None, on_end=lambda: None)


@pytest.mark.parametrize("case", SERVED, ids=lambda case: case.name)
def test_every_case_is_answered_and_verified(upstream: Upstream, case: Case) -> None:
    outcome = burst(upstream, case)

    assert (outcome.errors, outcome.first_error) == (0, "")
    assert outcome.operations >= 2
    assert len(outcome.latencies) == outcome.operations


@pytest.mark.parametrize("name", ["bad-signature", "scope-refusal"])
def test_an_answer_that_should_have_been_a_refusal_is_an_error(
    upstream: Upstream, name: str
) -> None:
    outcome = burst(upstream, CASES_BY_NAME[name])

    assert outcome.operations == 0
    assert "status 200 instead of 403" in outcome.first_error


def test_a_body_of_the_wrong_bytes_is_an_error(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.objects.sha256_of", lambda _: b"another digest")

    outcome = burst(upstream, CASES_BY_NAME["get-1k"])

    assert outcome.first_error == "the body is not what was stored"


def test_nobody_listening_is_an_error_and_not_a_hang(upstream: Upstream, free_port: int) -> None:
    scripts = CASES_BY_NAME["get-1k"].make_scripts((upstream.key,), 2)

    outcome = run_burst(
        Load((LOOPBACK, free_port), scripts, 0.05), on_start=lambda: None, on_end=lambda: None
    )

    assert outcome.operations == 0
    assert outcome.first_error.startswith("cannot connect")


def test_processor_time_of_the_whole_tree_is_counted(upstream: Upstream) -> None:
    before = upstream.meter.usage()

    burst(upstream, CASES_BY_NAME["get-256m"])

    used = upstream.meter.usage() - before
    assert used != Usage(0.0, 0.0)
    assert upstream.meter.rss_mib() > 5


def test_a_stopped_program_leaves_nothing_behind(tmp_path: Path) -> None:
    with static_store(tmp_path, frozenset(os.sched_getaffinity(0))) as store:
        family = descendants(getattr(store.meter, "pid"))  # noqa: B009  # a meter need not be a process

    assert [pid for pid in family if Path(f"/proc/{pid}").exists()] == []
