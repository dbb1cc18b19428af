"""
The cookies of a visitor: that the password of a share was known, which downloads were counted.

They go to the share's own paths alone. On https their names begin with `__Secure-`
(RFC 6265bis section 4.1.3.1), and no other ones are read.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.shares.passes import PASS_SECONDS, Purpose
from app.shares.share import Share
from dashboard.exchange import Exchange

MAX_PASSES = 10
"""Downloads of one share that a browser can go on with; the oldest is forgotten first."""
_SECURE_PREFIX = "__Secure-"
_BETWEEN = "~"


@dataclass(frozen=True, slots=True)
class VisitorCookies:
    """
    The cookies that came with one request, and those that its answer sets.
    """

    header: str
    exchange: Exchange

    def read(self, purpose: Purpose, share: Share) -> Sequence[str]:
        """
        Return the passes that the browser keeps, whether or not they hold.
        """
        wanted = self._name(purpose, share)
        pairs = (part.strip().partition("=") for part in self.header.split(";"))
        kept = next((value for name, _, value in pairs if name == wanted), "")
        return kept.split(_BETWEEN, MAX_PASSES)[:MAX_PASSES]

    def write(self, value: str, purpose: Purpose, share: Share) -> None:
        """
        Let the answer set a pass, before those that the browser keeps for other downloads.
        """
        kept = self.read(purpose, share) if purpose == "visit" else ()
        values = [value, *(one for one in kept if one)][:MAX_PASSES]
        parts = [
            f"{self._name(purpose, share)}={_BETWEEN.join(values)}",
            f"Path=/s/{share.code}",
            f"Max-Age={PASS_SECONDS}",
            "SameSite=Lax",
            "HttpOnly",
        ]
        parts += ["Secure"] if self.exchange.peer.is_https else []
        self.exchange.cookies.append("; ".join(parts))

    def _name(self, purpose: Purpose, share: Share) -> str:
        prefix = _SECURE_PREFIX if self.exchange.peer.is_https else ""
        return f"{prefix}stowage_{purpose}_{share.code}"
