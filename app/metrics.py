"""
Every metric, in one registry of our own, as Prometheus reads it.

What the main process counts are plain attributes of `Metrics`. What workers count comes in deltas
(`app.tally`) under the names of `WORKER_METRICS` and is added up here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.registry import Collector

from app.tally import SECONDS_BOUNDS, CounterDelta, GaugeValue, HistogramDelta, Labels

_log = structlog.get_logger(__name__)

_REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_RESPONSE_BYTES = (2**10, 2**16, 2**20, 2**24, 2**28, 2**30, 2**34)
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class WorkerMetric:
    """
    A metric that workers count.
    """

    name: str
    help: str
    labels: tuple[str, ...] = ()


_COUNTERS = (
    WorkerMetric(
        "stowage_s3_request_total",
        "Requests to the S3 endpoint.",
        ("method", "operation", "status", "result", "auth_mode"),
    ),
    WorkerMetric("stowage_s3_auth_failure_total", "Requests that proved nobody.", ("reason",)),
    WorkerMetric("stowage_s3_scope_violation_total", "Requests beyond a credential's scopes."),
    WorkerMetric("stowage_s3_bytes_in_total", "Body bytes from clients.", ("operation",)),
    WorkerMetric("stowage_s3_bytes_out_total", "Body bytes to clients.", ("operation",)),
    WorkerMetric("stowage_s3_anonymous_reject_total", "Strangers refused.", ("reason",)),
    WorkerMetric(
        "stowage_s3_anonymous_request_total", "Strangers' requests.", ("operation", "status")
    ),
)
_HISTOGRAMS = (
    WorkerMetric("stowage_s3_request_duration_seconds", "From head to last byte.", ("operation",)),
    WorkerMetric(
        "stowage_s3_upstream_duration_seconds", "Until the backend's head came.", ("operation",)
    ),
)
_SUMMED_GAUGES = (
    WorkerMetric("stowage_s3_inflight_requests", "Requests under way."),
    WorkerMetric("stowage_s3_connections", "Open connections of clients."),
)
_EQUAL_GAUGES = (WorkerMetric("stowage_s3_credential_cache_size", "Credentials that can sign."),)

WORKER_METRICS: Mapping[str, WorkerMetric] = {
    metric.name: metric for metric in (*_COUNTERS, *_HISTOGRAMS, *_SUMMED_GAUGES, *_EQUAL_GAUGES)
}
"""What workers may report, by name; the label values stand in this order."""


class _WorkerCollector(Collector):
    """
    Adds up what the workers report and shows it to the registry.
    """

    def __init__(self) -> None:
        self.counters: dict[tuple[str, Labels], float] = {}
        self.histograms: dict[tuple[str, Labels], tuple[list[int], float]] = {}
        self.gauges: dict[tuple[str, str, Labels], float] = {}
        """By worker, name and labels."""

    def add(self, delta: CounterDelta) -> None:
        key = (delta.name, delta.labels)
        self.counters[key] = self.counters.get(key, 0.0) + delta.amount

    def merge(self, delta: HistogramDelta) -> None:
        key = (delta.name, delta.labels)
        counts, total = self.histograms.get(key, ([0] * len(delta.buckets), 0.0))
        joined = [old + new for old, new in zip(counts, delta.buckets, strict=True)]
        self.histograms[key] = (joined, total + delta.total)

    def collect(self) -> Iterable[Metric]:
        for metric in _COUNTERS:
            yield self._counter(metric)
        for metric in _HISTOGRAMS:
            yield self._histogram(metric)
        for metric in _SUMMED_GAUGES:
            yield GaugeMetricFamily(metric.name, metric.help, sum(self._values(metric)))
        for metric in _EQUAL_GAUGES:
            yield GaugeMetricFamily(metric.name, metric.help, max(self._values(metric), default=0))

    def _counter(self, metric: WorkerMetric) -> Metric:
        family = CounterMetricFamily(metric.name, metric.help, labels=metric.labels)
        if not metric.labels:
            family.add_metric((), self.counters.get((metric.name, ()), 0.0))
            return family
        for (name, labels), value in self.counters.items():
            if name == metric.name:
                family.add_metric(labels, value)
        return family

    def _histogram(self, metric: WorkerMetric) -> Metric:
        family = HistogramMetricFamily(metric.name, metric.help, labels=metric.labels)
        bounds = [*map(str, SECONDS_BOUNDS[metric.name]), "+Inf"]
        for (name, labels), (counts, total) in self.histograms.items():
            if name == metric.name:
                rising = [sum(counts[: place + 1]) for place in range(len(counts))]
                buckets = list(zip(bounds, map(float, rising), strict=True))
                family.add_metric(labels, buckets, sum_value=total)
        return family

    def _values(self, metric: WorkerMetric) -> list[float]:
        return [value for (_, name, _), value in self.gauges.items() if name == metric.name]


class Metrics:
    """
    What this installation counts. Safe to use from one event loop.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        self._workers = _WorkerCollector()
        self.registry.register(self._workers)
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._requests = Counter(
            "stowage_requests_total",
            "Calls of the dashboard's API.",
            ("method", "status_class", "backend"),
            registry=self.registry,
        )
        self._request_seconds = Histogram(
            "stowage_request_duration_seconds",
            "From the first byte of a call to the last of its answer.",
            ("method", "backend"),
            buckets=_REQUEST_SECONDS,
            registry=self.registry,
        )
        self._response_bytes = Histogram(
            "stowage_response_bytes",
            "Sizes of answers that have a body.",
            ("method", "backend"),
            buckets=_RESPONSE_BYTES,
            registry=self.registry,
        )
        self._errors = Counter(
            "stowage_errors_total",
            "Error answers, by the codes of the error page.",
            ("surface", "code"),
            registry=self.registry,
        )
        self._logins = Counter(
            "stowage_login_failures_total",
            "Sign-ins that were refused.",
            ("reason",),
            registry=self.registry,
        )
        self._backend_up = Gauge(
            "stowage_backend_up",
            "1 where the last probe of the backend succeeded.",
            ("backend",),
            registry=self.registry,
        )
        self._database_bytes = Gauge(
            "stowage_sqlite_db_bytes",
            "Size of the main SQLite file; 0 without one.",
            registry=self.registry,
        )
        self.sessions_active = Gauge(
            "stowage_sessions_active", "Sessions that have not ended.", registry=self.registry
        )
        self.audit_dropped = Counter(
            "stowage_audit_dropped_total",
            "Audit events that neither the database nor the disk took.",
            registry=self.registry,
        )
        self.audit_waiting = Gauge(
            "stowage_audit_waiting", "Audit events not stored yet.", registry=self.registry
        )

    def observe_request(
        self, method: str, status: int, backend: str, *, seconds: float, response_bytes: int
    ) -> None:
        """
        Count one call of the dashboard's API.

        Args:
            method: One of a fixed set; the caller maps the others to `OTHER`.
            status: The answer's.
            backend: The id of a backend that exists, or empty.
            seconds: How long it took.
            response_bytes: Size of the answer's body.
        """
        status_class = f"{status // _HUNDRED}xx" if 1 <= status // _HUNDRED <= 5 else "unknown"  # noqa: PLR2004  1xx to 5xx
        self._requests.labels(method, status_class, backend).inc()
        self._request_seconds.labels(method, backend).observe(seconds)
        if response_bytes > 0:
            self._response_bytes.labels(method, backend).observe(response_bytes)

    def count_error(self, surface: str, code: str) -> None:
        """
        Count an error answer, `dashboard` or `s3`, under its code in the error registry.
        """
        self._errors.labels(surface, code).inc()

    def count_login_failure(self, reason: str) -> None:
        """
        Count a refused sign-in; the reason is one of a fixed set.
        """
        self._logins.labels(reason).inc()

    def show_backend(self, backend: str, *, is_up: bool) -> None:
        """
        Show what the last probe of a backend found.
        """
        self._backend_up.labels(backend).set(is_up)

    def forget_backend(self, backend: str) -> None:
        """
        Show a backend no more that was removed.
        """
        self._backend_up.remove_by_labels({"backend": backend})

    def watch_database(self, path: Path) -> None:
        """
        Show the size of this SQLite file at every scrape.
        """
        self._database_bytes.set_function(lambda: path.stat().st_size if path.exists() else 0)

    def apply(
        self,
        worker: str,
        *,
        counters: Iterable[CounterDelta] = (),
        histograms: Iterable[HistogramDelta] = (),
        gauges: Iterable[GaugeValue] = (),
    ) -> None:
        """
        Add what a worker counted since it last said so. What is not known here is logged, not kept.

        Args:
            worker: Which worker, for its gauges; see `forget_worker`.
            counters: By how much counters grew.
            histograms: What histograms saw.
            gauges: What gauges stand at now.
        """
        for counter in counters:
            if _fits(counter.name, counter.labels):
                self._workers.add(counter)
        for histogram in histograms:
            wanted = len(SECONDS_BOUNDS.get(histogram.name, ())) + 1
            if _fits(histogram.name, histogram.labels) and len(histogram.buckets) == wanted:
                self._workers.merge(histogram)
        for gauge in gauges:
            if _fits(gauge.name, gauge.labels):
                self._workers.gauges[worker, gauge.name, gauge.labels] = gauge.value

    def forget_worker(self, worker: str) -> None:
        """
        Drop the gauges of a worker that is gone; what it counted stays.
        """
        gone = [key for key in self._workers.gauges if key[0] == worker]
        for key in gone:
            del self._workers.gauges[key]

    def render(self, accept: str = "") -> tuple[bytes, str]:
        """
        Return the exposition and its content type: OpenMetrics if `Accept` names it, else text.
        """
        if "application/openmetrics-text" in accept:
            body: bytes = openmetrics.generate_latest(self.registry)  # type: ignore[no-untyped-call]  # the library leaves it untyped
            return body, openmetrics.CONTENT_TYPE_LATEST
        return generate_latest(self.registry), CONTENT_TYPE_PLAIN_0_0_4


def _fits(name: str, labels: Labels) -> bool:
    metric = WORKER_METRICS.get(name)
    if metric is not None and len(metric.labels) == len(labels):
        return True
    _log.warning("a worker reported a metric that is not known here", metric=name)
    return False
