"""
The workers of one S3 address, as main sees them: started, fed, listened to, started again.

Every worker has a listening socket of its own, which main holds for life: a worker that dies
leaves its queue to its successor (measured: closing one of several such sockets resets the
connections that wait in it).
"""

import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from socket import AF_UNIX, SOCK_STREAM, socket, socketpair

import structlog

from app.certificate import Certificate
from app.errors.start import StartError
from app.quotas.messages import QuotaDown
from app.snapshot.calls import CorsSet
from app.snapshot.values import EMPTY, Snapshot
from app.snapshot.wire import (
    DeltaMessage,
    Drain,
    Inspect,
    Inspection,
    Ping,
    Pong,
    Ready,
    SnapshotMessage,
    Up,
    apply_delta,
    decode_up,
    encode,
)
from proxy.control import Channel
from proxy.listening import bind_sockets
from proxy.server import verify_certificate

READY_SECONDS = 30.0
PING_SECONDS = 5.0
HUNG_SECONDS = 30.0
"""A worker that has not answered for so long is killed and started again."""
_LAST_WORDS_SECONDS = 1.0
_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 5.0
_KEPT_VARIABLES = frozenset(
    {
        *("PATH", "LANG", "LC_ALL", "TZ", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV"),
        *("PYTHONPATH", "PYTHONHOME", "PYTHONUNBUFFERED", "SSL_CERT_FILE", "SSL_CERT_DIR"),
    }
)
"""Of main's environment a worker gets these: the others hold secrets that it has no use for."""
_log = structlog.get_logger("proxy.fleet")


@dataclass(frozen=True, slots=True)
class FleetSettings:
    """
    What the workers are started with.
    """

    host: str
    port: int
    workers: int = 1
    log_level: str = "info"
    log_format: str = "json"
    certificate: Certificate | None = None


class WorkerProcess:
    """
    One place in the fleet: a socket, and the process that serves it at present.
    """

    def __init__(
        self, name: str, listener: socket, fleet: "Fleet", loop: asyncio.AbstractEventLoop
    ) -> None:
        self.name = name
        self.ready = asyncio.Event()
        self.pid = 0
        self._listener = listener
        self._fleet = fleet
        self._loop = loop
        self._channel: Channel | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._answered_at = 0.0
        self._sequence = 0
        self._inspections: dict[int, asyncio.Future[Inspection]] = {}
        self._leaving = asyncio.Event()

    async def keep_running(self) -> None:
        """
        Start the process, and again whenever it ends, until the fleet drains.
        """
        pause = _FIRST_PAUSE_SECONDS
        while not self._leaving.is_set():
            started = self._loop.time()
            try:
                await self._run_once()
            except OSError as error:
                _log.error("a worker cannot be started", worker=self.name, problem=str(error))
            if self._leaving.is_set():
                return
            lived = self._loop.time() - started
            pause = _FIRST_PAUSE_SECONDS if lived > _LONGEST_PAUSE_SECONDS else pause * 2
            pause = min(pause, _LONGEST_PAUSE_SECONDS)
            _log.error("a worker died and is started again", worker=self.name, after_seconds=lived)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._leaving.wait()

    async def _run_once(self) -> None:
        ours, theirs = socketpair(AF_UNIX, SOCK_STREAM)
        ours.setblocking(False)
        try:
            process = await self._spawn(theirs)
        finally:
            theirs.close()
        self._process = process
        self.pid = process.pid
        self._channel = channel = Channel(self._take, lambda: None)
        await self._loop.create_unix_connection(lambda: channel, sock=ours)
        channel.send(encode(SnapshotMessage(self._fleet.snapshot)))
        self._answered_at = self._loop.time()
        pinging = asyncio.create_task(self._ping_regularly(process))
        try:
            await process.wait()
        finally:
            pinging.cancel()
            self.ready.clear()
            # What it said last is read before it is forgotten: it names the writes that ran.
            with suppress(TimeoutError):
                async with asyncio.timeout(_LAST_WORDS_SECONDS):
                    await channel.closed.wait()
            channel.close()
            self._fleet.forget(self.name)

    async def _spawn(self, control: socket) -> asyncio.subprocess.Process:
        settings = self._fleet.settings
        certificate = settings.certificate
        fds = (self._listener.fileno(), control.fileno())
        command = [sys.executable, "-P", "-m", "proxy.worker"]
        command += ["--listener", str(fds[0]), "--control", str(fds[1])]
        command += ["--workers", str(settings.workers)]
        command += ["--log-level", settings.log_level, "--log-format", settings.log_format]
        if certificate is not None:
            command += ["--cert-file", certificate.cert_file, "--key-file", certificate.key_file]
        environment = {name: text for name, text in os.environ.items() if name in _KEPT_VARIABLES}
        return await asyncio.create_subprocess_exec(
            *command, pass_fds=fds, env=environment, stdin=asyncio.subprocess.DEVNULL
        )

    async def _ping_regularly(self, process: asyncio.subprocess.Process) -> None:
        while True:
            await asyncio.sleep(PING_SECONDS)
            if self._loop.time() - self._answered_at > HUNG_SECONDS:
                _log.error("a worker hangs and is killed", worker=self.name, pid=process.pid)
                process.kill()
                return
            self._sequence += 1
            self.send(encode(Ping(self._sequence)))

    def send(self, frame: bytes) -> None:
        """
        Send a frame to the process that runs now.
        """
        if self._channel is not None:
            self._channel.send(frame)

    async def inspect(self) -> tuple[str, ...]:
        """
        Return the names of the modules that the process has loaded.
        """
        self._sequence += 1
        future: asyncio.Future[Inspection] = self._loop.create_future()
        self._inspections[self._sequence] = future
        self.send(encode(Inspect(self._sequence)))
        return (await future).modules

    async def drain(self, seconds: float) -> bool:
        """
        Let the process finish what runs; kill it when it takes longer. Tell whether it finished.
        """
        self._leaving.set()
        process = self._process
        if process is None or process.returncode is not None:
            return True
        self.send(encode(Drain(seconds)))
        try:
            async with asyncio.timeout(seconds + 1.0):
                await process.wait()
        except TimeoutError:
            _log.error("a worker did not leave and is killed", worker=self.name, pid=process.pid)
            process.kill()
            await process.wait()
        return process.returncode == 0

    def kill(self) -> None:
        """
        End the process at once.
        """
        self._leaving.set()
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    def _take(self, body: bytes) -> None:
        self._answered_at = self._loop.time()
        message = decode_up(body)
        try:
            self._act_on(message)
        except Exception:  # noqa: BLE001  an edge: our fault must not cost the worker its main
            _log.exception("a worker's report could not be taken", worker=self.name)

    def _act_on(self, message: Up) -> None:
        if isinstance(message, Ready):
            self.ready.set()
        elif isinstance(message, Inspection):
            future = self._inspections.pop(message.sequence, None)
            if future is not None and not future.done():
                future.set_result(message)
        elif not isinstance(message, Pong):
            self._fleet.receive(self.name, message)


class Fleet:
    """
    All workers of one address.
    """

    def __init__(
        self,
        settings: FleetSettings,
        *,
        receive: Callable[[str, Up], None],
        forget: Callable[[str], None],
    ) -> None:
        """
        Bind nothing yet.

        Args:
            settings: What the workers are started with.
            receive: Takes audit rows, counts and last-used times with the worker's name.
            forget: Learns that a worker of that name is gone.
        """
        self.settings = settings
        self.snapshot = EMPTY
        self.receive = receive
        self.forget = forget
        self.workers: list[WorkerProcess] = []
        self.is_draining = False
        self._sockets: list[socket] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, snapshot: Snapshot) -> None:
        """
        Bind the address, start the workers, return when all of them serve.

        Raises:
            OSError: the address cannot be bound.
            StartError: the certificate cannot be used, or a worker does not get ready in time.
        """
        self.snapshot = snapshot
        loop = asyncio.get_running_loop()
        settings = self.settings
        verify_certificate(settings.certificate)
        self._sockets = bind_sockets(settings.host, settings.port, settings.workers)
        self.workers = [
            WorkerProcess(f"worker-{place}", listener, self, loop)
            for place, listener in enumerate(self._sockets)
        ]
        self._tasks = [asyncio.create_task(worker.keep_running()) for worker in self.workers]
        try:
            async with asyncio.timeout(READY_SECONDS):
                for worker in self.workers:
                    await worker.ready.wait()
        except TimeoutError as error:
            await self.stop()
            raise StartError(
                f"the S3 workers did not start within {READY_SECONDS:.0f} seconds: "
                "the log lines before this one say why"
            ) from error
        except BaseException:
            await self.stop()
            raise

    @property
    def address(self) -> tuple[str, int]:
        """
        Return host and port as bound; the real port where 0 was asked for.
        """
        host, port = self._sockets[0].getsockname()[:2]
        return host, port

    def publish(self, delta: DeltaMessage) -> None:
        """
        Let every worker decide by what changed, from its next request on.
        """
        self.snapshot = apply_delta(self.snapshot, delta)
        frame = encode(delta)
        for worker in self.workers:
            worker.send(frame)

    def answer(self, name: str, message: CorsSet) -> None:
        """
        Tell a worker how a call of its ended; a successor takes no notice of it.
        """
        for worker in self.workers:
            if worker.name == name:
                worker.send(encode(message))

    def tell(self, name: str, message: QuotaDown) -> None:
        """
        Tell a worker something about limits.
        """
        for worker in self.workers:
            if worker.name == name:
                worker.send(encode(message))

    def replace(self, snapshot: Snapshot) -> None:
        """
        Let every worker decide by another snapshot altogether.
        """
        self.snapshot = snapshot
        frame = encode(SnapshotMessage(snapshot))
        for worker in self.workers:
            worker.send(frame)

    async def drain(self, seconds: float) -> bool:
        """
        Accept nothing new and let every worker finish; tell whether all was finished in time.
        """
        self.is_draining = True
        for listener in self._sockets:
            listener.close()
        finished = await asyncio.gather(*(worker.drain(seconds) for worker in self.workers))
        await self.stop()
        return all(finished)

    async def stop(self) -> None:
        """
        End everything at once.
        """
        for worker in self.workers:
            worker.kill()
        for listener in self._sockets:
            listener.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
