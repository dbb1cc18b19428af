"""
What `x-amz-content-sha256` may say, and the signatures of a body sent in chunks.

AWS: "Signature Calculations for the Authorization Header: Transferring Payload in Multiple
Chunks", and the same "… Including Trailing Headers".
"""

import re
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

from proxy.sigv4.signature import SigningKey, is_same

UNSIGNED = "UNSIGNED-PAYLOAD"
EMPTY_SHA256 = sha256(b"").hexdigest()

_HEX = re.compile(r"[0-9a-f]{64}")


class PayloadMode(Enum):
    """
    How the body is vouched for.
    """

    HASHED = "sha256"
    UNSIGNED = UNSIGNED
    SIGNED_CHUNKS = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
    SIGNED_CHUNKS_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
    UNSIGNED_CHUNKS_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
    ECDSA_CHUNKS = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"
    ECDSA_CHUNKS_TRAILER = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER"

    def __init__(self, token: str) -> None:
        """
        Note what the token says; asked for with every request.
        """
        self.is_aws_chunked = token.startswith("STREAMING-")
        """The body comes in AWS's own framing."""
        self.has_trailer = token.endswith("-TRAILER")
        """Trailer lines follow the last chunk."""
        self.signs_chunks = token.startswith("STREAMING-AWS4-HMAC-")
        """Each chunk carries a signature."""
        self.is_sigv4a = token.startswith("STREAMING-AWS4-ECDSA-")
        """The chunks are signed with an elliptic curve, which is not supported."""


_TOKENS: dict[str, PayloadMode] = {mode.value: mode for mode in PayloadMode}
_TOKENS[EMPTY_SHA256] = _TOKENS.pop("sha256")


def parse_payload_mode(value: str) -> PayloadMode | None:
    """
    Read `x-amz-content-sha256`: 64 lower-case hex digits or a known token; else `None`.
    """
    mode = _TOKENS.get(value)
    if mode is None and _HEX.fullmatch(value):
        return PayloadMode.HASHED
    return mode


@dataclass(frozen=True, slots=True)
class ChunkSeed:
    """
    What the signature of the first chunk follows from.
    """

    signing_key: SigningKey
    timestamp: str
    scope: str
    signature: str
    """The request's own signature."""


class ChunkVerifier:
    """
    Follows the chain of chunk signatures, each of which signs the one before.
    """

    __slots__ = ("_chunk_prefix", "_key", "_previous", "_trailer_prefix")

    def __init__(self, seed: ChunkSeed) -> None:
        self._key = seed.signing_key
        self._previous = seed.signature
        moment = f"{seed.timestamp}\n{seed.scope}\n"
        self._chunk_prefix = f"AWS4-HMAC-SHA256-PAYLOAD\n{moment}"
        self._trailer_prefix = f"AWS4-HMAC-SHA256-TRAILER\n{moment}"

    def is_chunk(self, signature: str, data_sha256: str) -> bool:
        """
        Tell whether this is the signature of the next chunk, and go on from it if so.

        Args:
            signature: As the chunk's header line has it.
            data_sha256: Hex SHA-256 of the chunk's data.
        """
        expected = self._key.sign(
            f"{self._chunk_prefix}{self._previous}\n{EMPTY_SHA256}\n{data_sha256}"
        )
        self._previous = expected
        return is_same(expected, signature)

    def is_trailer(self, signature: str, lines: bytes) -> bool:
        """
        Tell whether this is the signature of the trailer.

        Args:
            signature: The value of `x-amz-trailer-signature`.
            lines: `name:value` and a line feed each, lower case, sorted, trimmed.
        """
        digest = sha256(lines).hexdigest()
        expected = self._key.sign(f"{self._trailer_prefix}{self._previous}\n{digest}")
        return is_same(expected, signature)
