"""
The administrators' first look, and the numbers behind the charts.
"""

from datetime import timedelta
from typing import Literal

from app.telemetry.summary import Summary, Traffic
from dashboard.body import parse_time
from dashboard.call import Call
from dashboard.schemas import Schema, Timestamp, omitted

_TOP_BUCKETS = 10
_DEFAULT_RANGE = timedelta(hours=24)
_CACHE_NOTE = "Sizes are those of the last count, with what was written and deleted since."


class HourOfRequests(Schema):
    """
    One hour, by the hours since the epoch.
    """

    unix_hour: int
    requests: int
    errors: int


class RecentError(Schema):
    """
    A call that failed on our side.
    """

    when: Timestamp
    path: str
    method: str
    status: int
    request_id: str
    user_id: str = omitted("")
    backend: str = omitted("")


class RequestNumbers(Schema):
    """
    The calls of the dashboard's API in 24 hours.
    """

    total_24h: int
    errors_24h: int
    hourly: list[HourOfRequests]
    by_backend: dict[str, int]
    recent_errors: list[RecentError]


class TrafficNumbers(Schema):
    """
    What one surface did in 24 hours.
    """

    surface: Literal["dashboard", "s3"]
    total_24h: int
    errors_24h: int
    bytes_in: int
    bytes_out: int
    p50_ms: int
    p95_ms: int
    p99_ms: int
    hourly: list[HourOfRequests]
    by_backend: dict[str, int]


class BackendStorage(Schema):
    """
    What is known of the contents of a backend.
    """

    backend_id: str
    bytes: int
    objects: int
    buckets: int


class BucketStorage(Schema):
    """
    What is known of the contents of a bucket.
    """

    backend_id: str
    bucket: str
    bytes: int
    objects: int


class StorageNumbers(Schema):
    """
    Sizes of what is stored.
    """

    by_backend: list[BackendStorage]
    top_buckets: list[BucketStorage]
    cache_note: str


class BusyCredential(Schema):
    """
    An access key and its requests in 24 hours.
    """

    access_key: str
    requests_24h: int


class JobNumbers(Schema):
    """
    Long work that waits or runs.
    """

    queued: int
    running: int


class AdminDashboard(Schema):
    """
    Everything of the first look.
    """

    requests: RequestNumbers
    storage: StorageNumbers
    traffic: list[TrafficNumbers]
    credentials: list[BusyCredential]
    jobs: JobNumbers


class MetricSeries(Schema):
    """
    One line of a chart; a point is the beginning of a span in seconds since the epoch, and a value.
    """

    name: str
    labels: dict[str, str]
    points: list[list[float]]


class MetricChart(Schema):
    """
    Lines in spans of `step` seconds.

    Of what is counted, a span without a point is one in which nothing happened; a size or a
    latency holds until the next point.
    """

    step: int
    series: list[MetricSeries]


async def get_dashboard(call: Call) -> AdminDashboard:
    """
    Return the last 24 hours in numbers.
    """
    found = await call.services.summaries.last_day()
    own = found.traffic["dashboard"]
    return AdminDashboard(
        requests=RequestNumbers(
            total_24h=own.requests,
            errors_24h=own.errors,
            hourly=_hours(own),
            by_backend=own.by_backend,
            recent_errors=_recent(found),
        ),
        storage=_storage(found),
        traffic=[_traffic("dashboard", own), _traffic("s3", found.traffic["s3"])],
        credentials=[
            BusyCredential(access_key=key, requests_24h=count) for key, count in found.top_keys
        ],
        jobs=JobNumbers(
            queued=found.jobs.get("queued", 0),
            running=found.jobs.get("running", 0),
        ),
    )


async def get_metrics(call: Call) -> MetricChart:
    """
    Return series over a range.
    """
    until = parse_time(call.query("to"), pointer="query:to") or call.services.clock.now()
    since = parse_time(call.query("from"), pointer="query:from") or until - _DEFAULT_RANGE
    names = [name for name in call.query("name").split(",") if name]
    chart = await call.services.telemetry.chart(
        call.actor, names, since, until, step_seconds=call.number("step", 0)
    )
    return MetricChart(
        step=chart.step_seconds,
        series=[
            MetricSeries(
                name=line.name,
                labels=dict(line.labels),
                points=[[at, value] for at, value in line.points],
            )
            for line in chart.lines
        ],
    )


def _hours(traffic: Traffic) -> list[HourOfRequests]:
    return [
        HourOfRequests(unix_hour=hour.number, requests=hour.requests, errors=hour.errors)
        for hour in traffic.hours
    ]


def _recent(found: Summary) -> list[RecentError]:
    return [
        RecentError(
            when=one.at,
            path=one.path,
            method=one.method,
            status=one.status,
            request_id=one.request_id,
            user_id=one.user_id,
            backend=one.backend_id,
        )
        for one in found.recent_failures
    ]


def _traffic(surface: Literal["dashboard", "s3"], traffic: Traffic) -> TrafficNumbers:
    return TrafficNumbers(
        surface=surface,
        total_24h=traffic.requests,
        errors_24h=traffic.errors,
        bytes_in=traffic.bytes_in,
        bytes_out=traffic.bytes_out,
        p50_ms=traffic.percentile_ms(50),
        p95_ms=traffic.percentile_ms(95),
        p99_ms=traffic.percentile_ms(99),
        hourly=_hours(traffic),
        by_backend=traffic.by_backend,
    )


def _storage(found: Summary) -> StorageNumbers:
    backends: dict[str, list[int]] = {}
    for place, used in found.usage.items():
        sums = backends.setdefault(place.backend_id, [0, 0, 0])
        for position, more in enumerate((used.used_bytes, used.object_count, 1)):
            sums[position] += more
    largest = sorted(found.usage.items(), key=lambda one: (-one[1].used_bytes, one[0]))[
        :_TOP_BUCKETS
    ]
    return StorageNumbers(
        by_backend=[
            BackendStorage(backend_id=name, bytes=sums[0], objects=sums[1], buckets=sums[2])
            for name, sums in sorted(backends.items())
        ],
        top_buckets=[
            BucketStorage(
                backend_id=place.backend_id,
                bucket=place.bucket,
                bytes=used.used_bytes,
                objects=used.object_count,
            )
            for place, used in largest
        ],
        cache_note=_CACHE_NOTE,
    )
