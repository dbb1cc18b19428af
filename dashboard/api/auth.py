"""
Signing in and out, and what the sign-in page must know before.
"""

from typing import Literal

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
