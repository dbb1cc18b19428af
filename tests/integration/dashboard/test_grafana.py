"""
The Grafana dashboard that comes along asks for metrics and labels that there are.
"""

import json
import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from app.worker_metrics import WORKER_METRICS
from support.dashboard import Dashboard

FILE = Path(__file__).parents[3] / "docs" / "grafana" / "stowage.json"
_METRIC = re.compile(r"\b(?:stowage|process)_[a-z0-9_]+")
_BY = re.compile(r"\bby \(([^)]*)\)")
_LEGEND = re.compile(r"\{\{(\w+)\}\}")


def expressions() -> list[tuple[str, str]]:
    board = json.loads(FILE.read_text())
    return [
        (target["expr"], target["legendFormat"])
        for panel in board["panels"]
        for target in panel["targets"]
    ]


def labels_of(dashboard: Dashboard) -> dict[str, set[str]]:
    """
    Return the labels of every metric, by the names that a query may use.
    """
    found: dict[str, set[str]] = {}
    for collector in dashboard.services.metrics.registry._collector_to_names:  # noqa: SLF001  no other way to the label names of a metric without samples
        names = getattr(collector, "_labelnames", ())
        for name in dashboard.services.metrics.registry._collector_to_names[collector]:  # noqa: SLF001  see above
            found[name] = set(names) | {"le"}
    for name, metric in WORKER_METRICS.items():
        for ending in ("", "_bucket"):
            found[f"{name}{ending}"] = set(metric.labels) | {"le"}
    for family in dashboard.services.metrics.registry.collect():
        found.setdefault(family.name, set()).update(getattr(family, "_labelnames", ()))
    text = dashboard.services.metrics.render()[0].decode()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def test_every_panel_asks_for_what_there_is(dashboard: Dashboard) -> None:
    known = labels_of(dashboard)

    for expression, legend in expressions():
        (metric,) = set(_METRIC.findall(expression))
        assert metric in known, expression
        grouped = [name.strip() for part in _BY.findall(expression) for name in part.split(",")]
        assert set(grouped) <= known[metric], expression
        if grouped:
            assert set(_LEGEND.findall(legend)) <= set(grouped), expression


def test_every_metric_of_ours_that_tells_of_trouble_is_shown() -> None:
    shown = {name for expression, _ in expressions() for name in _METRIC.findall(expression)}

    assert {
        "stowage_backend_up",
        "stowage_errors_total",
        "stowage_audit_dropped_total",
        "stowage_quota_refusals_total",
        "stowage_login_failures_total",
        "stowage_s3_auth_failure_total",
    } <= shown
