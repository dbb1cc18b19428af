"""
One look at every answer: counted as a metric, and logged where it is an error or when asked to.
"""

import time
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.clock import SystemClock
from app.errors.raised import StowageError
from app.metrics import FailedRequest, Metrics
from dashboard.exchange import Exchange, exchange_of

_SURFACE = "dashboard"
_COUNTED = "/api/"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SHARES = "/s/"
_MAX_CAUSE = 500
_MAX_PATH = 200
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Seen:
    """
    What went out so far.
    """

    status: int = 0
    body_bytes: int = 0


class Watch:
    """
    Counts and logs answers as they pass; it changes nothing.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics, logs_every_request: bool) -> None:
        self._app = app
        self._metrics = metrics
        self._logs_every_request = logs_every_request

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Serve the request and look at what was sent, also when it was cut short.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = _Seen()

        async def send_and_look(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.status = message["status"]
            else:
                seen.body_bytes += len(message.get("body", b""))
            await send(message)

        is_upload = _is_upload(scope)
        self._metrics.uploads_active.inc(is_upload)
        try:
            await self._app(scope, receive, send_and_look)
        finally:
            self._metrics.uploads_active.dec(is_upload)
            self._note(scope, seen)

    def _note(self, scope: Scope, seen: _Seen) -> None:
        exchange = exchange_of(scope)
        seconds = time.perf_counter() - exchange.started
        if scope["path"].startswith(_COUNTED):
            self._metrics.observe_request(
                scope["method"] if scope["method"] in _METHODS else "OTHER",
                seen.status,
                exchange.backend_id,
                seconds=seconds,
                response_bytes=seen.body_bytes,
            )
            if seen.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                self._metrics.note_failure(_failed(scope, exchange, seen.status))
        if exchange.error is not None:
            self._metrics.count_error(_SURFACE, exchange.error.code)
        # No status at all: the client left before there was an answer.
        is_odd = exchange.error or not seen.status or seen.status >= HTTPStatus.BAD_REQUEST
        if self._logs_every_request or is_odd:
            _write_line(scope, exchange, seen, seconds)


def _is_upload(scope: Scope) -> bool:
    path: str = scope["path"]
    if scope["method"] == "POST":
        return path.startswith(_COUNTED) and path.endswith("/object")
    if scope["method"] != "PUT":
        return False
    return "/multipart/parts/" in path or (path.startswith(_SHARES) and path.endswith("/upload"))


def _failed(scope: Scope, exchange: Exchange, status: int) -> FailedRequest:
    return FailedRequest(
        SystemClock().now(),
        scope["method"] if scope["method"] in _METHODS else "OTHER",
        scope["path"][:_MAX_PATH],
        status,
        exchange.request_id,
        exchange.user_id,
        exchange.backend_id,
    )


def _write_line(scope: Scope, exchange: Exchange, seen: _Seen, seconds: float) -> None:
    error = exchange.error
    is_our_fault = error is not None and error.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    write = _log.error if is_our_fault else _log.info
    write(
        "http",
        method=scope["method"],
        path=_loggable(scope["path"]),
        status=seen.status,
        bytes=seen.body_bytes,
        duration_ms=round(seconds * 1000, 1),
        request_id=exchange.request_id,
        remote=exchange.peer.ip,
        user_id=exchange.user_id or None,
        code=error.code if error else None,
        reason=error.reason if error else None,
        cause=_cause(error) if is_our_fault else None,
    )


def _loggable(path: str) -> str:
    # The code of a share is a secret: whoever has it, has the object.
    if path.startswith(_SHARES):
        code, slash, rest = path.removeprefix(_SHARES).partition("/")
        return f"{_SHARES}{'…' if code else ''}{slash}{rest}"
    return path


def _cause(error: StowageError | None) -> str | None:
    cause = error.__cause__ if error else None
    return None if cause is None else f"{type(cause).__name__}: {cause}"[:_MAX_CAUSE]
