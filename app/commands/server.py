"""
The running server: dashboard and S3 endpoint, from the first socket to the last request.
"""

import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from socket import socket
from typing import TYPE_CHECKING, Any

import structlog
import uvicorn
import uvloop

from app.certificate import Certificate, LiveCertificate, load_certificate
from app.commands.in_force import prepare_for
from app.commands.listening import bind_listener, local_url, say_why_not
from app.commands.signals import StopRequests
from app.config.models import Config
from app.config.server import TlsConfig
from app.config.values import parse_listen_address
from app.plan.watch import following
from app.services import Services, open_services, run_services
from dashboard.live import LiveDashboard
from dashboard.readiness import Readiness
from dashboard.wire import IDLE_SECONDS, BoundedHttp
from proxy.supervisor import ProxySupervisor

if TYPE_CHECKING:
    from starlette.types import ASGIApp

SWITCH_SECONDS = 0.001
# Beyond the time that was granted, for what has to end after the last request.
_HANG_SECONDS = 2.0
_TICKS_PER_SECOND = 10  # of uvicorn's own clock

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Addresses:
    """
    Where this process listens, as URLs that a program on this machine can use.
    """

    dashboard_url: str
    s3_endpoint: str
    """Empty when `s3_proxy.enabled` is off."""


Prepare = Callable[[Services], Awaitable[None]]
WhenReady = Callable[[Services, Addresses], Awaitable[None]]


def run_server(config: Config, *, prepare: Prepare, when_ready: WhenReady) -> bool:
    """
    Serve until a signal asks to stop; tell whether every request was finished in time.

    `prepare` is awaited before anything is served, `when_ready` once both listeners answer; an
    error in either ends the server.

    Raises:
        StartError: an address cannot be bound, or something else outside is in the way.
    """
    with (
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        _collecting_later(),
        switching_soon(),
    ):
        try:
            return runner.run(_serve(config, prepare, when_ready))
        except asyncio.CancelledError:  # asked to stop before anything was served
            return True


@contextmanager
def switching_soon() -> Iterator[None]:
    """
    Have a thread that computes let the event loop go on after a millisecond, until the block ends.

    Python's own five are waited at each of the loop's system calls, several times for a request:
    a long list that a thread renders would make everybody's calls four times as long.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@contextmanager
def _collecting_later() -> Iterator[None]:
    """
    Collect no garbage until everything is loaded: nearly all that a start makes stays.

    With 100,000 credentials the collector would walk through millions of objects, again and again.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _collect_from_now() -> None:
    """
    Keep what is here out of the collector's way to the end; from now on it does its work.
    """
    gc.collect()
    gc.freeze()
    gc.enable()


async def _serve(config: Config, prepare: Prepare, when_ready: WhenReady) -> bool:
    stop = StopRequests()
    stop.listen()
    with bind_listener(parse_listen_address(config.server.listen), setting="server.listen") as own:
        async with open_services(config) as services:
            async with stop.cancelling():
                await prepare(services)
            async with run_services(services), following(services.configuration) as follower:
                stop.on_hangup(follower.ask)
                return await _serve_on(own, services, when_ready, stop)


async def _serve_on(
    own: socket, services: Services, when_ready: WhenReady, stop: StopRequests
) -> bool:
    config = services.config
    notes = {
        "configuration": services.configuration.describe,
        "audit_room": services.audit.describe_room,
    }
    readiness = Readiness(services.probes(), notes)
    dashboard = LiveDashboard(services, readiness)
    services.configuration.follow(prepare_for(services, dashboard))
    web = Listener(dashboard, config)
    proxy = await _start_proxy(services)
    serving = asyncio.create_task(web.serve(sockets=[own]))
    addresses = _addresses(config, own, proxy)

    async def announce() -> None:
        await web.accepting.wait()
        _collect_from_now()
        await when_ready(services, addresses)

    ready = asyncio.create_task(announce())
    try:
        await _until_stopped(serving, ready, stop)
    finally:
        readiness.begin_drain()
        is_drained = await _drain(
            services.config, stop, [web.stop(serving, services.config), _drain_proxy(proxy)]
        )
    return is_drained


