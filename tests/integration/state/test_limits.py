import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.auth import calls as calls_module
from app.auth.calls import LocalCalls
from app.auth.limits import RateLimits
from app.clock import ManualClock
from app.config.identity import RateLimitConfig
from app.database.engine import Database
from app.database.tables import rate_events
from app.errors.raised import StowageError


@pytest.fixture
def limits(database: Database, clock: ManualClock) -> RateLimits:
    return RateLimits(database, clock=clock, config=RateLimitConfig())


async def _retry_after(work: Awaitable[None]) -> int:
    """
    Return the seconds after which it would be allowed; 0 where it is.
    """
    try:
        await work
    except StowageError as error:
        assert (error.code, error.reason) == ("rate_limited", "rate.address")  # noqa: PT017  told by number
        return error.retry_after_seconds or -1
    return 0


async def _session_retry_after(limits: RateLimits, caller_id: str) -> int:
    try:
        await limits.take_session(caller_id)
    except StowageError as error:
        assert (error.code, error.reason) == ("rate_limited", "rate.session")  # noqa: PT017  told by number
        return error.retry_after_seconds or -1
    return 0


async def test_the_eleventh_sign_in_of_an_address_waits_for_the_first_to_age(
    limits: RateLimits, clock: ManualClock
) -> None:
    for _ in range(10):
        assert await _retry_after(limits.take_login("10.0.0.1")) == 0
        clock.advance(timedelta(minutes=1))

    assert await _retry_after(limits.take_login("10.0.0.1")) == 5 * 60
    clock.advance(timedelta(minutes=5) - timedelta(seconds=1))
    assert await _retry_after(limits.take_login("10.0.0.1")) == 1
    clock.advance(timedelta(seconds=1))
    assert await _retry_after(limits.take_login("10.0.0.1")) == 0
    assert await _retry_after(limits.take_login("10.0.0.1")) == 60


async def test_refused_requests_do_not_count(limits: RateLimits, clock: ManualClock) -> None:
    for _ in range(50):
        await _retry_after(limits.take_share("10.0.0.1"))

    clock.advance(timedelta(minutes=1))

    assert await _retry_after(limits.take_share("10.0.0.1")) == 0


async def test_each_address_and_each_limiter_counts_by_itself(limits: RateLimits) -> None:
    for _ in range(10):
        await limits.take_login("10.0.0.1")

    assert await _retry_after(limits.take_login("10.0.0.1")) > 0
    assert await _retry_after(limits.take_login("10.0.0.2")) == 0
    assert await _retry_after(limits.take_share("10.0.0.1")) == 0
    assert await _retry_after(limits.take_unlock("10.0.0.1")) == 0


async def test_replicas_count_as_one(
    limits: RateLimits, database: Database, clock: ManualClock
) -> None:
    other = RateLimits(database, clock=clock, config=RateLimitConfig())

    taken = await asyncio.gather(
        *(_retry_after(one.take_login("10.0.0.1")) for one in (limits, other) * 10)
    )

    assert taken.count(0) == 10


async def test_an_ipv6_site_counts_as_one(limits: RateLimits) -> None:
    waits = [await _retry_after(limits.take_login(f"2001:db8::{host:x}")) for host in range(11)]

    assert [wait > 0 for wait in waits] == [False] * 10 + [True]


async def test_a_limit_of_zero_is_off(database: Database, clock: ManualClock) -> None:
    config = RateLimitConfig(login_per_15m=0, api_per_minute=0)
    limits = RateLimits(database, clock=clock, config=config)

    assert [await _retry_after(limits.take_login("10.0.0.1")) for _ in range(20)] == [0] * 20
    assert [await _session_retry_after(limits, "s") for _ in range(1000)] == [0] * 1000


async def test_a_purge_forgets_what_no_window_reaches(
    limits: RateLimits, database: Database, clock: ManualClock
) -> None:
    await limits.take_login("10.0.0.1")
    clock.advance(timedelta(minutes=15))
    await limits.take_login("10.0.0.1")

    await limits.purge()

    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(rate_events)) == 1


async def test_a_session_may_call_so_often_a_minute(limits: RateLimits, clock: ManualClock) -> None:
    limits.config = RateLimitConfig(api_per_minute=3)
    for _ in range(3):
        assert await _session_retry_after(limits, "s") == 0
        clock.advance(timedelta(seconds=10))

    assert await _session_retry_after(limits, "s") == 30
    assert await _session_retry_after(limits, "other") == 0
    clock.advance(timedelta(seconds=30))
    assert await _session_retry_after(limits, "s") == 0


async def test_replicas_share_the_calls_of_a_session(
    database: Database, clock: ManualClock
) -> None:
    config = RateLimitConfig(api_per_minute=100)
    replicas = [RateLimits(database, clock=clock, config=config) for _ in range(3)]
    allowed = 0
    for number in range(300):
        allowed += await _session_retry_after(replicas[number % 3], "s") == 0
        clock.advance(timedelta(milliseconds=10))

    # On SQLite there is one process, and each of these counts for itself.
    expected = (100, 100) if database.is_shared else (300, 300)
    assert expected[0] - 3 * 5 <= allowed <= expected[1]


async def test_idle_sessions_are_forgotten(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls_module, "SWEEP_EVERY", 10)
    calls = LocalCalls()
    for number in range(9):
        await calls.take(f"s{number}", 3, clock.now())
    clock.advance(timedelta(minutes=2))

    await calls.take("busy", 3, clock.now())

    assert set(calls.subjects) == {"busy"}
