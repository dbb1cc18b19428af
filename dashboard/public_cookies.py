"""
The cookies of a visitor: that the password of a share was known, that a download was counted.

They go to the share's own paths alone. On https their names begin with `__Secure-`
(RFC 6265bis section 4.1.3.1), and no other ones are read.
"""

import hashlib
from dataclasses import dataclass

from app.shares.passes import PASS_SECONDS, Purpose
from app.shares.share import Share
from dashboard.exchange import Exchange

_SECURE_PREFIX = "__Secure-"
_SUBJECT_DIGITS = 16


@dataclass(frozen=True, slots=True)
class VisitorCookies:
    """
    The cookies that came with one request, and those that its answer sets.
    """

    header: str
    exchange: Exchange

    def read(self, purpose: Purpose, share: Share, subject: str = "") -> str:
        """
        Return the pass that the browser keeps; empty where it keeps none.
        """
        wanted = self._name(purpose, share, subject)
        pairs = (part.strip().partition("=") for part in self.header.split(";"))
        return next((value for name, _, value in pairs if name == wanted), "")

    def write(self, value: str, purpose: Purpose, share: Share, subject: str = "") -> None:
        """
        Let the answer set a pass.
        """
        parts = [
            f"{self._name(purpose, share, subject)}={value}",
            f"Path=/s/{share.code}",
            f"Max-Age={PASS_SECONDS}",
            "SameSite=Lax",
            "HttpOnly",
        ]
        parts += ["Secure"] if self.exchange.peer.is_https else []
        self.exchange.cookies.append("; ".join(parts))

    def _name(self, purpose: Purpose, share: Share, subject: str) -> str:
        prefix = _SECURE_PREFIX if self.exchange.peer.is_https else ""
        digest = hashlib.sha256(subject.encode()).hexdigest()[:_SUBJECT_DIGITS]
        suffix = f"_{digest}" if subject else ""
        return f"{prefix}stowage_{purpose}_{share.code}{suffix}"
