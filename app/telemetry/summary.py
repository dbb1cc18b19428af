"""
The last 24 hours in numbers, for the administrators' first look.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.clock import Clock
from app.database.engine import Database
from app.jobs.repository import count_states
from app.metrics import FailedRequest, Metrics
from app.quotas.limits import QuotaPlace
from app.quotas.usage import Usage, list_usage
from app.telemetry import store
from app.telemetry.series import BYTES, LATENCY, REQUESTS
from app.telemetry.service import Telemetry

HOURS = 24
TOP_KEYS = 10
_HOUR = 3600


@dataclass(slots=True)
class Hour:
    """
    One hour since the epoch.
    """

    number: int
    requests: int = 0
    errors: int = 0


@dataclass(slots=True)
class Traffic:
    """
    What one surface, `dashboard` or `s3`, did in 24 hours.
    """

    hours: list[Hour]
    by_backend: dict[str, int] = field(default_factory=dict)
    bytes_in: int = 0
    bytes_out: int = 0
    latency: dict[float, float] = field(default_factory=dict)
    """How many requests took at most so many seconds, by those seconds."""

    @property
    def requests(self) -> int:
        """
        All of them.
        """
        return sum(hour.requests for hour in self.hours)

    @property
    def errors(self) -> int:
        """
        Those that ended with a status of 500 or more.
        """
        return sum(hour.errors for hour in self.hours)

    def percentile_ms(self, percent: int) -> int:
        """
        Return the time within which so many percent were answered, to the next bound measured.
        """
        rising = sorted(self.latency.items())
        total = rising[-1][1] if rising else 0.0
        for bound, count in rising:
            if total and count >= total * percent / 100 and bound != float("inf"):
                return round(bound * 1000)
        finite = [bound for bound, _ in rising if bound != float("inf")]
        return round(max(finite) * 1000) if total and finite else 0


@dataclass(frozen=True, slots=True)
class Summary:
    """
    Everything the first look shows.
    """

    traffic: Mapping[str, Traffic]
    recent_failures: Sequence[FailedRequest]
    usage: Mapping[QuotaPlace, Usage]
    top_keys: Sequence[tuple[str, int]]
    """Access keys with the most requests."""
    jobs: Mapping[str, int]
    """How many jobs wait and how many run."""


class Summaries:
    """
    Adds up what is stored and what is not yet.
    """

    def __init__(
        self, telemetry: Telemetry, database: Database, metrics: Metrics, clock: Clock
    ) -> None:
        self._telemetry = telemetry
        self._database = database
        self._metrics = metrics
        self._clock = clock

    async def last_day(self) -> Summary:
        """
        Return the numbers of the last 24 hours, the running one included.
        """
        now = self._clock.now()
        first = int(now.timestamp()) // _HOUR - HOURS + 1
        since = store.span_start(now, _HOUR) - timedelta(hours=HOURS - 1)
        async with self._database.read() as connection:
            points = await store.read_points(
                connection, (REQUESTS, LATENCY, BYTES), since, now, width=store.MINUTES
            )
            usage = await list_usage(connection)
            jobs = await count_states(connection)
        unsaved = [store.Point(one, now, value) for one, value in self._telemetry.unsaved().items()]
        traffic = {name: _empty(first) for name in ("dashboard", "s3")}
        for point in (*points, *unsaved):
            _add(traffic, point)
        keys = await self._telemetry.requests_by_key()
        top = sorted(keys.items(), key=lambda found: (-found[1], found[0]))[:TOP_KEYS]
        return Summary(traffic, tuple(self._metrics.recent_failures), usage, top, jobs)


def _empty(first: int) -> Traffic:
    return Traffic([Hour(first + number) for number in range(HOURS)])


def _add(traffic: Mapping[str, Traffic], point: store.Point) -> None:
    labels = json.loads(point.series.labels)
    found = traffic.get(labels.get("surface", ""))
    if found is None:
        return
    if point.series.name == REQUESTS:
        _add_requests(found, labels, point.at, int(point.value))
    elif point.series.name == LATENCY:
        bound = float(labels["le"])
        found.latency[bound] = found.latency.get(bound, 0.0) + point.value
    elif labels.get("direction") == "in":
        found.bytes_in += int(point.value)
    elif labels.get("direction") == "out":
        found.bytes_out += int(point.value)


def _add_requests(found: Traffic, labels: Mapping[str, str], at: datetime, count: int) -> None:
    place = int(at.timestamp()) // _HOUR - found.hours[0].number
    if not 0 <= place < HOURS:
        return
    found.hours[place].requests += count
    if labels.get("class") == "5xx":
        found.hours[place].errors += count
    if backend := labels.get("backend"):
        found.by_backend[backend] = found.by_backend.get(backend, 0) + count
