"""
The client's transport: written to, paused, left politely or cut.
"""

import asyncio
import select
import socket
import struct

from proxy.http import find_plain_file, send_pieces
from proxy.upstream import HIGH_WATER_BYTES, LOW_WATER_BYTES

LINGER_SECONDS = 2.0
"""How long a client that is being left may take to read the answer and stop sending."""
LINGER_BYTES = 256 * 1024
"""How much of an unwanted body is read and thrown away, so that the answer arrives."""
_RESET = struct.pack("ii", 1, 0)


class Link:
    """
    One transport, from its first byte to its end.
    """

    __slots__ = (
        "_drained_bytes",
        "_last_unsent",
        "_transport",
        "has_eof",
        "is_leaving",
        "is_reading",
    )

    def __init__(self, transport: asyncio.Transport) -> None:
        transport.set_write_buffer_limits(high=HIGH_WATER_BYTES, low=LOW_WATER_BYTES)
        self._transport = transport
        self._drained_bytes = 0
        self._last_unsent = 0
        self.is_leaving = False
        """Nothing more is answered; what still comes is thrown away."""
        self.is_reading = True
        """What the client sends is taken from the socket."""
        self.has_eof = False
        """The client sends no more, but may still read."""

    @property
    def address(self) -> str:
        """
        Return the address of the far end, IPv4 as such even on a socket for both.
        """
        peer = self._transport.get_extra_info("peername")
        return str(peer[0]).removeprefix("::ffff:") if peer else ""

    @property
    def is_tls(self) -> bool:
        """
        Tell whether the client speaks TLS to us.
        """
        return self._transport.get_extra_info("sslcontext") is not None

    @property
    def plain_file(self) -> int:
        """
        Return the socket's descriptor; -1 where what is written is not what goes over the wire.
        """
        return find_plain_file(self._transport)

    @property
    def unsent_bytes(self) -> int:
        """
        How much of what was written still waits for the client to take it.
        """
        return self._transport.get_write_buffer_size()

    @property
    def has_unread(self) -> bool:
        """
        Tell whether bytes of the client wait to be read; costs one system call.
        """
        raw = self._transport.get_extra_info("socket")
        if raw is None:
            return False
        poll = select.poll()
        poll.register(raw.fileno(), select.POLLIN)
        return bool(poll.poll(0))

    def write(self, pieces: list[bytes]) -> None:
        """
        Send, with one write.
        """
        send_pieces(self._transport, pieces)

    def read_on(self, *, may_read: bool) -> None:
        """
        Read, or let the client wait.
        """
        if may_read == self.is_reading:
            return
        self.is_reading = may_read
        if may_read:
            self._transport.resume_reading()
        else:
            self._transport.pause_reading()

    def leave(self) -> bool:
        """
        Close after the client has had time to read; tell whether that time runs.

        A close with bytes unread would reset the connection and could take the answer with it
        (RFC 9112, section 9.6).
        """
        self.is_leaving = True
        if self.has_eof or not self._transport.can_write_eof():
            self._transport.close()
            return False
        self._transport.write_eof()
        self.read_on(may_read=True)
        return True

    def throw_away(self, data: bytes) -> None:
        """
        Take bytes that nobody wants; a client that does not stop sending is cut.
        """
        self._drained_bytes += len(data)
        if self._drained_bytes > LINGER_BYTES:
            self._transport.abort()

    def is_sending_still(self) -> bool:
        """
        Tell whether the client has taken anything since the last look.
        """
        unsent = self.unsent_bytes
        is_moving = unsent > 0 and unsent != self._last_unsent
        self._last_unsent = unsent
        return is_moving

    def abort(self) -> None:
        """
        Close at once; what was not sent is lost.
        """
        self.is_leaving = True
        self._transport.abort()

    def reset(self) -> None:
        """
        Close with a reset: an orderly end could pass for the end of a body without a length.
        """
        raw = self._transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.abort()
