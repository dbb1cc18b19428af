"""
One worker process: `python -m proxy.worker`, started by `proxy.fleet` and by nobody else.

It inherits a listening socket and one end of a socket pair. It decides by the snapshot that main
sends and never opens the database; when main is gone, it finishes what runs and leaves.
"""

import proxy.lean  # noqa: F401  first: it keeps out what the others would load

# isort: split
import argparse
import asyncio
import gc
import os
import signal
import sys
from dataclasses import dataclass
from socket import socket

import structlog
import uvloop

from app.certificate import Certificate
from app.clock import SystemClock
from app.logs import configure_logs
from app.quotas.messages import QuotaAnswer, QuotaNotice, QuotaRecall
from app.snapshot.calls import CorsSet
from app.snapshot.wire import (
    DeltaMessage,
    Drain,
    Inspect,
    Inspection,
    Ping,
    Pong,
    Ready,
    SnapshotMessage,
    apply_delta,
    decode_down,
    encode,
)
from proxy.control import Channel
from proxy.outbox import FLUSH_SECONDS, Outbox
from proxy.plane import Plane
from proxy.record import Recorder
from proxy.server import Server

ORPHAN_SECONDS = 5.0
"""How long a worker whose main is gone may finish what runs; it holds the address meanwhile."""
TERMINATED_SECONDS = 60.0
_log = structlog.get_logger("proxy.worker")


@dataclass(frozen=True, slots=True)
class Assignment:
    """
    What a worker is started with.
    """

    listener_fd: int
    control_fd: int
    certificate: Certificate | None = None
    workers: int = 1
    """How many there are; each grants its share of a limit."""


class Worker:
    """
    The process: its plane, its server, its end of the socket pair.
    """

    def __init__(self, assignment: Assignment, loop: asyncio.AbstractEventLoop) -> None:
        self._assignment = assignment
        self._loop = loop
        self._outbox = Outbox()
        recorder = Recorder(SystemClock(), self._outbox.emit)
        self._plane = Plane(SystemClock(), recorder, loop, workers=assignment.workers)
        self._server = Server(self._plane)
        self._channel = Channel(self._take, self._lose_main)
        self._may_begin = asyncio.Event()
        """The first snapshot is there, or there never will be one."""
        self._leave: asyncio.Future[float] = loop.create_future()
        """Resolved with the seconds that running requests may still take."""

    async def run(self) -> bool:
        """
        Serve until told to leave; tell whether every request was finished.
        """
        assignment = self._assignment
        self._loop.add_signal_handler(signal.SIGTERM, self._ask_to_leave, TERMINATED_SECONDS)
        await self._loop.create_unix_connection(
            lambda: self._channel, sock=socket(fileno=assignment.control_fd)
        )
        self._plane.calls.connect(lambda message: self._channel.send(encode(message)))
        self._plane.quotas.connect(
            lambda message: self._channel.send(encode(message)),
            is_clear=lambda: not self._channel.unsent_bytes,
        )
        await self._may_begin.wait()
        if self._leave.done():
            return True
        # What is here stays to the end: the collector need not walk through it again and again,
        # and was kept from it until here.
        gc.collect()
        gc.freeze()
        gc.enable()
        await self._server.start(socket(fileno=assignment.listener_fd), assignment.certificate)
        self._channel.send(encode(Ready(os.getpid(), self._plane.snapshot.revision)))
        flushing = asyncio.create_task(self._flush_regularly())
        is_finished = await self._server.drain(await self._leave)
        flushing.cancel()
        await self._flush_last()
        return is_finished

    def _take(self, body: bytes) -> None:
        message = decode_down(body)
        match message:
            case SnapshotMessage():
                self._plane.apply(message.snapshot)
                self._may_begin.set()
            case DeltaMessage():
                self._plane.apply(apply_delta(self._plane.snapshot, message))
            case CorsSet():
                self._plane.calls.answer(message)
            case QuotaAnswer() | QuotaRecall() | QuotaNotice():
                self._plane.quotas.take(message)
            case Drain():
                self._ask_to_leave(message.deadline_seconds)
            case Ping():
                self._channel.send(encode(self._pong(message.sequence)))
            case Inspect():
                modules = tuple(sorted(sys.modules))
                self._channel.send(encode(Inspection(message.sequence, modules)))

    def _pong(self, sequence: int) -> Pong:
        plane = self._plane
        return Pong(
            sequence,
            plane.snapshot.revision,
            connections=len(plane.connections),
            requests_in_flight=plane.requests_in_flight,
        )

    def _lose_main(self) -> None:
        self._plane.calls.lose()
        self._plane.quotas.lose()
        if not self._leave.done():
            _log.warning("main is gone", pid=os.getpid())
        self._ask_to_leave(ORPHAN_SECONDS)

    def _ask_to_leave(self, seconds: float) -> None:
        if not self._leave.done():
            self._leave.set_result(seconds)
            self._may_begin.set()

    async def _flush_regularly(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            self._outbox.flush(self._channel, self._plane)

    async def _flush_last(self) -> None:
        self._plane.recorder.flush_all()
        self._outbox.flush(self._channel, self._plane)
        self._channel.close()
        await self._channel.closed.wait()


def main() -> None:
    """
    Run one worker with what the command line says.
    """
    parser = argparse.ArgumentParser(prog="proxy.worker")
    parser.add_argument("--listener", type=int, required=True)
    parser.add_argument("--control", type=int, required=True)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--log-level", default="info")
    parser.add_argument("--log-format", default="json")
    parser.add_argument("--cert-file", default="")
    parser.add_argument("--key-file", default="")
    arguments = parser.parse_args()
    gc.disable()
    configure_logs(level=arguments.log_level, log_format=arguments.log_format)
    # Ctrl-C reaches the whole process group; main decides when workers leave.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    certificate = None
    if arguments.cert_file:
        certificate = Certificate(arguments.cert_file, arguments.key_file)
    assignment = Assignment(
        arguments.listener, arguments.control, certificate, workers=arguments.workers
    )
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        is_finished = runner.run(_run(assignment))
    sys.exit(0 if is_finished else 1)


async def _run(assignment: Assignment) -> bool:
    return await Worker(assignment, asyncio.get_running_loop()).run()


if __name__ == "__main__":
    main()
