"""
AWS's own chunks around a body: signed or not, with or without a trailer.

AWS: "Signature Calculations for the Authorization Header: Transferring Payload in Multiple
Chunks", and the same "... Including Trailing Headers".
"""

import re
from hashlib import sha256

from app.errors import registry as errors
from app.errors.raised import StowageError
from proxy.core.framing import Chunks, broken
from proxy.sigv4.payload import ChunkVerifier

SIGNATURE_TRAILER = "x-amz-trailer-signature"

_SIZE = re.compile(rb"[0-9A-Fa-f]{1,16}")
_SIGNED_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16});chunk-signature=([0-9a-f]{64})")
_TRAILER_NAME = re.compile(r"[a-z0-9-]+")


class AwsChunks(Chunks):
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


def malformed_trailer() -> StowageError:
    """
    Return the refusal of a trailer that is missing, malformed or not the announced one.
    """
    return errors.BAD_REQUEST(reason="s3.trailer_malformed")
