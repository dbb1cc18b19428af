"""
Signing in and out, and what the sign-in page must know before.
"""

from typing import Literal

from app.auth.login import Caller
from app.errors import registry as errors
from dashboard.call import Call
from dashboard.cookies import clear_session, set_session
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
        # Single sign-on is not built yet; the page must not offer what cannot work.
        modes=[mode for mode in auth.modes if mode != "oidc"],
        allow_self_registration=auth.local.allow_self_registration,
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
    done = await call.services.login.sign_in(body.username, body.password, _caller(call))
    call.exchange.user_id = done.user.id
    call.exchange.cookies += set_session(
        done.opened.token,
        done.opened.csrf_token,
        done.opened.session.expires_at,
        is_https=call.exchange.peer.is_https,
    )
    must_change = done.user.must_change_password if done.source == "local" else None
    return LoginResult(source=done.source, must_change_pw=must_change)


async def sign_out(call: Call) -> LogoutResult:
    """
    End the session, if there is one, and take its cookies away.
    """
    if call.signed_in is not None:
        await call.services.login.sign_out(call.signed_in.secret, _caller(call))
    call.exchange.cookies += clear_session(is_https=call.exchange.peer.is_https)
    return LogoutResult()


async def start_oidc(call: Call) -> None:
    """
    Send the browser to the identity provider; none can be configured yet.

    Raises:
        StowageError: `rate_limited`, `mode_disabled`.
    """
    await call.services.limits.take_login(call.exchange.peer.ip)
    raise errors.MODE_DISABLED()


async def finish_oidc(call: Call) -> None:
    """
    Take the browser back from the identity provider; none can be configured yet.

    Raises:
        StowageError: `rate_limited`, `mode_disabled`.
    """
    await call.services.limits.take_login(call.exchange.peer.ip)
    raise errors.MODE_DISABLED()


def _caller(call: Call) -> Caller:
    exchange = call.exchange
    return Caller(exchange.request_id, exchange.peer.ip, exchange.user_agent)
