"""
The backend's side: one keep-alive connection, which carries one exchange at a time.

What arrives is parsed strictly; whatever breaks the rules closes the connection, so that no byte
of one client's answer can ever reach another one.
"""

import asyncio
import select
from typing import Protocol, cast

from app.errors import registry as errors
from app.errors.raised import StowageError
from proxy.framing import Framer, LengthFramer, open_framer
from proxy.http import find_plain_file, send_pieces
from proxy.response import (
    END_OF_HEAD,
    MAX_HEAD_BYTES,
    MalformedResponseError,
    ResponseHead,
    parse_response_head,
)

HIGH_WATER_BYTES = 512 * 1024
"""Above uvloop's read of 256,000 bytes, else every read would pause the other side."""
LOW_WATER_BYTES = 128 * 1024
MAX_INFORMATIONAL = 16
"""Answers 1xx before the final one; RFC 9110 15.2 sets no limit, an attack would."""
_FIRST_FINAL_STATUS = 200
_SWITCHING_PROTOCOLS = 101
_HANGUP = getattr(select, "POLLRDHUP", 0) | select.POLLIN | select.POLLHUP | select.POLLERR


class Exchange(Protocol):
    """
    One request and its answer, as the connection that carries it sees it.
    """

    @property
    def answers_head(self) -> bool:
        """
        Tell whether the request is HEAD, so that no body follows.
        """
        ...

    def response_started(self, head: ResponseHead, body: bytes, *, is_complete: bool) -> None:
        """
        Take the head of the final answer, with the body bytes that came along.
        """
        ...

    def response_continued(self, body: bytes, *, is_complete: bool) -> None:
        """
        Take more of the body.
        """
        ...

    def upstream_failed(self, error: StowageError, *, is_untouched: bool) -> None:
        """
        Learn that no more will come; `is_untouched` if no byte of an answer ever came.
        """
        ...

    def upstream_paused(self) -> None:
        """
        Stop writing for now: the upstream does not keep up.
        """
        ...

    def upstream_resumed(self) -> None:
        """
        Go on writing.
        """
        ...


class Home(Protocol):
    """
    Where a connection comes from and returns to: its pool.
    """

    def release(self, connection: "UpstreamConnection", *, is_reusable: bool) -> None:
        """
        Take a connection back whose exchange is over.
        """
        ...

    def forget(self, connection: "UpstreamConnection") -> None:
        """
        Learn that a connection is gone.
        """
        ...

    def answered(self) -> None:
        """
        Learn that the backend answered something.
        """
        ...


