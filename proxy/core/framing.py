"""
Where a body ends on the wire: by length, by transfer chunks, or by AWS's own chunks inside them.

Each framing takes bytes in any pieces and holds no more than one header line; data passes
through. HTTP: RFC 9112 7.1. AWS: "Signature Calculations for the Authorization Header:
Transferring Payload in Multiple Chunks", with and without trailing headers.
"""

import re
from abc import ABC, abstractmethod
from hashlib import sha256
from typing import Protocol

from app.errors import registry as errors
from app.errors.raised import StowageError
from proxy.sigv4.payload import ChunkVerifier

MAX_LINE_BYTES = 512
"""Longest line of a framing, its end included; a chunk's signature takes less than 110."""
MAX_TRAILER_LINES = 16

_SIZE = re.compile(rb"[0-9A-Fa-f]{1,16}")
_SIGNED_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16});chunk-signature=([0-9a-f]{64})")
# RFC 9112 7.1.1: extensions are to be ignored; only visible ones, to leave no room for tricks.
_TRANSFER_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[\x20-\x7e\t]*)?")
_TRAILER_NAME = re.compile(r"[a-z0-9-]+")
SIGNATURE_TRAILER = "x-amz-trailer-signature"


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


class _Chunks(ABC):
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


class TransferChunks(_Chunks):
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


class AwsChunks(_Chunks):
    """
    AWS's chunks: signed or not, with or without a trailer.

    Data passes before the signature of its chunk is known; whoever stores it must not learn that
    the body is over until `feed` has taken its end.
    """

    __slots__ = (
        "_announced",
        "_chunk_hash",
        "_missing_payload",
        "_signature",
        "_verifier",
        "trailers",
    )

    def __init__(
        self, payload_length: int, *, verifier: ChunkVerifier | None, announced: str
    ) -> None:
        super().__init__()
        self._missing_payload = payload_length
        self._verifier = verifier
        self._announced = announced
        """The trailer that must come; empty for a body without one."""
        self._signature = ""
        self._chunk_hash = sha256()
        self.trailers: dict[str, str] = {}

    @property
    def is_in_trailer(self) -> bool:
        """
        Tell whether all data came and only the trailer is missing.
        """
        return self._is_in_trailer and bool(self._announced) and not self.is_complete

    def _take_size(self, line: bytes) -> int:
        if self._verifier is None:
            found = _SIZE.fullmatch(line)
            size = int(found.group(), 16) if found else -1
        else:
            signed = _SIGNED_SIZE.fullmatch(line)
            size = int(signed.group(1), 16) if signed else -1
            self._signature = signed.group(2).decode("ascii") if signed else ""
        # The announced size is never trusted: more than is missing cannot be right.
        if not 0 <= size <= self._missing_payload:
            raise broken()
        self._missing_payload -= size
        return size

    def _take_data(self, piece: bytes) -> None:
        if self._verifier is not None:
            self._chunk_hash.update(piece)

    def _end_chunk(self) -> None:
        if self._verifier is None:
            return
        if not self._verifier.is_chunk(self._signature, self._chunk_hash.hexdigest()):
            raise errors.INVALID_CREDENTIALS(reason="signature.chunk_mismatch")
        self._chunk_hash = sha256()

    def _end_data(self) -> None:
        if self._missing_payload:
            raise broken()
        self._end_chunk()
        self._is_in_trailer = True

    def _take_trailer(self, line: bytes) -> None:
        # Some writers end trailer lines with LF, or with LF and CR LF.
        text = line.rstrip(b"\r\n").decode("latin-1")
        if text:
            self._take_trailer_field(text)
        elif not self._announced or self._has_all_trailers():
            self.is_complete = True
        elif not self.trailers:
            raise malformed_trailer()

    def _has_all_trailers(self) -> bool:
        return SIGNATURE_TRAILER in self.trailers or (
            self._verifier is None and self._announced in self.trailers
        )

    def _take_trailer_field(self, text: str) -> None:
        name, colon, value = text.partition(":")
        name, value = name.strip().lower(), value.strip()
        is_signature = name == SIGNATURE_TRAILER and self._verifier is not None
        if not colon or not _TRAILER_NAME.fullmatch(name) or name in self.trailers:
            raise malformed_trailer()
        if not self._announced or not (is_signature or name == self._announced):
            raise malformed_trailer()
        if is_signature:
            self._verify_trailer(value)
        self.trailers[name] = value

    def _verify_trailer(self, signature: str) -> None:
        if self._announced not in self.trailers:
            raise malformed_trailer()
        line = f"{self._announced}:{self.trailers[self._announced]}\n".encode("latin-1")
        if self._verifier is None or not self._verifier.is_trailer(signature, line):
            raise errors.INVALID_CREDENTIALS(reason="signature.chunk_mismatch")


def broken() -> StowageError:
    """
    Return the refusal of a body whose framing is broken or whose sizes do not add up.
    """
    return errors.BAD_REQUEST(reason="s3.body_incomplete")


def malformed_trailer() -> StowageError:
    """
    Return the refusal of a trailer that is missing, malformed or not the announced one.
    """
    return errors.BAD_REQUEST(reason="s3.trailer_malformed")
