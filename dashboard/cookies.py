"""
The cookies of a session and of a sign-in under way: how they are named, set, read and cleared.

On https the session cookie has the prefix `__Host-` (RFC 6265bis section 4.1.3.2): a browser takes
it from this very host over https only, so that neither a subdomain nor plain http can plant one.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import quote, unquote

SESSION = "stowage_session"
CSRF = "stowage_csrf"
FLOW_NAMES = ("state", "verifier", "nonce", "next")
_FLOW = "stowage_oidc_"
_FLOW_SECONDS = 600
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
    return _read(header, session_name(is_https=is_https))


def read_flow(header: str, *, is_https: bool) -> dict[str, str]:
    """
    Return what a browser brings back from the identity provider; empty where it brings nothing.
    """
    return {
        name: unquote(_read(header, _flow_name(name, is_https=is_https))) for name in FLOW_NAMES
    }


def set_flow(values: Mapping[str, str], *, is_https: bool) -> list[str]:
    """
    Return the headers that let a browser keep a sign-in under way, for ten minutes.
    """
    lifetime = f"Max-Age={_FLOW_SECONDS}"
    return [
        _render(
            _flow_name(name, is_https=is_https),
            quote(values.get(name, ""), safe=""),
            lifetime,
            is_https=is_https,
            is_hidden=True,
        )
        for name in FLOW_NAMES
    ]


def clear_flow(*, is_https: bool) -> list[str]:
    """
    Return the headers that take a sign-in under way from a browser.
    """
    return [
        _render(
            _flow_name(name, is_https=is_https), "", "Max-Age=0", is_https=is_https, is_hidden=True
        )
        for name in FLOW_NAMES
    ]


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


def _flow_name(name: str, *, is_https: bool) -> str:
    return f"{_HOST_PREFIX if is_https else ''}{_FLOW}{name}"


def _read(header: str, wanted: str) -> str:
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        if name == wanted:
            return value
    return ""


def _render(name: str, value: str, lifetime: str, *, is_https: bool, is_hidden: bool) -> str:
    parts = [f"{name}={value}", "Path=/", lifetime, "SameSite=Lax"]
    parts += ["Secure"] if is_https else []
    parts += ["HttpOnly"] if is_hidden else []
    return "; ".join(parts)
