"""
The cookies of a session: their names, their attributes, how they are set, read and cleared.

On https the session cookie has the prefix `__Host-` (RFC 6265bis section 4.1.3.2): a browser takes
it from this very host over https only, so that neither a subdomain nor plain http can plant one.
"""

from datetime import UTC, datetime
from email.utils import format_datetime

SESSION = "stowage_session"
CSRF = "stowage_csrf"
_HOST_PREFIX = "__Host-"


def session_name(*, is_https: bool) -> str:
    """
    Return the name of the session cookie; no other one is read.
    """
    return f"{_HOST_PREFIX}{SESSION}" if is_https else SESSION


def read_session(header: str, *, is_https: bool) -> str:
    """
    Return the session's secret from a Cookie header; empty where there is none.
    """
    wanted = session_name(is_https=is_https)
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        if name == wanted:
            return value
    return ""


def set_session(secret: str, csrf_token: str, expires_at: datetime, *, is_https: bool) -> list[str]:
    """
    Return the headers that give a browser its session: the secret, and what scripts must repeat.
    """
    expires = f"Expires={format_datetime(expires_at.astimezone(UTC), usegmt=True)}"
    return [
        _render(
            session_name(is_https=is_https), secret, expires, is_https=is_https, is_hidden=True
        ),
        _render(CSRF, csrf_token, expires, is_https=is_https, is_hidden=False),
    ]


def clear_session(*, is_https: bool) -> list[str]:
    """
    Return the headers that take both away again.
    """
    name = session_name(is_https=is_https)
    return [
        _render(name, "", "Max-Age=0", is_https=is_https, is_hidden=True),
        _render(CSRF, "", "Max-Age=0", is_https=is_https, is_hidden=False),
    ]


def _render(name: str, value: str, lifetime: str, *, is_https: bool, is_hidden: bool) -> str:
    parts = [f"{name}={value}", "Path=/", lifetime, "SameSite=Lax"]
    parts += ["Secure"] if is_https else []
    parts += ["HttpOnly"] if is_hidden else []
    return "; ".join(parts)
