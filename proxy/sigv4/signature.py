"""
Signing keys and signatures.

HMAC is written out as two one-shot SHA-256 over padded key blocks that are made once per key:
measured, a third of the cost of `hmac.digest`. Keys are kept per secret and scope, a few for each
secret, since region and service are the client's words.
"""

import hmac
from functools import lru_cache
from hashlib import sha256

ALGORITHM = "AWS4-HMAC-SHA256"
TERMINATOR = "aws4_request"
KEYS_PER_SECRET = 8

_BLOCK = 64
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


class SigningKey:
    """
    A key for HMAC-SHA256 (RFC 2104), padded and ready; its `repr` shows nothing of it.
    """

    __slots__ = ("blocks",)

    def __init__(self, key: bytes) -> None:
        block = (sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
        self.blocks = block.translate(_INNER), block.translate(_OUTER)
        """The key as HMAC wants it in front of the message, and in front of the first hash."""

    def digest(self, message: bytes) -> bytes:
        """
        Return the 32 bytes of the MAC.
        """
        inner, outer = self.blocks
        return sha256(outer + sha256(inner + message).digest()).digest()

    def sign(self, text: str) -> str:
        """
        Return the MAC of ASCII text in lower-case hex.
        """
        return sign_with(self.blocks, text)


def sign_with(blocks: tuple[bytes, bytes], text: str) -> str:
    """
    Return the MAC of ASCII text in lower-case hex, by the blocks of a key.
    """
    inner = sha256(blocks[0] + text.encode("ascii")).digest()
    return sha256(blocks[1] + inner).hexdigest()


def derive_key(secret: str, scope: str) -> SigningKey:
    """
    Derive the signing key of a scope, `<day>/<region>/<service>/aws4_request`.
    """
    key = ("AWS4" + secret).encode("utf-8")
    for part in scope.split("/"):
        key = SigningKey(key).digest(part.encode("utf-8"))
    return SigningKey(key)


@lru_cache(maxsize=16384)
def _keys_of(secret: str) -> dict[str, SigningKey]:  # noqa: ARG001 - it is the cache's key
    return {}


def find_key(secret: str, scope: str) -> SigningKey:
    """
    Return the signing key of a scope from the cache, or derive it.
    """
    keys = _keys_of(secret)
    key = keys.get(scope)
    if key is None:
        key = derive_key(secret, scope)
        if len(keys) >= KEYS_PER_SECRET:
            del keys[next(iter(keys))]
        keys[scope] = key
    return key


def string_to_sign(timestamp: str, scope: str, request_hash: str) -> str:
    """
    Return the four lines that a request's signature is made over.
    """
    return f"{ALGORITHM}\n{timestamp}\n{scope}\n{request_hash}"


def is_same(expected: str, given: str) -> bool:
    """
    Compare two signatures in a time that does not depend on where they differ.
    """
    # Of one kind only: text that is not ASCII cannot be what we have made ourselves.
    return given.isascii() and hmac.compare_digest(expected, given)
