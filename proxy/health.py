"""
The health of this worker, on paths that no bucket can have: `_` opens no bucket name.

They ask for no signature and leave no audit row; load balancers call them every second.
"""

from app.errors.raised import StowageError
from proxy.core.head import parse_head
from proxy.errors import Occasion, render_response
from proxy.plane import Plane

_PREFIXES = (b"GET /_stowage/", b"HEAD /_stowage/")
_LIVE = "/_stowage/healthz"
_READY = "/_stowage/readyz"
_OK = 200
_BAD_REQUEST = 400
_NOT_FOUND = 404
_UNAVAILABLE = 503


def is_health_request(head: bytes) -> bool:
    """
    Tell whether a request head asks for our health.
    """
    return head.startswith(_PREFIXES)


def answer_health(data: bytes, plane: Plane) -> tuple[bytes, bool]:
    """
    Return the response, and whether the connection may go on.
    """
    occasion_id = plane.next_request_id()
    try:
        head = parse_head(data)
    except StowageError:
        occasion = Occasion(occasion_id, keeps_alive=False)
        return render_response(_BAD_REQUEST, occasion, (), b"bad request\n", "text/plain"), False
    keeps_alive = head.is_persistent and head.wire_length == 0 and not plane.is_draining
    occasion = Occasion(occasion_id, is_head=head.method == "HEAD", keeps_alive=keeps_alive)
    status, text = _judge(head.target.partition("?")[0], plane)
    lines = ("Cache-Control: no-store",)
    return render_response(status, occasion, lines, text, "text/plain"), keeps_alive


def _judge(path: str, plane: Plane) -> tuple[int, bytes]:
    if path == _LIVE:
        return _OK, b"ok\n"
    if path != _READY:
        return _NOT_FOUND, b"not found\n"
    if plane.is_draining or not plane.has_snapshot:
        return _UNAVAILABLE, b"not ready\n"
    return _OK, b"ready\n"
