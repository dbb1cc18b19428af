"""
Signing in and out, and what the sign-in page must know before.
"""

from typing import Literal

from app.auth.journal import Caller
from app.auth.sessions import OpenedSession
from dashboard.call import Call
from dashboard.cookies import clear_session, read_session, set_session
from dashboard.schemas import Body, Schema, omitted, omitted_if_unknown


class PasswordPolicy(Schema):
    """
    What a new password must meet.
    """

    min_length: int
    min_score: int
    """zxcvbn's score, 0 to 4."""


class AuthConfig(Schema):
    """
    Which ways of signing in there are.
    """

    modes: list[Literal["local", "static", "oidc"]]
    allow_self_registration: bool
    oidc_name: str = omitted("")
    notice: str = omitted("")
    password: PasswordPolicy


class Login(Body):
    """
    A user name and a password; empty ones are refused as wrong ones are.
    """

    username: str = ""
    password: str = ""


class LoginResult(Schema):
    """
    The session is open; its cookies came with this answer.
    """

    status: Literal["ok"] = "ok"
    source: Literal["local", "static"]
    must_change_pw: bool | None = omitted_if_unknown()


class LogoutResult(Schema):
    """
    The session is closed.
    """

    status: Literal["ok"] = "ok"
    logout_url: str = omitted("")


async def get_config(call: Call) -> AuthConfig:
    """
    Say what the sign-in page must offer.
    """
    auth = call.services.config.auth
    policy = auth.local.password
    return AuthConfig(
        modes=list(dict.fromkeys(auth.modes)),
        allow_self_registration=auth.local.allow_self_registration,
        oidc_name=auth.oidc.name if "oidc" in auth.modes else "",
        notice=auth.notice,
        password=PasswordPolicy(min_length=policy.min_length, min_score=policy.zxcvbn_min_score),
    )


async def sign_in(call: Call) -> LoginResult:
    """
    Open a session for a name and a password.

    Raises:
        StowageError: in this order: `rate_limited`, `mode_disabled`, `bad_request`, and what the
            sign-in says.
    """
    await call.services.limits.take_login(call.exchange.peer.ip)
    call.services.login.require_password_mode()
    body = await call.body(Login)
    done = await call.services.login.sign_in(body.username, body.password, caller_of(call))
    call.exchange.user_id = done.user.id
    give_session(call, done.opened)
    must_change = done.user.must_change_password if done.source == "local" else None
    return LoginResult(source=done.source, must_change_pw=must_change)


async def sign_out(call: Call) -> LogoutResult:
    """
    End the session, if there is one, and take its cookies away.
    """
    ended = None
    if call.signed_in is not None and call.signed_in.secret:
        ended = await call.services.login.sign_out(call.signed_in.secret, caller_of(call))
    call.exchange.cookies += clear_session(is_https=call.exchange.peer.is_https)
    oidc = call.services.oidc
    if ended is None or oidc is None:
        return LogoutResult()
    return LogoutResult(logout_url=await oidc.logout_url(ended, f"{own_url(call)}/login"))


def give_session(call: Call, opened: OpenedSession) -> None:
    """
    Give the browser its new session.
    """
    call.exchange.cookies += set_session(
        opened.token,
        opened.csrf_token,
        opened.session.expires_at,
        is_https=call.exchange.peer.is_https,
    )


def own_url(call: Call) -> str:
    """
    Return the dashboard's own address: the configured one, else the one that was asked.

    A forged Host leads nowhere: a provider sends browsers only to addresses registered with it.
    """
    configured = call.services.config.server.public_url
    scheme = "https" if call.exchange.peer.is_https else "http"
    return configured or f"{scheme}://{call.header('host')}"


def caller_of(call: Call) -> Caller:
    """
    Return where a sign-in comes from.
    """
    exchange = call.exchange
    before = read_session(call.header("cookie"), is_https=exchange.peer.is_https)
    return Caller(exchange.request_id, exchange.peer.ip, exchange.user_agent, before or "")
