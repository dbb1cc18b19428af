"""
The dashboard's HTTP on the wire: uvicorn's, with bounds on heads, and our words for what is none.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.errors import registry as errors
from app.types import new_ulid
from dashboard.errors import render_error

HEAD_SECONDS = 10.0
"""How long a head may take from its first byte; also how long a new connection may stay silent."""
IDLE_SECONDS = 60
"""How long a connection is kept for another request: longer than pages wait to ask again."""
MAX_HEAD_BYTES = 65_536
_TOO_LONG = "the head is too long"


class BoundedHttp(HttpToolsProtocol):
    """
    One connection of the dashboard.
    """

    def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401  uvicorn's own arguments
        super().__init__(*args, **more)
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None
        self._is_in_head = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """
        Begin to wait for the first head.
        """
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """
        Forget the timer with the connection.
        """
        self._stop_timer()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """
        Note that a head begins.
        """
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        """
        Note that the head is whole.
        """
        self._is_in_head = False
        self._stop_timer()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """
        Count what arrives while a head is under way; the body has limits of its own.
        """
        was_in_head = self._is_in_head
        super().data_received(data)
        if was_in_head and self._is_in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self.send_400_response(_TOO_LONG)

    def send_400_response(self, msg: str) -> None:
        """
        Answer as every other error is answered, and close.
        """
        if self.transport.is_closing():
            return
        request_id = new_ulid()
        answer = render_error(
            errors.BAD_REQUEST(reason="http.malformed", params={"problem": _public(msg)}),
            request_id=request_id,
        )
        headers = [
            *answer.raw_headers,
            (b"x-request-id", request_id.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
            (b"connection", b"close"),
        ]
        lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n" + lines + b"\r\n" + bytes(answer.body))
        self.transport.close()

    def _await_head(self) -> None:
        self._stop_timer()
        self._head_bytes, self._is_in_head = 0, True
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _give_up(self) -> None:
        # A connection that says nothing learns nothing; this is not the moment for an answer.
        self.transport.close()

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None


def _public(text: str) -> str:
    return text if text == _TOO_LONG else "it is not valid HTTP"
