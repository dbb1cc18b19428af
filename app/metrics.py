"""
Every metric, in one registry of our own, as Prometheus reads it.

What the main process counts are plain attributes of `Metrics`. What workers count comes in deltas
(`app.tally`) and is added up in `app.worker_metrics`.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

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
from prometheus_client.openmetrics import exposition as openmetrics

from app.tally import CounterDelta, GaugeValue, HistogramDelta
from app.worker_metrics import WorkerCollector

_REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_RESPONSE_BYTES = (2**10, 2**16, 2**20, 2**24, 2**28, 2**30, 2**34)
_HUNDRED = 100


RECENT_FAILURES = 50


@dataclass(frozen=True, slots=True)
class FailedRequest:
    """
    A call of the dashboard's API that ended with a status of 500 or more.
    """

    at: datetime
    method: str
    path: str
    status: int
    request_id: str
    user_id: str = ""
    backend_id: str = ""


class Metrics:
    """
    What this installation counts. Safe to use from one event loop.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        self._workers = WorkerCollector()
        self.registry.register(self._workers)
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self.recent_failures: deque[FailedRequest] = deque(maxlen=RECENT_FAILURES)
        """The last calls that failed on our side, the oldest first."""
        self._add_requests()
        self._add_state()
        self._add_audit()

    def _add_requests(self) -> None:
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

    def _add_state(self) -> None:
        self._backend_up = Gauge(
            "stowage_backend_up",
            "1 where the last probe of the backend succeeded.",
            ("backend",),
            registry=self.registry,
        )
        self._probes = Counter(
            "stowage_backend_probes_total",
            "Probes of the backend, a minute apart, by whether it answered.",
            ("backend", "outcome"),
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
        self._jobs = Gauge(
            "stowage_jobs", "Jobs that wait and that run.", ("state",), registry=self.registry
        )
        self._jobs_ended = Counter(
            "stowage_jobs_ended_total",
            "Jobs that ended, by how they did.",
            ("kind", "state"),
            registry=self.registry,
        )
        self._job_objects = Counter(
            "stowage_job_objects_total",
            "Objects that jobs have done.",
            ("kind",),
            registry=self.registry,
        )
        self._job_bytes = Counter(
            "stowage_job_bytes_total",
            "Sizes of the objects that jobs have done.",
            ("kind",),
            registry=self.registry,
        )
        self.uploads_active = Gauge(
            "stowage_uploads_active",
            "Uploads through the dashboard that are under way.",
            registry=self.registry,
        )

    def _add_audit(self) -> None:
        self.audit_dropped = Counter(
            "stowage_audit_dropped_total",
            "Audit events that neither the database nor the disk took.",
            registry=self.registry,
        )
        self.audit_merged = Counter(
            "stowage_audit_merged_total",
            "Refusals that became part of another audit row, which counts them.",
            registry=self.registry,
        )
        self.audit_full = Counter(
            "stowage_audit_full_total",
            "What a full audit queue led to: a change waited, refusals were merged for another"
            " second, an event was spooled to disk.",
            ("effect",),
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

    def note_failure(self, failure: FailedRequest) -> None:
        """
        Remember a call that failed on our side, for a while.
        """
        self.recent_failures.append(failure)

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

    def count_probe(self, backend: str, *, is_up: bool) -> None:
        """
        Count one of the probes that uptime is made of.
        """
        self._probes.labels(backend, "answered" if is_up else "failed").inc()

    def forget_backend(self, backend: str) -> None:
        """
        Show a backend no more that was removed.
        """
        self._backend_up.remove_by_labels({"backend": backend})

    def show_jobs(self, counts: Mapping[str, int]) -> None:
        """
        Show how many jobs are in each state that is not final.
        """
        for state, count in counts.items():
            self._jobs.labels(state).set(count)

    def count_job(self, kind: str, state: str, *, objects: int, size_bytes: int) -> None:
        """
        Count a job that ended, and what it did.
        """
        self._jobs_ended.labels(kind, state).inc()
        self._job_objects.labels(kind).inc(objects)
        self._job_bytes.labels(kind).inc(size_bytes)

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
            self._workers.add(counter)
        for histogram in histograms:
            self._workers.merge(histogram)
        for gauge in gauges:
            self._workers.show(worker, gauge)

    def forget_worker(self, worker: str) -> None:
        """
        Drop the gauges of a worker that is gone; what it counted stays.
        """
        self._workers.forget(worker)

    def render(self, accept: str = "") -> tuple[bytes, str]:
        """
        Return the exposition and its content type: OpenMetrics if `Accept` names it, else text.
        """
        if "application/openmetrics-text" in accept:
            body: bytes = openmetrics.generate_latest(self.registry)  # type: ignore[no-untyped-call]  # the library leaves it untyped
            return body, openmetrics.CONTENT_TYPE_LATEST
        return generate_latest(self.registry), CONTENT_TYPE_PLAIN_0_0_4
