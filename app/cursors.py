"""
`Cursors`: where the next page of a list begins, signed, so that only what was given comes back.

A cursor is a MAC and the position, in base64url. It belongs to one list: who asked, for what, with
which filters. One that was changed, was made elsewhere or belongs to another list is refused, and
so nothing further inside ever meets a position that it did not make.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable

from app.crypto import KeyRing
from app.errors import registry as errors

_MAC_BYTES = 16


class Cursors:
    """
    Signs positions and recognises them; the same key ring does so in every process.
    """

    def __init__(self, ring: KeyRing | None) -> None:
        # Without a sealing key cursors are good until the next start.
        self._secret = secrets.token_bytes(32) if ring is None else ring.derive("cursors")

    def sign(self, position: str, of: Iterable[str]) -> str:
        """
        Return the cursor of a position.

        Args:
            position: Where the next page begins, in the words of the list.
            of: Which list it is, whose, with which filters.
        """
        text = position.encode("utf-8", "surrogatepass")
        return _to_text(self._mac(text, of) + text)

    def open(self, cursor: str, of: Iterable[str]) -> str:
        """
        Return the position of a cursor that was signed for just this list.

        Raises:
            StowageError: `bad_request`, reason `cursor.invalid`: it was not.
        """
        raw = _to_bytes(cursor)
        mac, text = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        # Base64 has spare bits: of all texts for these bytes only ours is one that we gave.
        is_ours = hmac.compare_digest(mac, self._mac(text, of)) and _to_text(raw) == cursor
        if not is_ours:
            raise errors.BAD_REQUEST(reason="cursor.invalid")
        return text.decode("utf-8", "surrogatepass")

    def _mac(self, text: bytes, of: Iterable[str]) -> bytes:
        # Each part after its length, so that no two lists of parts read the same.
        parts = (text, *(part.encode("utf-8", "surrogatepass") for part in of))
        message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return hmac.digest(self._secret, message, hashlib.sha256)[:_MAC_BYTES]


def _to_text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _to_bytes(cursor: str) -> bytes:
    if not cursor.isascii():
        return b""
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except binascii.Error:
        return b""
