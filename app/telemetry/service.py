"""
`Telemetry`: reads the metrics every minute, keeps their growth, and answers for the charts.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from app.audit.event import Actor
from app.backends.registry import BackendRegistry
from app.clock import Clock
from app.database.engine import Database
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.metrics import Metrics
from app.quotas.usage import list_usage
from app.telemetry import series, store
from app.telemetry.series import KEYS, Series

SAMPLE_SECONDS = 60.0
MAX_KEYS_AN_HOUR = 5000
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Line:
    """
    One line of a chart: the beginnings of spans in seconds since the epoch, and the values.
    """

    name: str
    labels: Mapping[str, str]
    points: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """
    Lines over a range, in spans of `step_seconds`.

    Of what is counted, a span without a point is one in which nothing happened. How something
    stands is noted four times an hour, and holds until the next point.
    """

    step_seconds: int
    lines: tuple[Line, ...]


@dataclass(slots=True)
class _Pending:
    """
    What is not in the database yet.
    """

    totals: dict[Series, float] = field(default_factory=dict)
    """What the counters stood at when they were written last."""
    keys: dict[str, float] = field(default_factory=dict)
    levels_of: datetime | None = None
    """The quarter of an hour in which it was noted how things stand."""


class Telemetry:
    """
    The numbers of this installation over time. Several replicas add to the same spans.
    """

    def __init__(
        self, database: Database, metrics: Metrics, registry: BackendRegistry, clock: Clock
    ) -> None:
        self._database = database
        self._metrics = metrics
        self._registry = registry
        self._clock = clock
        self._pending = _Pending()

    def note_key(self, access_key: str, requests: float) -> None:
        """
        Count requests of an access key that proved itself.
        """
        keys = self._pending.keys
        if access_key in keys or len(keys) < MAX_KEYS_AN_HOUR:
            keys[access_key] = keys.get(access_key, 0.0) + requests

    async def follow(self) -> None:
        """
        Write every minute, until cancelled; then once more.
        """
        try:
            while True:
                await asyncio.sleep(SAMPLE_SECONDS)
                await self._sample_or_say()
        finally:
            await self._sample_or_say()

    async def _sample_or_say(self) -> None:
        try:
            await self.sample()
        except StowageError as error:
            _log.warning("metrics were not stored; they are with the next ones", error=str(error))
        except Exception:  # noqa: BLE001  a background loop outlives every fault of one round
            _log.exception("metrics were not stored")

    async def sample(self) -> None:
        """
        Write what happened since the last time.

        Raises:
            StowageError: the database does not answer; nothing is lost, the next call writes it.
        """
        now, pending = self._clock.now(), self._pending
        totals = series.read_counters(self._metrics.registry.collect())
        grown = series.bounded(series.growth(totals, pending.totals))
        noted, pending.keys = pending.keys, {}
        keys = {series.series(KEYS, access_key=key): count for key, count in noted.items()}
        try:
            pending.levels_of = await self._write(now, grown, keys)
        except BaseException:
            for key, count in noted.items():
                self.note_key(key, count)
            raise
        pending.totals = totals

    async def _write(
        self, now: datetime, grown: Mapping[Series, float], keys: Mapping[Series, float]
    ) -> datetime:
        """
        Write everything in one transaction, and return the quarter of an hour it belongs to.
        """
        quarter = store.span_start(now, store.QUARTERS.seconds)
        levels = await self._read_levels() if quarter != self._pending.levels_of else {}
        async with self._database.write() as connection:
            await store.add_growth(connection, grown, now)
            await store.add_growth(connection, keys, now, widths=(store.HOURS,))
            await store.set_levels(connection, series.bounded(levels), now)
            await store.purge(connection, now)
        return quarter

    async def chart(
        self,
        actor: Actor,
        names: Sequence[str],
        since: datetime,
        until: datetime,
        *,
        step_seconds: int = 0,
    ) -> Chart:
        """
        Return series over a range, in spans as fine as are kept for it.

        Args:
            actor: An administrator.
            names: Which ones; none means all.
            since: The beginning, inclusive.
            until: The end, inclusive.
            step_seconds: The least width of a span; 0 means as fine as there is.

        Raises:
            StowageError: `forbidden`; `bad_request`: there is no such series, or the range ends
                before it begins.
        """
        actor.require_admin()
        wanted = list(names) or list(series.NAMES)
        if unknown := set(wanted) - set(series.NAMES):
            problem = f"{min(unknown)[:40]} is none; use {', '.join(series.NAMES)}"
            raise _invalid("name", problem)
        if since >= until:
            raise _invalid("from", "it must lie before `to`")
        width = self._width(since, step_seconds)
        async with self._database.read() as connection:
            points = await store.read_points(
                connection,
                wanted,
                store.span_start(since, width.seconds),
                until,
                width=width,
            )
        return Chart(width.seconds, _lines(points))

    async def requests_by_key(self) -> Mapping[str, int]:
        """
        Return how many requests each access key made in the last 24 hours.
        """
        since = self._clock.now() - timedelta(hours=24)
        async with self._database.read() as connection:
            stored = await store.sum_by_labels(connection, KEYS, since, width=store.HOURS)
        found = {json.loads(labels)["access_key"]: count for labels, count in stored.items()}
        for key, count in self._pending.keys.items():
            found[key] = found.get(key, 0.0) + count
        return {key: int(count) for key, count in found.items()}

    def unsaved(self) -> Mapping[Series, float]:
        """
        Return what the counters grew since they were written last.
        """
        totals = series.read_counters(self._metrics.registry.collect())
        return series.growth(totals, self._pending.totals)

    async def _read_levels(self) -> dict[Series, float]:
        """
        Return how things stand: what buckets hold, how fast backends answer.
        """
        async with self._database.read() as connection:
            usage = await list_usage(connection)
        levels: dict[Series, float] = {}
        for place, used in usage.items():
            labels = {"backend": place.backend_id, "bucket": place.bucket}
            levels[series.series(series.STORAGE, **labels)] = used.used_bytes
            levels[series.series(series.OBJECTS, **labels)] = used.object_count
        for backend_id in self._registry.ids:
            report = self._registry.health(backend_id)
            if report.is_healthy:
                levels[series.series(series.PROBE, backend=backend_id)] = report.latency_ms
        return levels

    def _width(self, since: datetime, step_seconds: int) -> store.Width:
        age = self._clock.now() - since
        for width in store.WIDTHS:
            if age <= width.kept and width.seconds >= step_seconds:
                return width
        return store.WIDTHS[-1]


def _lines(points: Sequence[store.Point]) -> tuple[Line, ...]:
    found: dict[Series, list[tuple[int, float]]] = {}
    for point in points:
        found.setdefault(point.series, []).append((int(point.at.timestamp()), point.value))
    return tuple(
        Line(one.name, json.loads(one.labels), tuple(values)) for one, values in found.items()
    )


def _invalid(name: str, problem: str) -> StowageError:
    return errors.BAD_REQUEST(reason="field.invalid", params={"field": name, "problem": problem})
