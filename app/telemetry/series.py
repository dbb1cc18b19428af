"""
The series that are kept, and how they are read off the metrics.

A series is a name and labels. Counters are kept as growth, gauges as they stood. Names and labels
are few: what could grow without end is cut here, before it reaches the database.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prometheus_client.metrics_core import Metric
from prometheus_client.samples import Sample

Labels = Mapping[str, str]
MAX_LABELS_OF_A_NAME = 500
"""Label sets of one name that are kept; the others are left out."""
REQUESTS, LATENCY, BYTES, ERRORS = "requests", "latency", "bytes", "errors"
STORAGE, OBJECTS, PROBE, KEYS = "storage_bytes", "storage_objects", "probe_ms", "key_requests"
PROBES = "probes"
"""How many probes of a backend were answered and failed, which is its uptime."""
NAMES = (REQUESTS, LATENCY, BYTES, ERRORS, STORAGE, OBJECTS, PROBE, PROBES)


@dataclass(frozen=True, slots=True)
class Series:
    """
    One line of a chart.
    """

    name: str
    labels: str
    """A JSON object with sorted names, so that equal labels are equal text."""


@dataclass(frozen=True, slots=True)
class _Source:
    """
    Where a counter's series come from.
    """

    name: str
    fixed: Labels
    kept: Mapping[str, str]
    """Labels of the metric that stay, and what they are called in the series."""


_SOURCES: Mapping[str, _Source] = {
    "stowage_requests_total": _Source(
        REQUESTS, {"surface": "dashboard"}, {"backend": "backend", "status_class": "class"}
    ),
    "stowage_s3_backend_request_total": _Source(
        REQUESTS, {"surface": "s3"}, {"backend": "backend", "status_class": "class"}
    ),
    "stowage_request_duration_seconds_bucket": _Source(
        LATENCY, {"surface": "dashboard"}, {"backend": "backend", "le": "le"}
    ),
    "stowage_s3_backend_duration_seconds_bucket": _Source(
        LATENCY, {"surface": "s3"}, {"backend": "backend", "le": "le"}
    ),
    "stowage_response_bytes_sum": _Source(
        BYTES, {"surface": "dashboard", "direction": "out"}, {"backend": "backend"}
    ),
    "stowage_s3_backend_bytes_total": _Source(
        BYTES, {"surface": "s3"}, {"backend": "backend", "direction": "direction"}
    ),
    "stowage_backend_probes_total": _Source(
        PROBES, {}, {"backend": "backend", "outcome": "outcome"}
    ),
    "stowage_errors_total": _Source(ERRORS, {}, {"surface": "surface", "code": "code"}),
}


def series(name: str, **labels: str) -> Series:
    """
    Return the series of a name and labels.
    """
    return Series(name, json.dumps(labels, sort_keys=True, separators=(",", ":")))


def read_counters(families: Iterable[Metric]) -> dict[Series, float]:
    """
    Return what every counter stands at; metrics that differ in labels that are not kept add up.
    """
    totals: dict[Series, float] = {}
    for family in families:
        for sample in family.samples:
            source = _SOURCES.get(sample.name)
            if source is not None:
                found = _series_of(sample, source)
                totals[found] = totals.get(found, 0.0) + sample.value
    return totals


def growth(now: Mapping[Series, float], before: Mapping[Series, float]) -> dict[Series, float]:
    """
    Return by how much each counter grew; one that was set back counts from nothing.
    """
    grown = {
        one: value - before.get(one, 0.0) if value >= before.get(one, 0.0) else value
        for one, value in now.items()
    }
    return {one: value for one, value in grown.items() if value > 0}


def bounded(values: Mapping[Series, float]) -> dict[Series, float]:
    """
    Return the values without the smallest ones of a name that has too many label sets.
    """
    by_name: dict[str, list[Series]] = {}
    for one in values:
        by_name.setdefault(one.name, []).append(one)
    kept: dict[Series, float] = {}
    for found in by_name.values():
        largest = sorted(found, key=lambda one: (-values[one], one.labels))
        kept |= {one: values[one] for one in largest[:MAX_LABELS_OF_A_NAME]}
    return kept


def _series_of(sample: Sample, source: _Source) -> Series:
    kept = {new: sample.labels.get(old, "") for old, new in source.kept.items()}
    return series(source.name, **source.fixed, **kept)
