"""
The S3 endpoint as the main process sees it: started, kept informed, listened to, drained.
"""

import asyncio
import os
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import structlog

from app.certificate import Certificate
from app.config.values import parse_listen_address
from app.quotas.messages import QuotaAsk, QuotaBegin, QuotaMore, QuotaReturn, QuotaSettle
from app.snapshot.calls import SetCors
from app.snapshot.wire import AuditBatch, CounterBatch, DeltaMessage, LastUsed, Up
from app.tally import KEY_REQUESTS
from proxy.core import twin
from proxy.cors_desk import set_cors
from proxy.fleet import Fleet, FleetSettings
from proxy.in_process import InProcess

if TYPE_CHECKING:
    from app.config.models import Config
    from app.services import Services

_DROPPED = "stowage_audit_dropped_total"
_log = structlog.get_logger("proxy.supervisor")


class ProxySupervisor:
    """
    Runs the workers of `s3_proxy`, or the single one inside this process.
    """

    def __init__(self, services: "Services") -> None:
        self._services = services
        self._engine: Fleet | InProcess | None = None
        self._stack = AsyncExitStack()
        self._following: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """
        Bind the address and serve; return when every worker is ready.

        Raises:
            OSError: the address cannot be bound.
            StartError: the certificate cannot be used, or a worker does not get ready.
        """
        config = self._services.config
        settings = _fleet_settings(config)
        warn_of_slow_core()
        if config.s3_proxy.in_process:
            engine: Fleet | InProcess = InProcess(settings, receive=self._receive)
        else:
            engine = Fleet(settings, receive=self._receive, forget=self._forget)
        self._services.quotas.desk.tell = engine.tell
        snapshot, deltas = await self._stack.enter_async_context(self._services.feed.subscribe())
        try:
            await engine.start(snapshot)
        except BaseException:
            await self._stack.aclose()
            raise
        self._engine = engine
        self._following = asyncio.create_task(_follow(deltas, engine))

    @property
    def engine(self) -> Fleet | InProcess:
        """
        Return what serves; only after `start`.
        """
        if self._engine is None:
            raise RuntimeError("the proxy has not been started")
        return self._engine

    @property
    def address(self) -> str:
        """
        Return the URL by which a program on this machine reaches the endpoint.
        """
        host, port = self.engine.address
        is_every = host in ("::", "0.0.0.0")  # noqa: S104  compared, not bound
        shown = "127.0.0.1" if is_every else host
        scheme = "https" if self.engine.settings.certificate else "http"
        return f"{scheme}://{f'[{shown}]' if ':' in shown else shown}:{port}"

    async def drain(self) -> bool:
        """
        Accept nothing new, finish what runs within `server.drain_timeout`, then stop.

        Returns:
            Whether every request was finished.
        """
        server = self._services.config.server
        try:
            return await self.engine.drain(server.shutdown_timeout + server.drain_timeout)
        except asyncio.CancelledError:
            await self.engine.stop()
            raise
        finally:
            if self._following is not None:
                self._following.cancel()
            await self._stack.aclose()

    def _receive(self, worker: str, message: Up) -> None:
        match message:
            case AuditBatch():
                self._services.audit.record_all(message.events)
            case CounterBatch():
                self._count(worker, message)
            case SetCors():
                self._begin(self._set_cors(worker, message))
            case LastUsed():
                self._services.credentials.note_used(message.seen)
            case QuotaAsk() | QuotaBegin() | QuotaMore() | QuotaSettle() | QuotaReturn():
                self._services.quotas.desk.receive(worker, message)

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _set_cors(self, worker: str, call: SetCors) -> None:
        self.engine.answer(worker, await set_cors(self._services, call))

    def _count(self, worker: str, batch: CounterBatch) -> None:
        metrics = self._services.metrics
        for counter in batch.counters:
            if counter.name == _DROPPED:
                metrics.audit_dropped.inc(counter.amount)
            elif counter.name == KEY_REQUESTS:
                self._services.telemetry.note_key(counter.labels[0], counter.amount)
        metrics.apply(
            worker,
            counters=[one for one in batch.counters if one.name not in (_DROPPED, KEY_REQUESTS)],
            histograms=batch.histograms,
            gauges=batch.gauges,
        )

    def _forget(self, worker: str) -> None:
        self._services.metrics.forget_worker(worker)
        self._services.quotas.desk.forget(worker)


def warn_of_slow_core() -> None:
    """
    Say in the log, once for all workers, that the compiled core was not built or is kept out.
    """
    if twin.core == twin.PYTHON:
        _log.warning("the S3 proxy's core runs in Python", cure="install with a C compiler")


async def _follow(deltas: "asyncio.Queue[DeltaMessage]", engine: Fleet | InProcess) -> None:
    while True:
        engine.publish(await deltas.get())


def _fleet_settings(config: "Config") -> FleetSettings:
    proxy = config.s3_proxy
    listen = parse_listen_address(proxy.listen)
    certificate = None
    if proxy.tls.cert_file:
        certificate = Certificate(proxy.tls.cert_file, proxy.tls.key_file)
    return FleetSettings(
        listen.host,
        listen.port,
        workers=proxy.workers or os.cpu_count() or 1,
        log_level=config.log.level,
        log_format=config.log.format,
        certificate=certificate,
    )
