"""
`PYTHONPATH=tests python -m bench.passing`: a request through everything of ours, in microseconds.

Connection, decision, pool, upstream, answer and record run as in a worker, but the transports are
stand-ins: what the kernel and the event loop cost is not in the figure. `--profile` shows where
the time goes.
"""

import asyncio
import cProfile
import os
import pstats
import sys
import time
from collections.abc import Callable, Sequence
from typing import cast

from app.clock import SystemClock
from app.logs import configure_logs
from bench import jobs, shapes
from bench.client import Job
from bench.counted import BACKEND, KEYS, make_snapshot
from bench.jobs import Maker, upload
from bench.objects import KILOBYTE, render_deleted
from proxy.connection import ClientConnection
from proxy.plane import Plane
from proxy.record import Recorder
from proxy.upstream import UpstreamConnection

ROUNDS, CALLS, DIFFERENT = 60, 300, 100
MANY = 10_000
"""A body of more bytes is sent less often."""
_FACTS = (
    b'ETag: "0123456789abcdef0123456789abcdef"\r\nLast-Modified: Tue, 14 Nov 2023 22:13:20 GMT\r\n'
    b"Accept-Ranges: bytes\r\nContent-Type: binary/octet-stream\r\nServer: bench\r\n"
    b"x-amz-request-id: 0123456789ABCDEF\r\nDate: Tue, 14 Nov 2023 22:13:20 GMT\r\n"
)
_OBJECT = b"HTTP/1.1 200 OK\r\n%bContent-Length: 1024\r\n\r\n" % _FACTS
_STORED = b"HTTP/1.1 200 OK\r\n%bContent-Length: 0\r\n\r\n" % _FACTS


class _Wire(asyncio.Transport):
    """
    Takes what is written and tells somebody; never full, never closed.
    """

    def __init__(self, on_write: Callable[[bytes], None]) -> None:
        super().__init__({"peername": ("127.0.0.1", 40000)})
        self._on_write = on_write

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._on_write(bytes(data))

    def writelines(self, list_of_data: object) -> None:
        self._on_write(b"".join(cast("list[bytes]", list_of_data)))

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None: ...
    def get_write_buffer_size(self) -> int:
        return 0

    def pause_reading(self) -> None: ...
    def resume_reading(self) -> None: ...
    def abort(self) -> None: ...
    def close(self) -> None: ...
    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None: ...


class Lane:
    """
    One client's connection and one to the backend, with nothing between them but us.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.plane = Plane(SystemClock(), Recorder(SystemClock(), lambda _: None), loop)
        self.plane.apply(make_snapshot())
        self.answer = b""
        self.last = b""
        pool = self.plane.pool(BACKEND)
        self._upstream = UpstreamConnection(pool)
        self._upstream.connection_made(_Wire(self._reply))
        pool.release(self._upstream, is_reusable=True)
        self._client = ClientConnection(self.plane)
        self._client.connection_made(_Wire(self._keep))

    def send(self, job: Job, answer: bytes) -> None:
        """
        Let the client send this; the backend will answer that.
        """
        self.answer = answer
        if job.waits:
            self._client.data_received(job.head)
        self._client.data_received(b"".join(job.body if job.waits else (job.head, *job.body)))

    def _reply(self, _request: bytes) -> None:
        self._upstream.data_received(self.answer)

    def _keep(self, data: bytes) -> None:
        self.last = data


def make_cases() -> dict[str, tuple[list[Job], bytes]]:
    """
    Return for each kind of request: what clients send, and the backend's answer.
    """
    found, gone = _OBJECT + KILOBYTE, render_deleted().encode()
    deleted = b"HTTP/1.1 200 OK\r\n%bContent-Length: %d\r\n\r\n%b" % (_FACTS, len(gone), gone)
    put, put_expect = upload(KILOBYTE, shapes.JS_PUT), upload(KILOBYTE, shapes.BOTO3_PUT)
    makers: dict[str, tuple[Maker, bytes]] = {
        "get-1k": (jobs.read("1k"), found),
        "head-1k": (jobs.look, _OBJECT),
        "put-1k": (put, _STORED),
        "put-1k-expect": (put_expect, _STORED),
        "presigned-get-1k": (jobs.read_presigned, found),
        "bad-signature": (jobs.read_badly_signed, b""),
        "scope-refusal": (jobs.read_foreign, b""),
        "anonymous-get": (jobs.read_anonymous, found),
        "list-buckets": (jobs.list_buckets, b""),
        "multi-delete-1000": (jobs.delete_many, deleted),
    }
    return {name: (maker(KEYS, DIFFERENT), reply) for name, (maker, reply) in makers.items()}


def run(lane: Lane, requests: Sequence[Job], answer: bytes, count: int) -> float:
    """
    Send so many requests in turn; return microseconds for each.
    """
    begun = time.process_time()
    for number in range(count):
        lane.send(requests[number % DIFFERENT], answer)
    return (time.process_time() - begun) / count * 1e6


def main(arguments: Sequence[str]) -> None:
    """
    Print the least mean of several rounds: the neighbours' noise only ever adds.
    """
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    configure_logs(level="warn")
    loop = asyncio.new_event_loop()
    for name, (requests, answer) in make_cases().items():
        lane = Lane(loop)
        lane.send(requests[0], answer)
        assert lane.last.startswith(b"HTTP/1.1 %d" % requests[0].status), lane.last
        calls = CALLS if len(requests[0].body) < 1 or len(requests[0].body[0]) < MANY else 10
        if "--profile" in arguments:
            profile = cProfile.Profile()
            profile.runcall(run, lane, requests, answer, calls)
            pstats.Stats(profile).sort_stats("tottime").print_stats(28)
        best = min(run(lane, requests, answer, calls) for _ in range(ROUNDS))
        sys.stdout.write(f"{name:20} {best:6.1f} us\n")
    loop.close()


if __name__ == "__main__":
    main(sys.argv[1:])
