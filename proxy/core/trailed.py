"""
A body whose checksum goes on behind it: decoded, verified, and framed anew for the backend.

The chunks that go out are ours, of one size, so that the whole length is known before the first
byte. The trailer is written once the checksum is found right.
"""

import base64
from typing import Protocol

from msgspec.structs import replace

from proxy.core.checksums import find_algorithm, open_hasher
from proxy.core.decision import BodyDecoder, BodyPlan
from proxy.core.outgoing import Outgoing
from proxy.sigv4.payload import PayloadMode

TRAILERS = "chunked_upload"
"""The capability of a backend that was seen to take AWS's chunks with a checksum behind them."""
CHUNK_BYTES = 256 * 1024
_END = b"0\r\n"


def find_trailer(plan: BodyPlan, capabilities: frozenset[str]) -> str:
    """
    Return the name of the trailer that this backend gets; empty where there is none to pass on.
    """
    rule = plan.rule
    if rule is None or not rule.trailer or plan.payload_length is None:
        return ""
    return rule.trailer if TRAILERS in capabilities else ""


def add_trailer(outgoing: Outgoing, trailer: str) -> Outgoing:
    """
    Return the request with its body announced in chunks with this trailer behind them.

    Without `aws-chunked` in Content-Encoding: the payload hash says it as well, and some backends
    keep that word with the object.
    """
    length = outgoing.payload_length or 0
    told = [("x-amz-decoded-content-length", str(length)), ("x-amz-trailer", trailer)]
    return replace(
        outgoing,
        fields=[*outgoing.fields, *told],
        payload_sha256=PayloadMode.UNSIGNED_CHUNKS_TRAILER.value,
        payload_length=framed_length(length, trailer),
    )


def framed_length(payload_length: int, trailer: str) -> int:
    """
    Return how long a payload is with its chunks and its trailer.
    """
    whole, rest = divmod(payload_length, CHUNK_BYTES)
    length = whole * _chunk_length(CHUNK_BYTES) + (_chunk_length(rest) if rest else 0)
    algorithm = find_algorithm(trailer) or ""
    value = base64.b64encode(open_hasher(algorithm).digest())
    return length + len(_END) + len(_trailer_line(trailer, value.decode()))


def _chunk_length(size: int) -> int:
    return len(b"%x" % size) + size + 4


def _trailer_line(name: str, value: str) -> bytes:
    return f"{name}:{value}\r\n\r\n".encode("latin-1")


class Decoder(BodyDecoder, Protocol):
    """
    A decoder that has read a trailer.
    """

    def trailer(self, name: str) -> str:
        """
        Return the value of the trailer; only after `finish`.
        """
        ...


class TrailedDecoder:
    """
    A `BodyDecoder` whose payload comes in chunks, with the trailer behind the last one.
    """

    __slots__ = ("_decoder", "_missing", "_room", "_trailer")

    def __init__(self, decoder: Decoder, plan: BodyPlan) -> None:
        self._decoder = decoder
        self._trailer = plan.passed_trailer
        self._missing = plan.payload_length or 0
        self._room = 0
        """Bytes that the chunk begun last still takes."""

    @property
    def is_complete(self) -> bool:
        """
        Tell whether the last byte of the framed body has been fed.
        """
        return self._decoder.is_complete

    @property
    def leftover(self) -> bytes:
        """
        Bytes fed beyond the end of the body: the start of the next request.
        """
        return self._decoder.leftover

    def feed(self, data: bytes) -> bytes:
        """
        Take the next bytes off the wire; return what may go upstream (maybe empty).

        Raises:
            StowageError: framing, a chunk's signature or a length is wrong.
        """
        return self._frame(self._decoder.feed(data))

    def finish(self) -> bytes:
        """
        Verify what can only be known at the end; return the rest, the trailer included.

        Raises:
            StowageError: the body is incomplete, or a hash, checksum or trailer is wrong.
        """
        rest = self._frame(self._decoder.finish())
        return rest + _END + _trailer_line(self._trailer, self._decoder.trailer(self._trailer))

    def _frame(self, payload: bytes) -> bytes:
        pieces: list[bytes] = []
        at = 0
        while at < len(payload):
            if not self._room:
                self._room = min(CHUNK_BYTES, self._missing)
                pieces.append(b"%x\r\n" % self._room)
            piece = payload[at : at + self._room]
            at += len(piece)
            self._room -= len(piece)
            self._missing -= len(piece)
            pieces.append(piece if self._room else piece + b"\r\n")
        return b"".join(pieces)
