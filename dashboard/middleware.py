"""
What every request passes before it is routed, from the outside in: pure ASGI, nothing buffers.

`RequestFacts` → `Watch` → `SecurityHeaders` → `Rescue` → `RefusalWatch` → `SameOrigin` → routes.
"""

import re
from http import HTTPStatus

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.logs import bind_request_id
from app.types import new_ulid
from dashboard.errors import accept_of, render_error
from dashboard.exchange import Exchange, attach, exchange_of
from dashboard.origin import OwnOrigin
from dashboard.pages import page_policy
from dashboard.peers import Forwarded, TrustedProxies

REQUEST_ID_HEADER = "X-Request-Id"
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:/-]{1,128}")
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_GUARDED = ("/api/", "/auth/")
_MAX_USER_AGENT = 512
_log = structlog.get_logger(__name__)


class RequestFacts:
    """
    Decides who is calling and under which id; both stand in the answer, the log and the audit.
    """

    def __init__(self, app: ASGIApp, *, proxies: TrustedProxies) -> None:
        self._app = app
        self._proxies = proxies
        self._has_warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Attach an `Exchange` to the scope and its request id and cookies to the answer.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = self._identify(scope)
        attach(scope, exchange)
        bind_request_id(exchange.request_id)

        async def send_with_facts(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID_HEADER] = exchange.request_id
                for cookie in exchange.cookies:
                    headers.append("set-cookie", cookie)
            await send(message)

        await self._app(scope, receive, send_with_facts)

    def _identify(self, scope: Scope) -> Exchange:
        headers = Headers(scope=scope)
        client = scope.get("client")
        forwarded = _forwarded(headers)
        peer = self._proxies.identify(client[0] if client else "", scope["scheme"], forwarded)
        if forwarded.is_present and not peer.is_trusted:
            self._warn_once(peer.ip)
        offered = headers.get(REQUEST_ID_HEADER, "")
        is_accepted = peer.is_trusted and _REQUEST_ID.fullmatch(offered) is not None
        request_id = offered if is_accepted else new_ulid()
        return Exchange(request_id, peer, headers.get("user-agent", "")[:_MAX_USER_AGENT])

    def _warn_once(self, ip: str) -> None:
        if not self._has_warned:
            self._has_warned = True
            _log.warning(
                "forwarding headers from a peer that server.trusted_proxies does not name", peer=ip
            )


def _forwarded(headers: Headers) -> Forwarded:
    chain = ",".join(headers.getlist("x-forwarded-for"))
    return Forwarded(
        tuple(item.strip() for item in chain.split(",") if item.strip()),
        headers.get("x-real-ip", ""),
        ",".join(headers.getlist("x-forwarded-proto")),
    )


class SecurityHeaders:
    """
    Puts the headers on every answer that keep a browser from doing what was not meant.
    """

    _FIXED = (
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Permissions-Policy", "geolocation=(), microphone=(), camera=(), payment=(), usb=()"),
    )

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Add the headers; an answer that brings its own content policy keeps it.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_https = exchange_of(scope).peer.is_https

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._FIXED:
                    headers[name] = value
                headers.setdefault("Content-Security-Policy", _policy_for(headers))
                if is_https:
                    headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _policy_for(headers: MutableHeaders) -> str:
    return page_policy() if headers.get("content-type", "").startswith("text/html") else DATA_POLICY


class Rescue:
    """
    The one place where an exception becomes an answer.
    """

    def __init__(self, app: ASGIApp, *, public_url: str, show_debug: bool) -> None:
        self._app = app
        self._public_url = public_url
        self._show_debug = show_debug

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Answer with the error; once the answer has begun, cut the connection instead.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_started = False

        async def send_and_note(message: Message) -> None:
            nonlocal has_started
            has_started = has_started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except ClientDisconnect:
            # Whoever should read the answer is gone.
            return
        except Exception as fault:  # noqa: BLE001  the edge: everything becomes an answer
            error = _as_error(fault)
            exchange_of(scope).error = error
            self._report(scope, fault)
            if has_started:
                # The status is out. Returning without the rest of the body makes the server close
                # the connection, so that the client knows that the answer is not whole.
                return
            await self._respond(error, scope, receive, send)

    async def _respond(
        self, error: StowageError, scope: Scope, receive: Receive, send: Send
    ) -> None:
        response = render_error(
            error,
            request_id=exchange_of(scope).request_id,
            accept=accept_of(Headers(scope=scope)),
            public_url=self._public_url,
            show_debug=self._show_debug,
        )
        allow = scope.get("stowage.allow")
        if allow is not None and error.status == HTTPStatus.METHOD_NOT_ALLOWED:
            response.headers["Allow"] = allow
        await response(scope, receive, send)

    def _report(self, scope: Scope, fault: Exception) -> None:
        if not isinstance(fault, StowageError) or fault.code == "internal":
            _log.error(
                "request crashed",
                exc_info=fault,
                method=scope["method"],
                path=scope["path"],
            )


def _as_error(fault: Exception) -> StowageError:
    if isinstance(fault, StowageError):
        return fault
    error = errors.INTERNAL(reason="bug")
    error.__cause__ = fault
    return error


class SameOrigin:
    """
    Refuses what another site made the browser send, sign-in and sign-out included.
    """

    def __init__(self, app: ASGIApp, *, own: OwnOrigin) -> None:
        self._app = app
        self._own = own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Let reads and the dashboard's own calls pass.

        Raises:
            StowageError: `source_untrusted`.
        """
        is_guarded = scope["type"] == "http" and scope["path"].startswith(_GUARDED)
        if is_guarded and scope["method"] not in _SAFE_METHODS:
            self._own.verify(Headers(scope=scope))
        await self._app(scope, receive, send)
