"""
What `x-amz-content-sha256` may say, and the signatures of a body sent in chunks.

AWS: "Signature Calculations for the Authorization Header: Transferring Payload in Multiple
Chunks", and the same "… with trailing headers".
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChunkSeed:
    """
    What the signature of the first chunk follows from.
    """

    signing_key: bytes
    timestamp: str
    scope: str
    signature: str
    """The request's own signature."""
