"""
Whether a backend answers: the present state and the last twenty probes.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

HISTORY = 20


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """
    One probe: when, how it went, how long it took.
    """

    at: datetime
    is_healthy: bool
    latency_ms: int
    error: str = ""
    """For administrators; holds the backend's S3 code, never its words nor its host."""


@dataclass(frozen=True, slots=True)
class HealthReport:
    """
    A backend's state at one moment, with its past, the oldest probe first.
    """

    is_healthy: bool = False
    last_probe_at: datetime | None = None
    last_error: str = ""
    latency_ms: int = 0
    history: tuple[ProbeResult, ...] = ()


@dataclass(slots=True)
class HealthRecord:
    """
    What the registry remembers of one backend; a replaced backend starts with an empty one.
    """

    _last: ProbeResult | None = None
    _history: deque[ProbeResult] = field(default_factory=lambda: deque(maxlen=HISTORY))

    def note(self, result: ProbeResult) -> None:
        """
        Make it the present state, without a place in the history.
        """
        self._last = result

    def append(self, result: ProbeResult) -> None:
        """
        Make it the present state and the youngest of the history.
        """
        self._last = result
        self._history.append(result)

    def report(self) -> HealthReport:
        """
        Return the state; a backend that was never probed counts as not healthy.
        """
        if self._last is None:
            return HealthReport()
        last = self._last
        return HealthReport(
            last.is_healthy, last.at, last.error, last.latency_ms, tuple(self._history)
        )
