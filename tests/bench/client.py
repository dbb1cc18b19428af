"""
The client side of the load: one connection that sends prepared requests and checks the answers.

It must cost less than what it measures: heads and bodies are ready before the clock runs, bodies
are read into one buffer and not kept, and only a sample of them is hashed.
"""

import asyncio
import hashlib
from collections.abc import Generator
from dataclasses import dataclass, field
from time import perf_counter_ns
from typing import Protocol, cast

from bench.framing import ChunkReader, content_length, find_etag, wants_close
from bench.objects import PLAIN_ETAG

BUFFER_BYTES = 262144
KEPT_BYTES = 1 << 20
"""At most this much of an answer is kept, for scripts that read it and for error messages."""


@dataclass(frozen=True, slots=True)
class Job:
    """
    One prepared request and the answer that is right.
    """

    head: bytes
    body: tuple[bytes | memoryview, ...] = ()
    status: int = 200
    length: int | None = None
    """Of the answer's body; `None` where targets may differ."""
    sha256: bytes = b""
    """Of the answer's body; empty where it is not checked."""
    etags: frozenset[bytes] = frozenset()
    """One of these must come back for an upload; empty means any."""
    is_head: bool = False
    waits: bool = False
    """Sent with `Expect: 100-continue`: the body follows the interim answer."""
    is_last: bool = True
    """Ends one operation; false for all but the last request of a multipart upload."""
    keeps: bool = False
    """The script wants to read this answer's body."""


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What a script gets back for its last job.
    """

    status: int
    head: bytes
    body: bytes


Script = Generator[Job, Answer | None, None]


@dataclass(slots=True)
class Score:
    """
    What all connections of a burst counted together.
    """

    sample_every: int = 64
    latencies: list[int] = field(default_factory=list)
    """Nanoseconds, one per operation that went well."""
    requests: int = 0
    hashed: int = 0
    errors: int = 0
    first_error: str = ""

    def fail(self, why: str) -> None:
        """
        Count an answer that was not right; the first is kept in words.
        """
        self.errors += 1
        self.first_error = self.first_error or why


class OnIdle(Protocol):
    """
    Called by a connection whose operation is over.
    """

    def __call__(self, connection: "Connection", *, went_well: bool) -> None: ...


class Connection(asyncio.BufferedProtocol):
    """
    One keep-alive connection; it calls `on_idle` when an operation is over, well or badly.
    """

    def __init__(self, script: Script, score: Score, on_idle: "OnIdle") -> None:
        self.script = script
        self.score = score
        self._on_idle = on_idle
        self._buffer = bytearray(BUFFER_BYTES)
        self._view = memoryview(self._buffer)
        self._transport: asyncio.Transport | None = None
        self._is_running = self._is_waiting = False
        self._answer: Answer | None = None
        self._begun = 0
        self._reset()
        self.is_open = False

    def _reset(self) -> None:
        self._fill = self._left = self._got = 0
        self._in_body = False
        self._chunks: ChunkReader | None = None
        self._hash: hashlib._Hash | None = None
        self._kept: bytearray | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """
        Be ready for `go`.
        """
        self._transport = cast("asyncio.Transport", transport)
        self.is_open = True

    def connection_lost(self, exc: Exception | None) -> None:
        """
        Count what was under way as failed.
        """
        self.is_open = False
        if self._is_running:
            self._abandon(f"connection lost: {exc or 'closed by the other side'}")

    def count_in(self, score: Score) -> None:
        """
        From now on count in this score.
        """
        self.score = score

    def close(self) -> None:
        """
        Close at once; an operation under way is given up without a word.
        """
        self._is_running = self.is_open = False
        if self._transport is not None:
            self._transport.abort()

    def go(self) -> None:
        """
        Send the next operation's first request.
        """
        self._is_running = True
        self._begun = perf_counter_ns()
        self._send()

    def _send(self) -> None:
        job = self._job = self.script.send(self._answer)
        self._answer = None
        self._is_waiting = job.waits
        assert self._transport is not None
        if not job.body or job.waits:
            self._transport.write(job.head)
        elif len(job.body) == 1 and len(job.body[0]) < 8192:
            self._transport.write(job.head + job.body[0])
        else:
            self._transport.writelines((job.head, *job.body))

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002  # asyncio's signature
        """
        Hand out the room behind an unfinished head, or all of it for a body.
        """
        return self._view if self._in_body else self._view[self._fill :]

    def buffer_updated(self, nbytes: int) -> None:
        """
        Read on in the answer.
        """
        if self._in_body:
            self._take(self._view[:nbytes])
            return
        self._fill += nbytes
        self._read_head()

    def _read_head(self) -> None:
        end = self._buffer.find(b"\r\n\r\n", 0, self._fill)
        if end < 0:
            return
        head, start = bytes(self._buffer[: end + 2]), end + 4
        status = int(head[9:12])
        if status == 100:
            self._go_on(start)
            return
        self._status, self._head = status, head
        is_wrong = status != self._job.status
        self._left = 0 if self._job.is_head or status == 204 else content_length(head)
        self._chunks = ChunkReader() if self._left < 0 else None
        if is_wrong or self._job.keeps:
            self._kept = bytearray()
        elif self._job.sha256 and self.score.requests % self.score.sample_every == 0:
            self._hash = hashlib.sha256()
        self._in_body = True
        self._take(self._view[start : self._fill])

    def _go_on(self, start: int) -> None:
        if self._is_waiting:  # Caddy sends its own interim answer and the upstream's
            self._is_waiting = False
            assert self._transport is not None
            self._transport.writelines(self._job.body)
        rest = self._buffer[start : self._fill]
        self._buffer[: len(rest)] = rest
        self._fill = len(rest)
        if rest:
            self._read_head()

    def _take(self, data: memoryview) -> None:
        if self._chunks is None:
            self._left -= len(data)
            self._digest(data)
        else:
            for piece in self._chunks.feed(data):
                self._digest(piece)
        if self._left == 0 or (self._chunks is not None and self._chunks.is_done):
            self._finish()
        elif self._left < 0 and self._chunks is None:
            self.close()
            self._abandon("more bytes than declared")

    def _digest(self, data: memoryview) -> None:
        self._got += len(data)
        if self._hash is not None:
            self._hash.update(data)
        if self._kept is not None and len(self._kept) < KEPT_BYTES:
            self._kept += data

    def _finish(self) -> None:
        job, score = self._job, self.score
        score.requests += 1
        problem = self._problem()
        if job.keeps and not problem:
            self._answer = Answer(self._status, self._head, bytes(self._kept or b""))
        if wants_close(self._head) and self._transport is not None:
            self.is_open = False
            self._transport.abort()
        self._reset()
        if problem:
            self._abandon(problem)
        elif not job.is_last:
            self._send_next()
        else:
            score.latencies.append(perf_counter_ns() - self._begun)
            self._is_running = False
            self._on_idle(self, went_well=True)

    def _send_next(self) -> None:
        if self.is_open:
            self._send()
        else:
            self._abandon("the connection was closed in the middle of an operation")

    def _abandon(self, why: str) -> None:
        self._is_running = False
        self._reset()
        self.score.fail(why)
        self._on_idle(self, went_well=False)

    def _problem(self) -> str:
        job = self._job
        if self._status != job.status:
            text = bytes(self._kept or b"")[:200].decode(errors="replace")
            return f"status {self._status} instead of {job.status}: {text}"
        if job.length is not None and not job.is_head and self._got != job.length:
            return f"{self._got} bytes instead of {job.length}"
        if self._hash is not None:
            self.score.hashed += 1
            if self._hash.digest() != job.sha256:
                return "the body is not what was stored"
        if job.etags:
            etag = find_etag(self._head)
            self.score.hashed += etag != PLAIN_ETAG
            if etag not in job.etags:
                return f"the ETag {etag.decode()} is not the upload's"
        return ""
