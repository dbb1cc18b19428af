"""
What a worker has to tell main: audit rows, counts, last-used times; kept while main is busy.
"""

from collections import deque

from app.audit.event import AuditEvent
from app.snapshot.wire import AuditBatch, CounterBatch, LastUsed, encode
from app.tally import CounterDelta, GaugeValue
from proxy.control import Channel
from proxy.plane import Plane

FLUSH_SECONDS = 0.25
MAX_EVENTS = 100_000
"""About 100 MB of rows; beyond that the oldest are dropped, and counted."""
_BATCH = 1000
_MAX_UNSENT_BYTES = 8 * 1024 * 1024


class Outbox:
    """
    Collects events; `flush` sends what main is able to take.
    """

    def __init__(self) -> None:
        self._events: deque[AuditEvent] = deque()
        self._dropped = 0
        self._last_counts = CounterBatch()

    def emit(self, event: AuditEvent) -> None:
        """
        Keep an event until main takes it.
        """
        if len(self._events) >= MAX_EVENTS:
            self._events.popleft()
            self._dropped += 1
        self._events.append(event)

    def flush(self, channel: Channel, plane: Plane) -> None:
        """
        Send what there is; keep it while main does not read.
        """
        plane.recorder.flush()
        if not channel.is_open or channel.unsent_bytes > _MAX_UNSENT_BYTES:
            return
        while self._events and channel.unsent_bytes <= _MAX_UNSENT_BYTES:
            size = min(_BATCH, len(self._events))
            batch = tuple(self._events.popleft() for _ in range(size))
            channel.send(encode(AuditBatch(batch)))
        counts = self._counts(plane)
        if counts != self._last_counts:
            # An idle worker, whose gauges stand still, wakes nobody up.
            self._last_counts = CounterBatch(gauges=counts.gauges)
            channel.send(encode(counts))
        if seen := plane.recorder.take_last_used():
            channel.send(encode(LastUsed(seen)))

    def _counts(self, plane: Plane) -> CounterBatch:
        counters, histograms = plane.recorder.tally.drain()
        if self._dropped:
            dropped = CounterDelta("stowage_audit_dropped_total", (), self._dropped)
            counters = (*counters, dropped)
            self._dropped = 0
        return CounterBatch(counters, histograms, gauges_of(plane))


def gauges_of(plane: Plane) -> tuple[GaugeValue, ...]:
    """
    Return what stands at a value now.
    """
    return (
        GaugeValue("stowage_s3_inflight_requests", (), plane.requests_in_flight),
        GaugeValue("stowage_s3_connections", (), len(plane.connections)),
        GaugeValue("stowage_s3_credential_cache_size", (), len(plane.snapshot.credentials)),
    )
