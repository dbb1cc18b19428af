"""
`PYTHONPATH=tests python -m bench.passing`: a request through everything of ours, in microseconds.

Connection, decision, pool, upstream, answer and record run as in a worker, but the transports are
stand-ins: what the kernel and the event loop cost is not in the figure. `--profile` shows where
the time goes.
"""

import asyncio
import cProfile
import hashlib
import os
import pstats
import sys
import time
from collections.abc import Callable, Sequence
from typing import cast

from app.clock import SystemClock
from bench import shapes, signing
from bench.counted import BACKEND, KEYS, make_snapshot
from bench.objects import BUCKET, KILOBYTE, crc32_of
from bench.signing import Ask
from proxy.connection import ClientConnection
from proxy.plane import Plane
from proxy.record import Recorder
from proxy.upstream import UpstreamConnection

ROUNDS, CALLS, DIFFERENT = 60, 300, 100
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

    def send(self, data: bytes, answer: bytes) -> None:
        """
        Let the client send this; the backend will answer that.
        """
        self.answer = answer
        self._client.data_received(data)

    def _reply(self, _request: bytes) -> None:
        self._upstream.data_received(self.answer)

    def _keep(self, data: bytes) -> None:
        self.last = data


def make_cases() -> dict[str, tuple[list[bytes], bytes, bytes]]:
    """
    Return for each kind of request: what the client sends, the backend's answer, ours begins so.
    """
    reads = (shapes.BOTO3_GET, shapes.CLI_GET, shapes.JS_GET)
    heads = (shapes.BOTO3_PLAIN, shapes.CLI_PLAIN, shapes.JS_HEAD)
    fine, found = b"HTTP/1.1 200", _OBJECT + KILOBYTE
    bad = [signing.spoil(_sign("GET", shape, n)).data for n, shape in _turns(reads)]
    return {
        "get-1k": ([_sign("GET", shape, n).data for n, shape in _turns(reads)], found, fine),
        "head-1k": ([_sign("HEAD", shape, n).data for n, shape in _turns(heads)], _OBJECT, fine),
        "put-1k": (
            [_sign("PUT", shapes.JS_PUT, n).data + KILOBYTE for n in range(DIFFERENT)],
            _STORED,
            fine,
        ),
        "presigned-get-1k": ([_presign(n) for n in range(DIFFERENT)], found, fine),
        "bad-signature": (bad, b"", b"HTTP/1.1 403"),
    }


def _turns(shapes_: Sequence[shapes.Shape]) -> list[tuple[int, shapes.Shape]]:
    return [(number, shapes_[number % len(shapes_)]) for number in range(DIFFERENT)]


def _sign(method: str, shape: shapes.Shape, number: int) -> signing.Head:
    path = f"/{BUCKET}/1k/{number:06d}"
    if method != "PUT":
        return signing.sign(Ask(method, path, shape), KEYS[number % len(KEYS)])

    sha256 = hashlib.sha256(KILOBYTE).hexdigest()
    ask = Ask("PUT", path, shape, sha256=sha256, length=1024, crc32=crc32_of(KILOBYTE))
    return signing.sign(ask, KEYS[number % len(KEYS)])


def _presign(number: int) -> bytes:
    ask = Ask("GET", f"/{BUCKET}/1k/{number:06d}", shapes.URL_GET)
    return signing.presign(ask, KEYS[number % len(KEYS)]).data


def _run(lane: Lane, requests: list[bytes], answer: bytes, count: int) -> float:
    begun = time.process_time()
    for number in range(count):
        lane.send(requests[number % DIFFERENT], answer)
    return (time.process_time() - begun) / count * 1e6


def main(arguments: Sequence[str]) -> None:
    """
    Print the least mean of several rounds: the neighbours' noise only ever adds.
    """
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    loop = asyncio.new_event_loop()
    for name, (requests, answer, beginning) in make_cases().items():
        lane = Lane(loop)
        lane.send(requests[0], answer)
        assert lane.last.startswith(beginning), lane.last
        if "--profile" in arguments:
            profile = cProfile.Profile()
            profile.runcall(_run, lane, requests, answer, CALLS)
            pstats.Stats(profile).sort_stats("tottime").print_stats(28)
        best = min(_run(lane, requests, answer, CALLS) for _ in range(ROUNDS))
        sys.stdout.write(f"{name:20} {best:6.1f} us\n")
    loop.close()


if __name__ == "__main__":
    main(sys.argv[1:])
