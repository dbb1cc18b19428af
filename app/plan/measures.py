"""
What a monitoring system sees of the configuration.
"""

from prometheus_client import Counter, Gauge

from app.config.product import KINDS
from app.metrics import Metrics
from app.plan.reload import Drift, Reload


class Measures:
    """
    Drift by kind, and how the last change of the file went.
    """

    def __init__(self, metrics: Metrics) -> None:
        self._drift = Gauge(
            "stowage_config_drift",
            "Things that are not as the configuration declares them.",
            ("kind",),
            registry=metrics.registry,
        )
        self._is_taken_over = Gauge(
            "stowage_config_last_reload_successful",
            "1 where the configuration file is in force, 0 where its last change was refused.",
            registry=metrics.registry,
        )
        self._reloads = Counter(
            "stowage_config_reloads_total",
            "Times the configuration was read again, by how it went.",
            ("outcome",),
            registry=metrics.registry,
        )
        self._is_taken_over.set(1)

    def note_reload(self, reload: Reload) -> None:
        """
        Count an attempt to take over the file.
        """
        self._reloads.labels(reload.outcome.value).inc()
        self._is_taken_over.set(reload.is_taken_over)

    def note_drift(self, drift: Drift) -> None:
        """
        Show what differs now.
        """
        counts = drift.counts()
        for kind in KINDS:
            self._drift.labels(kind).set(counts.get(kind, 0))
