"""
Where the body of an upstream's response ends, piece by piece as the bytes arrive.

Each framer takes bytes and says how many of them are body, and whether the body is complete.
Chunks are taken apart strictly (RFC 9112, section 7.1) and framed anew for the client, so that
nothing the upstream says between them reaches anybody.
"""

import re
from typing import TYPE_CHECKING, Final, Protocol

from proxy.response import MalformedResponseError, ResponseHead

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_LINE_BYTES = 1024
MAX_TRAILER_BYTES = 16384

_SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,16})(?:[ \t]*;[^\x00-\x08\x0a-\x1f\x7f]*)?")
_TRAILER: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\x00-\x08\x0a-\x1f\x7f]*")


class Framer(Protocol):
    """
    Finds the end of one body.
    """

    is_complete: bool
    """The whole body has been taken."""
    excess: bytes
    """What came behind the end of the body; an upstream that sends that is not to be trusted."""

    def feed(self, data: bytes) -> bytes:
        """
        Take the next bytes; return the body bytes among them.

        Raises:
            MalformedResponseError: the framing is broken.
        """
        ...

    def finish(self) -> bool:
        """
        Tell, at the end of the connection, whether the body was whole.
        """
        ...


class LengthFramer:
    """
    A body of a declared length.
    """

    __slots__ = ("_missing", "excess", "is_complete")

    def __init__(self, length: int) -> None:
        self._missing = length
        self.is_complete = length == 0
        self.excess = b""

    def feed(self, data: bytes) -> bytes:
        """
        Take the next bytes; return those that belong to the body.
        """
        size = len(data)
        if size < self._missing:
            self._missing -= size
            return data
        if size > self._missing:
            self.excess = data[self._missing :]
            data = data[: self._missing]
        self._missing = 0
        self.is_complete = True
        return data

    def skip(self) -> None:
        """
        Be complete: what was missing went another way.
        """
        self._missing = 0
        self.is_complete = True

    def finish(self) -> bool:
        """
        Tell whether nothing is missing.
        """
        return self.is_complete


class UntilCloseFramer:
    """
    A body that ends when the upstream closes, as HTTP/1.0 has it; its end cannot be verified.
    """

    __slots__ = ("excess", "is_complete")

    def __init__(self) -> None:
        self.is_complete = False
        self.excess = b""

    def feed(self, data: bytes) -> bytes:
        """
        Take the next bytes; all of them are body.
        """
        return data

    def finish(self) -> bool:
        """
        Say that the body is whole: its end is the end of the connection.
        """
        self.is_complete = True
        return True


class ChunkFramer:
    """
    A body in chunks.
    """

    __slots__ = ("_at", "_buffer", "_left", "_state", "_trailer_bytes", "excess", "is_complete")

    def __init__(self) -> None:
        self._buffer = b""
        self._at = 0
        """Up to here the buffer is read; it is cut once a call, not once a chunk."""
        self._left = 0
        self._state: Callable[[list[bytes]], bool] = self._read_size
        self._trailer_bytes = 0
        self.is_complete = False
        self.excess = b""

    def feed(self, data: bytes) -> bytes:
        """
        Take the next bytes; return the data of the chunks among them, joined.

        Raises:
            MalformedResponseError: a chunk, a line end or a trailer is malformed.
        """
        self._buffer = self._buffer + data if self._buffer else data
        pieces: list[bytes] = []
        while not self.is_complete and self._state(pieces):
            pass
        self._buffer = self._buffer[self._at :]
        self._at = 0
        if self.is_complete:
            self.excess, self._buffer = self._buffer, b""
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def finish(self) -> bool:
        """
        Tell whether the last chunk came.
        """
        return self.is_complete

    def _read_size(self, _pieces: list[bytes]) -> bool:
        line = self._take_line()
        if line is None:
            return False
        match = _SIZE.fullmatch(line)
        if match is None:
            raise MalformedResponseError("a chunk size is malformed")
        self._left = int(match[1], 16)
        if self._left:
            self._state = self._read_data
        else:
            self._state = self._read_trailer
        return True

    def _read_data(self, pieces: list[bytes]) -> bool:
        piece = self._buffer[self._at : self._at + self._left]
        if not piece:
            return False
        self._at += len(piece)
        self._left -= len(piece)
        pieces.append(piece)
        if not self._left:
            self._state = self._read_data_end
        return True

    def _read_data_end(self, _pieces: list[bytes]) -> bool:
        end = self._buffer[self._at : self._at + 2]
        if end == b"\r\n":
            self._at += 2
            self._state = self._read_size
            return True
        if end in (b"", b"\r"):
            return False
        raise MalformedResponseError("a chunk does not end where it said")

    def _read_trailer(self, _pieces: list[bytes]) -> bool:
        line = self._take_line()
        if line is None:
            return False
        self._trailer_bytes += len(line)
        if not line:
            self.is_complete = True
        elif _TRAILER.fullmatch(line) is None or self._trailer_bytes > MAX_TRAILER_BYTES:
            raise MalformedResponseError("a trailer is malformed")
        return True

    def _take_line(self) -> bytes | None:
        end = self._buffer.find(b"\r\n", self._at, self._at + MAX_LINE_BYTES + 2)
        if end < 0:
            if len(self._buffer) - self._at > MAX_LINE_BYTES + 1:
                raise MalformedResponseError("a chunk line is too long")
            return None
        line = self._buffer[self._at : end]
        self._at = end + 2
        return line


def open_framer(head: ResponseHead) -> Framer:
    """
    Return the framer that fits a head.
    """
    if head.length is not None:
        return LengthFramer(head.length)
    return ChunkFramer() if head.is_chunked else UntilCloseFramer()
