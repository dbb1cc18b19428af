"""
What a visitor's browser keeps: proof that the password was known, or that a download was counted.

A pass is `<unix expiry>.<HMAC-SHA256>`. It is bound to the share, to its password's hash and to
what it is for, so that it is worthless elsewhere and after the password was changed.
"""

import base64
import hashlib
import hmac
import secrets
from typing import Literal

from app.clock import Clock
from app.crypto import KeyRing, is_same
from app.shares.share import Share

PASS_SECONDS = 30 * 60
_MAX_DIGITS = 12
Purpose = Literal["unlock", "visit"]


class Passes:
    """
    Issues passes and recognises them; the same key ring does so in every process.
    """

    def __init__(self, ring: KeyRing | None, clock: Clock) -> None:
        self._secret = secrets.token_bytes(32) if ring is None else ring.derive("share passes")
        self._clock = clock

    def issue(self, purpose: Purpose, share: Share, subject: str = "") -> str:
        """
        Return a pass for the next half hour.

        Args:
            purpose: What it proves.
            share: The share it is good for.
            subject: The object it is good for, for a `visit`.
        """
        expiry = str(int(self._clock.now().timestamp()) + PASS_SECONDS)
        return f"{expiry}.{self._sign(expiry, purpose, share, subject)}"

    def holds(self, value: str, purpose: Purpose, share: Share, subject: str = "") -> bool:
        """
        Tell whether a visitor's value is a pass that was issued for just this, and still holds.
        """
        expiry, _, signature = value.partition(".")
        if not (expiry.isascii() and expiry.isdigit() and len(expiry) <= _MAX_DIGITS):
            return False
        if int(expiry) <= self._clock.now().timestamp():
            return False
        return is_same(signature, self._sign(expiry, purpose, share, subject))

    def _sign(self, expiry: str, purpose: Purpose, share: Share, subject: str) -> str:
        parts = (purpose, share.code, share.password_hash, expiry, subject)
        # Each part after its length, so that no two lists of parts read the same.
        message = b"".join(_prefixed(part.encode()) for part in parts)
        digest = hmac.digest(self._secret, message, hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _prefixed(part: bytes) -> bytes:
    return len(part).to_bytes(4, "big") + part
