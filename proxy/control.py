"""
The socket between main and a worker: frames of `app.snapshot.wire`, both ways.
"""

import asyncio
from collections.abc import Callable
from typing import cast

from app.snapshot.wire import FrameReader, WireError


class Channel(asyncio.Protocol):
    """
    One end. A frame that is none ends the connection.
    """

    def __init__(self, on_body: Callable[[bytes], None], on_lost: Callable[[], None]) -> None:
        self._on_body = on_body
        self._on_lost = on_lost
        self._frames = FrameReader()
        self._transport = cast("asyncio.Transport", None)
        self.is_open = False
        self.closed = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """
        Begin.
        """
        self._transport = cast("asyncio.Transport", transport)
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        """
        Hand on every frame that is complete.
        """
        try:
            for body in self._frames.feed(data):
                self._on_body(body)
        except WireError:
            self._transport.abort()

    def connection_lost(self, _exc: Exception | None) -> None:
        """
        Tell that the other end is gone.
        """
        self.is_open = False
        self.closed.set()
        self._on_lost()

    @property
    def unsent_bytes(self) -> int:
        """
        How much the other end has not taken yet.
        """
        return self._transport.get_write_buffer_size() if self.is_open else 0

    def send(self, frame: bytes) -> None:
        """
        Send a whole frame; nothing happens when the other end is gone.
        """
        if self.is_open:
            self._transport.write(frame)

    def close(self) -> None:
        """
        Send what is left, then close.
        """
        if self.is_open:
            self._transport.close()
