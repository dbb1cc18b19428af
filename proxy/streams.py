"""
Bodies to and from backends for a coroutine to await: sent or read in pieces, never held whole.
"""

import asyncio
from abc import ABC, abstractmethod
from collections import deque

from app.errors import registry as errors
from app.errors.raised import StowageError
from proxy.errand import Reply
from proxy.pool import Pool
from proxy.response import ResponseHead
from proxy.upstream import HIGH_WATER_BYTES, UpstreamConnection

MAX_REPLY_BYTES = 65536


class Stream(ABC):
    """
    One exchange with a backend, the waiting for its connection included.
    """

    answers_head = False

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._upstream: UpstreamConnection | None = None
        self._head: ResponseHead | None = None
        self._error: StowageError | None = None
        self._is_answered = False
        self._is_acquiring = False
        self._is_paused = False
        self._changed = asyncio.Event()
        self.moved_bytes = 0
        """Body bytes that went through, in either direction."""

    @property
    def progress(self) -> tuple[int, int]:
        """
        Return what changes as long as anything moves.
        """
        upstream = self._upstream
        return self.moved_bytes, 0 if upstream is None else upstream.unsent_bytes

    def fail(self, error: StowageError) -> None:
        """
        Cut the connection; whoever waits gets the error.
        """
        self.cancel()
        self._error = self._error or error
        self._changed.set()

    def time_out(self) -> None:
        """
        Give up because nothing moves.
        """
        self._pool.timed_out()
        self.fail(errors.BACKEND_ERROR(reason="backend.timeout"))

    def cancel(self) -> None:
        """
        Cut the connection, so that the backend cannot take a partial body for a whole one.
        """
        upstream, self._upstream = self._upstream, None
        if upstream is not None:
            upstream.abort()
        elif self._is_acquiring:
            self._is_acquiring = False
            self._pool.cancel(self)

    async def _change(self) -> None:
        if self._error is not None:
            raise self._error
        self._changed.clear()
        await self._changed.wait()
        if self._error is not None:
            raise self._error

    # --- the backend's direction ------------------------------------------------------------

    def upstream_ready(self, connection: UpstreamConnection) -> None:
        """
        Keep the connection.
        """
        self._is_acquiring = False
        self._upstream = connection
        self._changed.set()

    def upstream_unavailable(self, error: StowageError) -> None:
        """
        Pass on that there is none.
        """
        self._is_acquiring = False
        self.fail(error)

    def response_started(self, head: ResponseHead, body: bytes, *, is_complete: bool) -> None:
        """
        Keep the head.
        """
        self._head = head
        self.response_continued(body, is_complete=is_complete)

    def response_continued(self, body: bytes, *, is_complete: bool) -> None:
        """
        Keep a piece of the body.
        """
        if is_complete:
            self._upstream = None
            self._is_answered = True
        self.keep(body)
        self._changed.set()

    @abstractmethod
    def keep(self, body: bytes) -> None:
        """
        Take a piece of the answer's body.
        """

    def upstream_failed(self, error: StowageError, *, is_untouched: bool) -> None:  # noqa: ARG002  a body that was sent cannot be sent again
        """
        Pass the failure on.
        """
        self._upstream = None
        self.fail(error)

    def upstream_paused(self) -> None:
        """
        Let the sender wait.
        """
        self._is_paused = True

    def upstream_resumed(self) -> None:
        """
        Let the sender go on.
        """
        self._is_paused = False
        self._changed.set()


