"""
The single worker of a small install, in the main process: the fleet's interface without the fleet.
"""

import asyncio
from collections.abc import Callable

from app.audit.event import AuditEvent
from app.clock import SystemClock
from app.quotas.messages import QuotaDown
from app.snapshot.calls import CorsSet
from app.snapshot.values import Snapshot
from app.snapshot.wire import AuditBatch, CounterBatch, DeltaMessage, LastUsed, Up, apply_delta
from proxy.fleet import FleetSettings
from proxy.listening import bind_sockets
from proxy.outbox import FLUSH_SECONDS, gauges_of
from proxy.plane import Plane
from proxy.record import Recorder
from proxy.server import Server, verify_certificate

NAME = "in-process"


class InProcess:
    """
    Serves an address from this loop.
    """

    def __init__(self, settings: FleetSettings, *, receive: Callable[[str, Up], None]) -> None:
        loop = asyncio.get_running_loop()
        clock = SystemClock()
        self.settings = settings
        self._receive = receive
        self._plane = Plane(clock, Recorder(clock, self._emit), loop)
        self._plane.calls.connect(lambda message: receive(NAME, message))
        self._plane.quotas.connect(lambda message: receive(NAME, message))
        self._server = Server(self._plane)
        self._address = ("", 0)
        self._flushing: asyncio.Task[None] | None = None

    async def start(self, snapshot: Snapshot) -> None:
        """
        Bind the address and serve.

        Raises:
            OSError: the address cannot be bound.
            StartError: the certificate cannot be used.
        """
        settings = self.settings
        verify_certificate(settings.certificate)
        self._plane.apply(snapshot)
        listener = bind_sockets(settings.host, settings.port, 1)[0]
        host, port = listener.getsockname()[:2]
        self._address = (host, port)
        await self._server.start(listener, settings.certificate)
        self._flushing = asyncio.create_task(self._flush_regularly())

    @property
    def address(self) -> tuple[str, int]:
        """
        Return host and port as bound.
        """
        return self._address

    def publish(self, delta: DeltaMessage) -> None:
        """
        Decide by what changed, from the next request on.
        """
        self._plane.apply(apply_delta(self._plane.snapshot, delta))

    def answer(self, _worker: str, message: CorsSet) -> None:
        """
        Tell how a call of the worker ended.
        """
        self._plane.calls.answer(message)

    def tell(self, _worker: str, message: QuotaDown) -> None:
        """
        Tell the worker something about limits.
        """
        self._plane.quotas.take(message)

    async def drain(self, seconds: float) -> bool:
        """
        Accept nothing new and finish what runs; tell whether all was finished in time.
        """
        is_finished = await self._server.drain(seconds)
        if self._flushing is not None:
            self._flushing.cancel()
        self._plane.recorder.flush_all()
        self._flush()
        return is_finished

    async def stop(self) -> None:
        """
        End everything at once.
        """
        await self.drain(0.0)

    def _emit(self, event: AuditEvent) -> None:
        self._receive(NAME, AuditBatch((event,)))

    async def _flush_regularly(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            self._flush()

    def _flush(self) -> None:
        recorder = self._plane.recorder
        recorder.flush()
        counters, histograms = recorder.tally.drain()
        self._receive(NAME, CounterBatch(counters, histograms, gauges_of(self._plane)))
        if seen := recorder.take_last_used():
            self._receive(NAME, LastUsed(seen))
