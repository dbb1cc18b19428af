"""
Where a body ends on the wire: by length or by transfer chunks (RFC 9112 7.1).

Each framing takes bytes in any pieces and holds no more than one header line; data passes
through. AWS's own chunks, which may come inside of these, stand in `proxy.core.aws_chunks`.
"""

import re
from abc import ABC, abstractmethod
from typing import Protocol

from app.errors import registry as errors
from app.errors.raised import StowageError

MAX_LINE_BYTES = 512
"""Longest line of a framing, its end included; a chunk's signature takes less than 110."""
MAX_TRAILER_LINES = 16

# RFC 9112 7.1.1: extensions are to be ignored; only visible ones, to leave no room for tricks.
_TRANSFER_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[\x20-\x7e\t]*)?")


class Framing(Protocol):
    """
    Takes the bytes of a body off the wire and tells which of them are payload.
    """

    @property
    def is_complete(self) -> bool:
        """
        Tell whether the last byte of the body came.
        """
        ...

    @property
    def leftover(self) -> bytes:
        """
        What came behind it.
        """
        ...

    def feed(self, data: bytes) -> bytes:
        """
        Take the next bytes; return the payload among them.

        Raises:
            StowageError: the framing is broken.
        """
        ...


class LengthFraming:
    """
    A body of declared length.
    """

    __slots__ = ("_missing", "is_complete", "leftover")

    def __init__(self, length: int) -> None:
        self._missing = length
        self.is_complete = length == 0
        self.leftover = b""

    def feed(self, data: bytes) -> bytes:
        """
        Return the bytes up to the declared length.
        """
        size = len(data)
        if size < self._missing:
            self._missing -= size
            return data
        payload = data[: self._missing]
        self.leftover += data[self._missing :]
        self._missing = 0
        self.is_complete = True
        return payload


class Chunks(ABC):
    """
    What both kinds of chunks share: a line with a size, data, a line end; a zero ends the data.
    """

    __slots__ = ("_is_behind_data", "_is_in_trailer", "_lines", "_missing", "_rest", "is_complete")

    def __init__(self) -> None:
        self._rest = b""
        self._missing = 0
        self._is_behind_data = False
        self._is_in_trailer = False
        self._lines = 0
        self.is_complete = False

    @property
    def leftover(self) -> bytes:
        """
        What came behind the body.
        """
        return self._rest if self.is_complete else b""

    def feed(self, data: bytes) -> bytes:
        """
        Take the next bytes; return the payload among them.
        """
        buffer = self._rest + data if self._rest else data
        pieces: list[bytes] = []
        position = 0
        while position < len(buffer) and not self.is_complete:
            if self._missing:
                piece = buffer[position : position + self._missing]
                self._missing -= len(piece)
                position += len(piece)
                self._take_data(piece)
                pieces.append(piece)
                continue
            end = buffer.find(b"\n", position) + 1
            line = buffer[position : end or len(buffer)]
            if len(line) > MAX_LINE_BYTES:
                raise broken()
            if not end:
                break
            position = end
            self._take_line(line)
        self._rest = buffer[position:]
        return b"".join(pieces)

    def _take_line(self, line: bytes) -> None:
        if self._is_in_trailer:
            self._lines += 1
            if self._lines > MAX_TRAILER_LINES:
                raise broken()
            self._take_trailer(line)
        elif not line.endswith(b"\r\n"):
            raise broken()
        elif self._is_behind_data:
            if line != b"\r\n":
                raise broken()
            self._is_behind_data = False
            self._end_chunk()
        else:
            self._missing = self._take_size(line[:-2])
            self._is_behind_data = self._missing > 0
            if not self._missing:
                self._end_data()

    @abstractmethod
    def _take_data(self, piece: bytes) -> None:
        """
        Look at data that passes.
        """

    @abstractmethod
    def _end_chunk(self) -> None:
        """
        Judge a chunk whose data has passed.
        """

    def _end_data(self) -> None:
        self._is_in_trailer = True

    @abstractmethod
    def _take_size(self, line: bytes) -> int:
        """
        Return the size that a chunk's header line announces.
        """

    @abstractmethod
    def _take_trailer(self, line: bytes) -> None:
        """
        Take a line behind the last chunk.
        """


class TransferChunks(Chunks):
    """
    HTTP's own chunks; trailer fields are read and dropped, since nobody signed them.
    """

    __slots__ = ()

    def _take_data(self, piece: bytes) -> None:
        """
        Let it pass: transfer chunks vouch for nothing.
        """

    def _end_chunk(self) -> None:
        """
        Go on.
        """

    def _take_size(self, line: bytes) -> int:
        found = _TRANSFER_SIZE.fullmatch(line)
        if found is None:
            raise broken()
        return int(found.group(1), 16)

    def _take_trailer(self, line: bytes) -> None:
        if not line.endswith(b"\r\n"):
            raise broken()
        self.is_complete = line == b"\r\n"


def broken() -> StowageError:
    """
    Return the refusal of a body whose framing is broken or whose sizes do not add up.
    """
    return errors.BAD_REQUEST(reason="s3.body_incomplete")