class UpstreamConnection(asyncio.Protocol):
    """
    A connection to a backend.
    """

    __slots__ = (
        "_buffer",
        "_exchange",
        "_framer",
        "_head",
        "_home",
        "_informational",
        "_is_request_whole",
        "_poll",
        "_transport",
        "idle_since",
        "is_open",
        "is_reused",
    )

    def __init__(self, home: Home) -> None:
        self._home = home
        self._transport: asyncio.Transport = cast("asyncio.Transport", None)
        self._exchange: Exchange | None = None
        self._buffer = b""
        self._head: ResponseHead | None = None
        self._framer: Framer | None = None
        self._informational = 0
        self._is_request_whole = False
        self._poll: select.poll | None = None
        self.is_open = False
        self.is_reused = False
        """It has carried an exchange before, so that the upstream may be closing it just now."""
        self.idle_since = 0.0

    # --- the client's direction -------------------------------------------------------------

    def begin(self, exchange: Exchange, pieces: list[bytes], *, is_whole: bool) -> None:
        """
        Send a request head, with as much of its body as is at hand.

        Args:
            exchange: Who takes the answer.
            pieces: The head first; sent with one write.
            is_whole: Nothing follows.
        """
        self._exchange = exchange
        self._is_request_whole = is_whole
        send_pieces(self._transport, pieces)

    def send(self, pieces: list[bytes], *, is_whole: bool) -> None:
        """
        Send more of the request's body.
        """
        self._is_request_whole = is_whole
        send_pieces(self._transport, pieces)

    @property
    def unsent_bytes(self) -> int:
        """
        How much of what was written still waits for the upstream to take it.
        """
        return self._transport.get_write_buffer_size() if self.is_open else 0

    @property
    def has_surprise(self) -> bool:
        """
        Tell whether the idle upstream has sent something or hung up; costs one system call.
        """
        return self._poll is not None and bool(self._poll.poll(0))

    @property
    def plain_file(self) -> int:
        """
        Return the socket's descriptor; -1 where what is read is not what came over the wire.
        """
        return find_plain_file(self._transport) if self.is_open else -1

    def skip_body(self) -> None:
        """
        Go on behind the body's end: whoever has paused this took the rest of it from the socket.
        """
        framer, exchange = self._framer, self._exchange
        if isinstance(framer, LengthFramer) and exchange is not None:
            framer.skip()
            self.resume()
            self._end_exchange(cast("ResponseHead", self._head), excess=framer.excess)
            exchange.response_continued(b"", is_complete=True)

    def break_body(self) -> None:
        """
        Give up in the midst of a body, as when the connection ends there.
        """
        self._fail(errors.BACKEND_ERROR(reason="backend.transient"), is_untouched=False)

    def pause(self) -> None:
        """
        Read no more until `resume`: the client does not keep up.
        """
        if self.is_open:
            self._transport.pause_reading()

    def resume(self) -> None:
        """
        Read on.
        """
        if self.is_open:
            self._transport.resume_reading()

    def abort(self) -> None:
        """
        Cut the connection, so that the upstream cannot take a body for complete.
        """
        self._exchange = None
        if self.is_open:
            self.is_open = False
            self._transport.abort()

    # --- the upstream's direction -----------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """
        Begin to live.
        """
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=HIGH_WATER_BYTES, low=LOW_WATER_BYTES)
        self.is_open = True
        socket = transport.get_extra_info("socket")
        if socket is not None:
            self._poll = select.poll()
            self._poll.register(socket.fileno(), _HANGUP)

    def data_received(self, data: bytes) -> None:
        """
        Take bytes from the upstream.
        """
        exchange = self._exchange
        if exchange is None:
            # Nobody asked: answers to nothing are how a poisoned connection begins.
            self.abort()
            return
        try:
            if self._framer is None:
                self._take_head(exchange, data)
            else:
                self._take_body(exchange, self._framer, data)
        except MalformedResponseError:
            self._fail(errors.BACKEND_ERROR(reason="backend.transient"), is_untouched=False)

    def eof_received(self) -> None:
        """
        Let the connection close; `connection_lost` tells whether anything is missing.
        """

    def connection_lost(self, _exc: Exception | None) -> None:
        """
        Tell the exchange and the pool.
        """
        self.is_open = False
        self._poll = None
        self._home.forget(self)
        exchange = self._exchange
        if exchange is None:
            return
        if self._framer is not None and self._framer.finish():
            self._exchange = None
            exchange.response_continued(b"", is_complete=True)
            return
        is_untouched = self._head is None and not self._buffer and not self._informational
        self._fail(errors.BACKEND_ERROR(reason="backend.transient"), is_untouched=is_untouched)

    def pause_writing(self) -> None:
        """
        Pass on that the upstream does not keep up.
        """
        if self._exchange is not None:
            self._exchange.upstream_paused()

    def resume_writing(self) -> None:
        """
        Pass on that it does again.
        """
        if self._exchange is not None:
            self._exchange.upstream_resumed()

    def _take_head(self, exchange: Exchange, data: bytes) -> None:
        if self._buffer:
            data = self._buffer + data
        while True:
            end = data.find(END_OF_HEAD)
            if end < 0 or end > MAX_HEAD_BYTES:
                if len(data) > MAX_HEAD_BYTES:
                    raise MalformedResponseError("the response head is too long")
                self._buffer = data
                return
            end += len(END_OF_HEAD)
            head = parse_response_head(data[:end], answers_head=exchange.answers_head)
            data = data[end:]
            if head.status >= _FIRST_FINAL_STATUS:
                break
            self._skip_informational(head)
        self._buffer = b""
        self._home.answered()
        if head.length == len(data):
            # All of it is here already, as it is for most.
            self._end_exchange(head, excess=b"")
            exchange.response_started(head, data, is_complete=True)
            return
        self._head = head
        self._framer = framer = open_framer(head)
        body = framer.feed(data) if data else b""
        is_complete = framer.is_complete
        if is_complete:
            self._end_exchange(head, excess=framer.excess)
        exchange.response_started(head, body, is_complete=is_complete)

    def _skip_informational(self, head: ResponseHead) -> None:
        self._informational += 1
        if head.status == _SWITCHING_PROTOCOLS or self._informational > MAX_INFORMATIONAL:
            raise MalformedResponseError("an informational answer that nobody asked for")

    def _take_body(self, exchange: Exchange, framer: Framer, data: bytes) -> None:
        body = framer.feed(data)
        if not framer.is_complete:
            if body:
                exchange.response_continued(body, is_complete=False)
            return
        self._end_exchange(cast("ResponseHead", self._head), excess=framer.excess)
        exchange.response_continued(body, is_complete=True)

    def _end_exchange(self, head: ResponseHead, *, excess: bytes) -> None:
        # An answer before the whole request is sent leaves the rest of it in nobody's hands.
        is_sent = self._is_request_whole and not self._transport.get_write_buffer_size()
        is_reusable = head.keeps_alive and is_sent and not excess
        self._exchange = None
        self._head = None
        self._framer = None
        self._informational = 0
        self.is_reused = True
        self._home.release(self, is_reusable=is_reusable and self.is_open)

    def _fail(self, error: StowageError, *, is_untouched: bool) -> None:
        exchange = self._exchange
        self.abort()
        if exchange is not None:
            exchange.upstream_failed(error, is_untouched=is_untouched)