class Listener(uvicorn.Server):
    """
    uvicorn for the dashboard: our sockets, our signals, its protocol.
    """

    def __init__(self, application: "ASGIApp", config: Config) -> None:
        live = _load_certificate(config.server.tls)
        super().__init__(
            uvicorn.Config(
                application,
                http=BoundedHttp,
                timeout_keep_alive=IDLE_SECONDS,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                lifespan="off",
                ws="none",
                ssl_context_factory=None if live is None else lambda *_: live.context,
                # It hands the number to asyncio.wait_for, which takes any.
                timeout_graceful_shutdown=_drain_seconds(config),  # type: ignore[arg-type]  # it says int
            )
        )
        self.accepting = asyncio.Event()
        self._certificate = live
        self.config.load()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """
        Leave the signals to `StopRequests`, which knows of both listeners.
        """
        yield

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """
        Start accepting, and say so.
        """
        await super().startup(sockets)
        self.accepting.set()

    async def on_tick(self, counter: int) -> bool:
        """
        Do what uvicorn does ten times a second, and look after the certificate once.
        """
        if self._certificate is not None and counter % _TICKS_PER_SECOND == 0:
            self._certificate.refresh()
        return await super().on_tick(counter)

    async def stop(self, serving: "asyncio.Task[None]", config: Config) -> bool:
        """
        Accept nothing more and finish what runs; tell whether all was finished in time.
        """
        # As long as the configuration grants now, whatever it granted at the start.
        self.config.timeout_graceful_shutdown = _drain_seconds(config)  # type: ignore[assignment]  # as above
        self.should_exit = True
        await asyncio.wait([serving])  # how it ended is `_until_stopped`'s to say
        return not self.server_state.tasks


def _load_certificate(tls: TlsConfig) -> LiveCertificate | None:
    if not tls.cert_file:
        return None
    return load_certificate(Certificate(tls.cert_file, tls.key_file), setting="server.tls")


async def _until_stopped(
    serving: "asyncio.Task[None]", ready: "asyncio.Task[None]", stop: StopRequests
) -> None:
    """
    Wait for the first signal; let a failure of the server or of the start surface at once.
    """
    asked = asyncio.create_task(stop.first.wait())
    waiting: set[asyncio.Future[Any]] = {serving, ready, asked}
    try:
        while not asked.done() and not serving.done():
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()
    finally:
        asked.cancel()
        ready.cancel()


async def _drain(config: Config, stop: StopRequests, ways_out: list[Awaitable[bool]]) -> bool:
    """
    Let both listeners finish at once; tell whether each finished all its requests.

    Each gives up by itself at the deadline; a second signal, or a listener that hangs, ends it.
    """
    finished = asyncio.gather(*ways_out)
    hurried = asyncio.create_task(stop.second.wait())
    ends: set[asyncio.Future[Any]] = {finished, hurried}
    seconds = _drain_seconds(config) + _HANG_SECONDS
    done, _ = await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    hurried.cancel()
    is_drained = finished in done and all(finished.result())
    if finished not in done:
        finished.cancel()
        await asyncio.wait([finished])
    if not is_drained:
        log.error("requests were cut off")
    return is_drained


def _drain_seconds(config: Config) -> float:
    return config.server.shutdown_timeout + config.server.drain_timeout


async def _start_proxy(services: Services) -> ProxySupervisor | None:
    if not services.config.s3_proxy.enabled:
        return None
    proxy = ProxySupervisor(services)
    try:
        await proxy.start()
    except OSError as error:
        listen = parse_listen_address(services.config.s3_proxy.listen)
        raise say_why_not(error, listen, setting="s3_proxy.listen") from error
    return proxy


async def _drain_proxy(proxy: ProxySupervisor | None) -> bool:
    return proxy is None or await proxy.drain()


def _addresses(config: Config, own: socket, proxy: ProxySupervisor | None) -> Addresses:
    host, port = own.getsockname()[:2]
    scheme = "https" if config.server.tls.cert_file else "http"
    return Addresses(local_url(host, port, scheme=scheme), proxy.address if proxy else "")
