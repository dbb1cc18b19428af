"""
Readiness: each check has its own answer, and one that crashes or hangs is one that failed.
"""

import asyncio

from dashboard.readiness import CheckResult, Readiness


async def fine() -> str:
    return ""


async def broken() -> str:
    return "read-only"


async def crashing() -> str:
    raise RuntimeError("postgres://user:secret@host is away")


async def test_every_check_answers_under_its_name() -> None:
    readiness = Readiness({"database": fine, "workers": broken})

    results = await readiness.check()

    assert results == (
        CheckResult("database"),
        CheckResult("workers", "read-only"),
        CheckResult("not_draining"),
    )
    assert [result.is_ok for result in results] == [True, False, True]


async def test_a_crash_fails_the_check_and_tells_nothing() -> None:
    results = await Readiness({"database": crashing}).check()

    assert results[0] == CheckResult("database", "failed")


async def test_draining_is_seen_at_once_although_answers_are_kept() -> None:
    readiness = Readiness({"database": fine})
    await readiness.check()

    readiness.begin_drain()

    assert (await readiness.check())[-1] == CheckResult("not_draining", "shutting down")


async def test_many_askers_cost_one_run() -> None:
    runs: list[int] = []

    async def counting() -> str:
        runs.append(1)
        return ""

    readiness = Readiness({"database": counting})

    await asyncio.gather(*(readiness.check() for _ in range(20)))

    assert len(runs) == 1
