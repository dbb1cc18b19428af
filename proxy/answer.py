"""
The head of a relayed answer: what of the upstream's passes to the client, and what we add.

Headers that speak about the upstream's own connection, machine or site are not the client's
business; the request id is ours, and the upstream's goes into the audit row.
"""

from collections.abc import Callable, Sequence

from app.snapshot.values import BackendRoute
from proxy.core import twin
from proxy.http import NO_CONTENT, STATUS_TEXTS, http_date
from proxy.response import ResponseHead

_PASS = 0
_DROP = 1
_LENGTH = 2
_LOCATION = 3
_DATE = 4

_DROPPED = frozenset(
    {
        # RFC 9110 7.6.1: hop-by-hop.
        b"connection",
        b"keep-alive",
        b"proxy-connection",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        # They tell of the machine behind us, or set rules for our own site.
        b"server",
        b"via",
        b"x-powered-by",
        b"set-cookie",
        b"set-cookie2",
        b"strict-transport-security",
        b"public-key-pins",
        b"alt-svc",
        b"clear-site-data",
        # Ours stand in their place.
        b"x-amz-bucket-region",
        b"x-amz-request-id",
        b"x-amz-id-2",
        b"x-request-id",
        b"x-error-code",
        b"x-error-reason",
    }
)
Fields = tuple[tuple[bytes, bytes], ...]
_FATES: dict[bytes, int] = {}
_MAX_FATES = 1024


def render_answer_head(  # noqa: PLR0913  an object to hold them would be made per request
    head: ResponseHead,
    *,
    request_id: str,
    route: BackendRoute,
    public_base: Callable[[], str],
    keeps_alive: bool,
    extra: Sequence[str] = (),
    length: int | None = None,
) -> bytes:
    """
    Return the head that goes to the client, its empty line included.

    Args:
        head: The upstream's.
        request_id: Ours.
        route: Where the answer comes from; its address appears nowhere.
        public_base: Scheme and host by which the client reached us, for `Location`.
        keeps_alive: Another request may follow on the client's connection.
        extra: More header lines, for example those of CORS.
        length: The body's length where it is not the upstream's; framing headers of the upstream
            are left out then.
    """
    status, identity = head.status, request_id.encode()
    start = b"%bx-amz-request-id: %b\r\nX-Request-Id: %b\r\n" % (
        _FIRST_LINES.get(status) or _first_line(status),
        identity,
        identity,
    )
    headers = head.headers if not head.connection else _without_nominated(head)
    has_length = length is None and status != NO_CONTENT
    passed = twin.pass_fields(headers, _FATES, has_length)
    if passed is None:
        passed = _pass_fields(headers, route, public_base, has_length=has_length)
    fields, has_date = passed
    if has_date and keeps_alive and length is None and not extra:
        return b"%b%b\r\n" % (start, fields)
    own = _own_lines(length, extra, has_date=has_date, keeps_alive=keeps_alive)
    return b"%b%b%b\r\n" % (start, fields, own)


def _first_line(status: int) -> bytes:
    return b"HTTP/1.1 %d %b\r\n" % (status, STATUS_TEXTS.get(status, "").encode())


_FIRST_LINES = {status: _first_line(status) for status in STATUS_TEXTS}


def _pass_fields(
    headers: Fields, route: BackendRoute, public_base: Callable[[], str], *, has_length: bool
) -> tuple[bytes, bool]:
    """
    Return the lines that pass, and whether Date is among them; learns names on the way.
    """
    lines: list[bytes] = []
    has_date = False
    for name, value in headers:
        fate = _FATES.get(name)
        if fate is None:
            fate = _judge(name)
        has_date = has_date or fate == _DATE
        if fate in {_PASS, _DATE} or (fate == _LENGTH and has_length):
            lines.append(b"%b: %b\r\n" % (name, value))
        elif fate == _LOCATION and (place := rewrite_location(value, route, public_base())):
            lines.append(b"Location: %b\r\n" % place)
    return b"".join(lines), has_date


def _own_lines(
    length: int | None, extra: Sequence[str], *, has_date: bool, keeps_alive: bool
) -> bytes:
    lines = [f"{line}\r\n".encode("latin-1", "replace") for line in extra]
    if length is not None:
        lines.append(b"Content-Length: %d\r\n" % length)
    if not has_date:
        lines.append(b"Date: %b\r\n" % http_date().encode())
    if not keeps_alive:
        lines.append(b"Connection: close\r\n")
    return b"".join(lines)


def _judge(name: bytes) -> int:
    """
    Decide about a header by its name, and remember it for the few names that exist.
    """
    folded = name.lower()
    fate = {b"content-length": _LENGTH, b"location": _LOCATION, b"date": _DATE}.get(folded, _PASS)
    if folded in _DROPPED or folded.startswith(b"access-control-"):
        fate = _DROP
    if len(_FATES) < _MAX_FATES and not folded.startswith(b"x-amz-meta-"):
        _FATES[name] = fate
    return fate


def _without_nominated(head: ResponseHead) -> Fields:
    """
    Drop what the Connection header makes hop-by-hop (RFC 9110 7.6.1).
    """
    nominated = head.connection.split(b",")
    return tuple([field for field in head.headers if field[0].lower() not in nominated])


def rewrite_location(value: bytes, route: BackendRoute, public_base: str) -> bytes:
    """
    Return a `Location` that leads to us; empty where it leads to anywhere else.
    """
    if value.startswith(b"/") and not value.startswith(b"//"):
        return value
    authority = route.authority.encode()
    for scheme in (b"http://", b"https://", b"//"):
        base = scheme + authority
        if value.startswith(base) and value[len(base) : len(base) + 1] in (b"", b"/", b"?"):
            return public_base.encode() + value[len(base) :]
    return b""
