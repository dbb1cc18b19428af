"""
Signing in through the identity provider: there, back again, and ended from there.
"""

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

from starlette.responses import Response

from app.auth.oidc.flow import Flow
from app.errors import registry as errors
from app.errors.raised import StowageError
from dashboard.api.auth import caller_of, give_session, own_url
from dashboard.call import Call
from dashboard.cookies import clear_flow, read_flow, set_flow
from dashboard.errors import wants_page

if TYPE_CHECKING:
    from app.auth.oidc.service import OidcService

_MAX_NEXT = 2048


async def start(call: Call) -> Response:
    """
    Send the browser to the identity provider; `next` says where it goes afterwards.

    Raises:
        StowageError: `rate_limited`, `mode_disabled`, `oidc_failed`.
    """
    await call.services.limits.take_login(call.exchange.peer.ip)
    oidc = _require(call)
    try:
        started = await oidc.start(_redirect_uri(call), caller_of(call))
    except StowageError as error:
        return _refuse(call, error)
    flow = started.flow
    values = {
        "state": flow.state,
        "verifier": flow.verifier,
        "nonce": flow.nonce,
        "next": own_path(call.query("next")),
    }
    call.exchange.cookies += set_flow(values, is_https=call.exchange.peer.is_https)
    return _redirect(started.url)


async def finish(call: Call) -> Response:
    """
    Take the browser back from the identity provider and open its session.

    Raises:
        StowageError: `rate_limited`, `mode_disabled`, `oidc_failed`, `session_error`.
    """
    await call.services.limits.take_login(call.exchange.peer.ip)
    oidc = _require(call)
    is_https = call.exchange.peer.is_https
    kept = read_flow(call.header("cookie"), is_https=is_https)
    call.exchange.cookies += clear_flow(is_https=is_https)
    flow = Flow(kept["state"], kept["verifier"], kept["nonce"])
    answer = {name: call.query(name) for name in call.request.query_params}
    try:
        done = await oidc.finish(flow, answer, _redirect_uri(call), caller_of(call))
    except StowageError as error:
        return _refuse(call, error)
    call.exchange.user_id = done.user.id
    give_session(call, done.opened)
    return _redirect(own_path(kept["next"]))


async def end_by_provider(call: Call) -> Response:
    """
    End the sessions that the identity provider says are over; its signature proves that it does.

    Raises:
        StowageError: `mode_disabled`, `too_large`, `oidc_failed`.
    """
    oidc = _require(call)
    form = parse_qs((await call.raw_body()).decode("utf-8", "replace"), max_num_fields=10)
    token = form.get("logout_token", [""])[0]
    await oidc.end_by_provider(token, caller_of(call))
    return Response(headers={"Cache-Control": "no-store"})


def own_path(text: str) -> str:
    """
    Return a path of the dashboard to go on to; `/` in place of anything that may lead elsewhere.
    """
    is_path = text.startswith("/") and not text.startswith("//")
    is_plain = text.isprintable() and "\\" not in text and len(text) <= _MAX_NEXT
    return text if is_path and is_plain and text.isascii() else "/"


def _require(call: Call) -> "OidcService":
    if call.services.oidc is None:
        raise errors.MODE_DISABLED()
    return call.services.oidc


def _redirect_uri(call: Call) -> str:
    return f"{own_url(call)}/auth/callback"


def _redirect(url: str) -> Response:
    headers = {"Location": url, "Cache-Control": "no-store"}
    return Response(status_code=HTTPStatus.FOUND.value, headers=headers)


def _refuse(call: Call, error: StowageError) -> Response:
    """
    Lead a browser back to the sign-in page, which says what went wrong; programs get the error.
    """
    if not wants_page(call.header("accept")):
        raise error
    call.exchange.error = error
    query = {"error": error.code, **({"reason": error.reason} if error.reason else {})}
    return _redirect(f"/login?{urlencode(query)}")