class Download(Stream):
    """
    A request without a body, whose answer is read piece by piece.
    """

    def __init__(self, pool: Pool) -> None:
        super().__init__(pool)
        self._message = b""
        self._was_repeated = False
        self._pieces: deque[bytes] = deque()
        self._held_bytes = 0

    async def begin(self, message: bytes) -> ResponseHead:
        """
        Ask, and return the head of the answer.

        Raises:
            StowageError: there is no answer.
        """
        self._message = message
        self._is_acquiring = True
        self._pool.acquire(self, is_repeatable=True)
        while self._head is None:
            await self._change()
        return self._head

    def upstream_ready(self, connection: UpstreamConnection) -> None:
        """
        Ask at once.
        """
        super().upstream_ready(connection)
        connection.begin(self, [self._message], is_whole=True)

    def upstream_failed(self, error: StowageError, *, is_untouched: bool) -> None:
        """
        Ask once more where an idle connection turned out to be dead.
        """
        connection = self._upstream
        is_stale = is_untouched and connection is not None and connection.is_reused
        if not is_stale or self._was_repeated:
            super().upstream_failed(error, is_untouched=is_untouched)
            return
        self._upstream = None
        self._was_repeated = self._is_acquiring = True
        self._pool.acquire_fresh(self)

    def keep(self, body: bytes) -> None:
        """
        Hold a piece until it is read; hold no more than the high-water mark.
        """
        if not body:
            return
        self._pieces.append(body)
        self._held_bytes += len(body)
        if self._held_bytes > HIGH_WATER_BYTES and self._upstream is not None:
            self._upstream.pause()

    async def read(self) -> bytes:
        """
        Return the next piece of the body; nothing at its end.

        Raises:
            StowageError: the body breaks off.
        """
        while not self._pieces:
            if self._is_answered:
                return b""
            await self._change()
        piece = self._pieces.popleft()
        was_full = self._held_bytes > HIGH_WATER_BYTES
        self._held_bytes -= len(piece)
        self.moved_bytes += len(piece)
        if was_full and self._held_bytes <= HIGH_WATER_BYTES and self._upstream is not None:
            self._upstream.resume()
        return piece


class Upload(Stream):
    """
    A request with a body of known length, whose answer is small.
    """

    def __init__(self, pool: Pool) -> None:
        super().__init__(pool)
        self._body = bytearray()
        self._has_begun = False
        self.is_whole = False
        """The backend may have all of it: from now on nobody knows before it answers."""

    @property
    def is_answered(self) -> bool:
        """
        Tell whether the backend answered, maybe before it had the whole body.
        """
        return self._head is not None

    async def connect(self) -> UpstreamConnection:
        """
        Wait for a connection of one's own, and return it.

        Raises:
            StowageError: there is none.
        """
        self._is_acquiring = True
        self._pool.acquire(self, is_repeatable=False)
        while self._upstream is None:
            await self._change()
        return self._upstream

    async def send(self, pieces: list[bytes], *, is_whole: bool) -> None:
        """
        Send the head, later pieces of the body; wait while the backend does not keep up.

        Raises:
            StowageError: the connection broke.
        """
        while self._is_paused and not self.is_answered:
            await self._change()
        if self._error is not None:
            raise self._error
        if self.is_answered or self._upstream is None:
            return
        self.moved_bytes += sum(map(len, pieces))
        self.is_whole = is_whole
        if self._has_begun:
            self._upstream.send(pieces, is_whole=is_whole)
        else:
            self._has_begun = True
            self._open(self._upstream, pieces, is_whole=is_whole)

    def _open(self, upstream: UpstreamConnection, pieces: list[bytes], *, is_whole: bool) -> None:
        if not upstream.is_open:
            raise errors.BACKEND_ERROR(reason="backend.transient")
        upstream.begin(self, pieces, is_whole=is_whole)

    async def reply(self) -> Reply:
        """
        Return the answer.

        Raises:
            StowageError: there is none.
        """
        while not self._is_answered:
            await self._change()
        assert self._head is not None  # noqa: S101  an answer has a head
        return Reply(self._head, bytes(self._body))

    def keep(self, body: bytes) -> None:
        """
        Collect the answer, which is small.
        """
        self._body += body
        if len(self._body) > MAX_REPLY_BYTES:
            self.fail(errors.BACKEND_ERROR(reason="backend.transient"))
