"""
Reading HTTP/1.1 framing cheaply: what the load generator and the static upstream need of it.
"""

import re
from collections.abc import Iterator

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_ETAG = re.compile(rb"\r\netag: *\"?([^\"\r]*)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


def content_length(head: bytes | bytearray) -> int:
    """
    Return the declared length of the body; 0 if there is none, -1 for transfer chunks.
    """
    found = _LENGTH.search(head)
    if found is not None:
        return int(found[1])
    return -1 if _CHUNKED.search(head) else 0


def find_etag(head: bytes) -> bytes:
    """
    Return the ETag without its quotes; empty if there is none.
    """
    found = _ETAG.search(head)
    return found[1] if found else b""


def wants_close(head: bytes | bytearray) -> bool:
    """
    Tell whether the other side says that this is the connection's last message.
    """
    return _CLOSE.search(head) is not None


class ChunkReader:
    """
    Takes transfer chunks apart as they arrive, in whatever pieces.
    """

    __slots__ = ("_left", "_line", "_state", "is_done")

    def __init__(self) -> None:
        self._line = bytearray()
        self._left = 0
        self._state = "size"
        self.is_done = False

    def feed(self, data: memoryview) -> Iterator[memoryview]:
        """
        Yield the body's bytes in this piece; `is_done` is true after the last trailer line.
        """
        at = 0
        while at < len(data) and not self.is_done:
            if self._state == "data":
                piece = data[at : at + self._left]
                at += len(piece)
                self._left -= len(piece)
                self._state = "data" if self._left else "end"
                yield piece
            else:
                at = self._read_line(data, at)

    def _read_line(self, data: memoryview, at: int) -> int:
        while at < len(data):
            byte = data[at]
            at += 1
            if byte == 10:  # line feed
                self._end_line(bytes(self._line).rstrip(b"\r"))
                self._line.clear()
                return at
            self._line.append(byte)
        return at

    def _end_line(self, line: bytes) -> None:
        if self._state == "size":
            self._left = int(line.split(b";", 1)[0], 16)
            self._state = "data" if self._left else "trailer"
        elif self._state == "end":
            self._state = "size"
        elif not line:
            self.is_done = True
