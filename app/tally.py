"""
Counts and durations that a worker collects until it hands them to main; standard library only.

Main adds them to the metric of the same name in `app.metrics`. A name or label that is not known
there is ignored and logged, so that a newer worker does not stop an older main.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Labels = tuple[str, ...]
"""Label values in the order that the metric declares them."""

SECONDS_BOUNDS: Mapping[str, tuple[float, ...]] = {
    "stowage_s3_request_duration_seconds": (
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
    ),
    "stowage_s3_backend_duration_seconds": (
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
    ),
    "stowage_s3_upstream_duration_seconds": (
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
    ),
}  # fmt: skip
"""The upper bounds of each histogram's buckets; main and workers count by the same ones."""


KEY_REQUESTS = "stowage_s3_key_request_total"
"""Requests of each access key: shown to administrators, but no metric, since keys are many."""


@dataclass(frozen=True, slots=True)
class CounterDelta:
    """
    By how much a counter grew since the last batch.
    """

    name: str
    labels: Labels
    amount: float


@dataclass(frozen=True, slots=True)
class HistogramDelta:
    """
    What a histogram saw since the last batch.
    """

    name: str
    labels: Labels
    buckets: tuple[int, ...]
    """How many observations fell into each bucket (not cumulative), the last one is +Inf."""
    total: float
    """Sum of what was observed."""


@dataclass(frozen=True, slots=True)
class GaugeValue:
    """
    What a gauge stands at in this worker now; main adds up the workers.
    """

    name: str
    labels: Labels
    value: float


@dataclass(slots=True)
class Tally:
    """
    What one worker counted since it last handed in.
    """

    _counters: dict[tuple[str, Labels], float] = field(default_factory=dict)
    _histograms: dict[tuple[str, Labels], tuple[list[int], list[float]]] = field(
        default_factory=dict
    )

    def count(self, name: str, labels: Labels = (), amount: float = 1.0) -> None:
        """
        Add to a counter.
        """
        key = (name, labels)
        self._counters[key] = self._counters.get(key, 0.0) + amount

    def observe(self, name: str, labels: Labels, value: float) -> None:
        """
        Put a duration into a histogram.

        Raises:
            KeyError: no bounds are known for the name; a fault of the caller.
        """
        bounds = SECONDS_BOUNDS[name]
        key = (name, labels)
        entry = self._histograms.get(key)
        if entry is None:
            entry = self._histograms[key] = ([0] * (len(bounds) + 1), [0.0])
        entry[0][bisect_left(bounds, value)] += 1
        entry[1][0] += value

    def add(self, name: str, labels: Labels, buckets: Sequence[int], total: float) -> None:
        """
        Put durations into a histogram that were sorted into its buckets already.
        """
        entry = self._histograms.setdefault((name, labels), ([0] * len(buckets), [0.0]))
        for number, count in enumerate(buckets):
            entry[0][number] += count
        entry[1][0] += total

    def drain(self) -> tuple[tuple[CounterDelta, ...], tuple[HistogramDelta, ...]]:
        """
        Return everything collected, and start again from nothing.
        """
        counters = tuple(
            CounterDelta(name, labels, amount) for (name, labels), amount in self._counters.items()
        )
        histograms = tuple(
            HistogramDelta(name, labels, tuple(buckets), total[0])
            for (name, labels), (buckets, total) in self._histograms.items()
        )
        self._counters.clear()
        self._histograms.clear()
        return counters, histograms
