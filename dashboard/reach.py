"""
What an API token may be used for, route by route.

A token with scopes reaches what its scopes bound: the calls below a backend, where every service
asks for the level at the place. Everything else stands for the owner as a whole, and so only a
token without scopes may do it; a new route falls under that rule by itself. What would let whoever
found a token keep the account (passwords, sessions, further tokens) asks for a browser's session.
"""

from enum import StrEnum

_SESSION_ONLY = ("/api/me/password", "/api/me/sessions", "/api/me/tokens")
_BOUNDED_BY_LEVELS = "/api/backends"
# Each of these shows no more than what the caller may see.
_HARMLESS = frozenset({"/api/me", "/api/me/access", "/api/search", "/api/version"})


class Reach(StrEnum):
    """
    Which callers may use a route, as far as that depends on their proof.
    """

    SESSION = "session"
    """A browser's session, no token."""
    OWNER = "owner"
    """A session, or a token without scopes, which stands for its owner."""
    ANY = "any"
    """Any token too: what its scopes do not reach is refused further inside."""


def reach_of(method: str, path: str) -> Reach:
    """
    Return who may use a route of the table.
    """
    if path.startswith(_SESSION_ONLY):
        return Reach.SESSION
    if path.startswith(_BOUNDED_BY_LEVELS) or (method == "GET" and path in _HARMLESS):
        return Reach.ANY
    return Reach.OWNER
