"""
The head of a relayed answer: what of the upstream's passes to the client, and what we add.

Headers that speak about the upstream's own connection, machine or site are not the client's
business; the request id is ours, and the upstream's goes into the audit row.
"""

from collections.abc import Callable, Iterable

from app.snapshot.values import BackendRoute
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
_FATES: dict[bytes, int] = {}
_MAX_FATES = 1024


def render_answer_head(  # noqa: PLR0913  an object to hold them would be made per request
    head: ResponseHead,
    *,
    request_id: str,
    route: BackendRoute,
    public_base: Callable[[], str],
    keeps_alive: bool,
    extra: Iterable[str] = (),
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
    status = head.status
    lines = [
        b"HTTP/1.1 %d %b\r\nx-amz-request-id: %b\r\nX-Request-Id: %b"
        % (status, STATUS_TEXTS.get(status, "").encode(), *(request_id.encode(),) * 2)
    ]
    fates = _FATES
    has_date = False
    for field in head.headers:
        name = field[0]
        fate = fates.get(name)
        if fate is None:
            fate = _judge(name)
        if fate == _PASS:
            lines.append(b"%b: %b" % field)
        elif fate == _DATE:
            has_date = True
            lines.append(b"%b: %b" % field)
        elif fate == _LENGTH:
            if length is None and status != NO_CONTENT:
                lines.append(b"%b: %b" % field)
        elif fate == _LOCATION and (place := rewrite_location(field[1], route, public_base())):
            lines.append(b"Location: " + place)
    if head.connection:
        lines = _without_nominated(lines, head.connection)
    lines += _own_lines(length, extra, has_date=has_date, keeps_alive=keeps_alive)
    lines.append(b"\r\n")
    return b"\r\n".join(lines)


def _own_lines(
    length: int | None, extra: Iterable[str], *, has_date: bool, keeps_alive: bool
) -> list[bytes]:
    lines = [line.encode("latin-1", "replace") for line in extra]
    if length is not None:
        lines.append(b"Content-Length: %d" % length)
    if not has_date:
        lines.append(b"Date: " + http_date().encode())
    if not keeps_alive:
        lines.append(b"Connection: close")
    return lines


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


def _without_nominated(lines: list[bytes], connection: bytes) -> list[bytes]:
    """
    Drop what the Connection header makes hop-by-hop (RFC 9110 7.6.1).
    """
    nominated = connection.split(b",")
    kept = [line for line in lines[1:] if line.partition(b":")[0].lower() not in nominated]
    return [lines[0], *kept]


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
