"""
The metrics that workers count: their names, and the sum over all workers.

Workers send what they counted as deltas (`app.tally`); `app.metrics` shows the sums.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import structlog
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from app.tally import SECONDS_BOUNDS, CounterDelta, GaugeValue, HistogramDelta, Labels

_log = structlog.get_logger(__name__)


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
    WorkerMetric(
        "stowage_s3_backend_request_total",
        "Requests to the S3 endpoint, by the backend they were for.",
        ("backend", "status_class"),
    ),
    WorkerMetric(
        "stowage_s3_backend_bytes_total", "Body bytes, by backend.", ("backend", "direction")
    ),
    WorkerMetric("stowage_s3_anonymous_reject_total", "Strangers refused.", ("reason",)),
    WorkerMetric(
        "stowage_s3_anonymous_request_total", "Strangers' requests.", ("operation", "status")
    ),
)
_HISTOGRAMS = (
    WorkerMetric("stowage_s3_request_duration_seconds", "From head to last byte.", ("operation",)),
    WorkerMetric(
        "stowage_s3_backend_duration_seconds", "From head to last byte, by backend.", ("backend",)
    ),
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


class WorkerCollector(Collector):
    """
    Adds up what the workers report and shows it to the registry.
    """

    def __init__(self) -> None:
        self.counters: dict[tuple[str, Labels], float] = {}
        self.histograms: dict[tuple[str, Labels], tuple[list[int], float]] = {}
        self.gauges: dict[tuple[str, str, Labels], float] = {}
        """By worker, name and labels."""

    def add(self, delta: CounterDelta) -> None:
        """
        Add to a counter; one that is not known is logged and left out.
        """
        if not _fits(delta.name, delta.labels):
            return
        key = (delta.name, delta.labels)
        self.counters[key] = self.counters.get(key, 0.0) + delta.amount

    def merge(self, delta: HistogramDelta) -> None:
        """
        Add to a histogram; one that is not known is logged and left out.
        """
        wanted = len(SECONDS_BOUNDS.get(delta.name, ())) + 1
        if not _fits(delta.name, delta.labels) or len(delta.buckets) != wanted:
            return
        key = (delta.name, delta.labels)
        counts, total = self.histograms.get(key, ([0] * len(delta.buckets), 0.0))
        joined = [old + new for old, new in zip(counts, delta.buckets, strict=True)]
        self.histograms[key] = (joined, total + delta.total)

    def show(self, worker: str, gauge: GaugeValue) -> None:
        """
        Take over what a gauge of a worker stands at; one that is not known is left out.
        """
        if _fits(gauge.name, gauge.labels):
            self.gauges[worker, gauge.name, gauge.labels] = gauge.value

    def forget(self, worker: str) -> None:
        """
        Drop the gauges of a worker that is gone; what it counted stays.
        """
        self.gauges = {key: value for key, value in self.gauges.items() if key[0] != worker}

    def collect(self) -> Iterable[Metric]:
        """
        Yield every metric of the workers, as the registry asks for them.
        """
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


def _fits(name: str, labels: Labels) -> bool:
    metric = WORKER_METRICS.get(name)
    if metric is not None and len(metric.labels) == len(labels):
        return True
    _log.warning("a worker reported a metric that is not known here", metric=name)
    return False
