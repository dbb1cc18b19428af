"""
Numbers over time: growth added up, levels noted, on both databases, and never without end.
"""

from datetime import timedelta

import pytest

from app.audit.event import SYSTEM
from app.clock import ManualClock
from app.database.engine import Database
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.metrics import Metrics
from app.quotas.limits import QuotaPlace
from app.quotas.usage import Usage, store_usage
from app.tally import CounterDelta
from app.telemetry.service import Telemetry
from app.telemetry.summary import Summaries
from support.state import NOON

DAY = timedelta(days=1)


class NoBackends:
    """
    A registry that knows none.
    """

    ids: tuple[str, ...] = ()


class NotYet:
    """
    A registry that fails the first time it is asked.
    """

    def __init__(self) -> None:
        self._has_failed = False

    @property
    def ids(self) -> tuple[str, ...]:
        if not self._has_failed:
            self._has_failed = True
            raise errors.STORE_UNAVAILABLE()
        return ()


@pytest.fixture
def telemetry(database: Database, metrics: Metrics, clock: ManualClock) -> Telemetry:
    return Telemetry(database, metrics, NoBackends(), clock)  # type: ignore[arg-type]  # none is asked


def serve(metrics: Metrics, count: int = 1, status: int = 200, backend: str = "b") -> None:
    for _ in range(count):
        metrics.observe_request("GET", status, backend, seconds=0.02, response_bytes=100)


async def values(telemetry: Telemetry, name: str, clock: ManualClock) -> list[float]:
    now = clock.now()
    chart = await telemetry.chart(SYSTEM, [name], now - timedelta(hours=1), now)
    return [value for line in chart.lines for _, value in line.points]


async def test_what_grew_is_added_to_the_span_of_its_time(
    telemetry: Telemetry, metrics: Metrics, clock: ManualClock
) -> None:
    serve(metrics, 3)
    await telemetry.sample()
    serve(metrics, 2)
    await telemetry.sample()
    clock.advance(timedelta(minutes=1))
    serve(metrics, 4)
    await telemetry.sample()
    await telemetry.sample()

    assert await values(telemetry, "requests", clock) == [5, 4]


async def test_probes_are_counted_by_whether_they_were_answered(
    telemetry: Telemetry, metrics: Metrics, clock: ManualClock
) -> None:
    for is_up in (True, True, False):
        metrics.count_probe("b", is_up=is_up)
    await telemetry.sample()
    metrics.count_probe("b", is_up=False)
    await telemetry.sample()

    now = clock.now()
    chart = await telemetry.chart(SYSTEM, ["probes"], now - 7 * DAY, now)

    counted = {line.labels["outcome"]: line.points[0][1] for line in chart.lines}
    assert (chart.step_seconds, counted) == (900, {"answered": 2, "failed": 2})


async def test_two_replicas_add_to_the_same_spans(
    telemetry: Telemetry, metrics: Metrics, database: Database, clock: ManualClock
) -> None:
    other_metrics = Metrics()
    other = Telemetry(database, other_metrics, NoBackends(), clock)  # type: ignore[arg-type]  # none is asked
    serve(metrics, 3)
    serve(other_metrics, 4)

    await telemetry.sample()
    await other.sample()

    assert await values(telemetry, "requests", clock) == [7]


async def test_the_summary_counts_what_is_not_stored_yet(
    telemetry: Telemetry, metrics: Metrics, database: Database, clock: ManualClock
) -> None:
    serve(metrics, 3)
    await telemetry.sample()
    serve(metrics, 2, status=502)
    telemetry.note_key("AKIAONE", 5)
    await telemetry.sample()
    telemetry.note_key("AKIAONE", 1)
    telemetry.note_key("AKIATWO", 1)
    metrics.apply(
        "w1", counters=[CounterDelta("stowage_s3_backend_request_total", ("b", "2xx"), 9)]
    )

    found = await Summaries(telemetry, database, metrics, clock).last_day()

    own, s3 = found.traffic["dashboard"], found.traffic["s3"]
    assert (own.requests, own.errors, own.by_backend) == (5, 2, {"b": 5})
    assert (own.bytes_out, own.percentile_ms(95)) == (500, 25)
    assert (s3.requests, s3.errors) == (9, 0)
    assert len(own.hours) == 24
    assert own.hours[-1].number == int(NOON.timestamp()) // 3600
    assert found.top_keys == [("AKIAONE", 6), ("AKIATWO", 1)]


async def test_what_is_old_is_kept_in_wider_spans_and_then_forgotten(
    telemetry: Telemetry, metrics: Metrics, clock: ManualClock
) -> None:
    serve(metrics, 6)
    await telemetry.sample()
    start = clock.now()

    async def chart_of(days: int) -> tuple[int, float]:
        since = start - timedelta(hours=1)
        chart = await telemetry.chart(SYSTEM, ["requests"], since, since + DAY * days)
        return chart.step_seconds, sum(value for line in chart.lines for _, value in line.points)

    assert await chart_of(1) == (60, 6)
    clock.advance(timedelta(days=3))
    await telemetry.sample()
    assert await chart_of(4) == (900, 6)
    clock.advance(timedelta(days=30))
    await telemetry.sample()
    assert await chart_of(40) == (21600, 6)
    clock.advance(timedelta(days=90))
    await telemetry.sample()
    assert await chart_of(200) == (21600, 0)


async def test_what_could_not_be_written_is_written_the_next_time(
    metrics: Metrics, database: Database, clock: ManualClock
) -> None:
    telemetry = Telemetry(database, metrics, NotYet(), clock)  # type: ignore[arg-type]  # none is asked
    serve(metrics, 3)
    telemetry.note_key("AKIAONE", 2)
    with pytest.raises(StowageError):
        await telemetry.sample()
    telemetry.note_key("AKIAONE", 1)

    await telemetry.sample()
    await telemetry.sample()

    assert await values(telemetry, "requests", clock) == [3]
    assert await telemetry.requests_by_key() == {"AKIAONE": 3}


async def test_sizes_are_noted_four_times_an_hour(
    telemetry: Telemetry, database: Database, clock: ManualClock
) -> None:
    place = QuotaPlace("b", "docs")
    for size in (100, 200, 300):
        async with database.write() as connection:
            await store_usage(connection, place, Usage(used_bytes=size, object_count=1))
        await telemetry.sample()
        clock.advance(timedelta(minutes=10))

    # At 12:00 and 12:20; 12:10 lies in a quarter that was noted.
    assert await values(telemetry, "storage_bytes", clock) == [100, 300]
    assert await values(telemetry, "storage_objects", clock) == [1, 1]


async def test_a_chart_is_asked_for_in_words_that_exist(
    telemetry: Telemetry, clock: ManualClock
) -> None:
    now = clock.now()

    for names, since, until in ((["nope"], now - DAY, now), ([], now, now)):
        with pytest.raises(StowageError) as refused:
            await telemetry.chart(SYSTEM, names, since, until)
        assert refused.value.code == "bad_request"
