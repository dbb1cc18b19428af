"""
A user as services hand it on, and what a new one is made of.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import RowMapping

from app.errors import registry as errors
from app.errors.raised import FieldError, StowageError
from app.rbac.levels import Role

UserKind = Literal["person", "service"]

LOCAL = "local"
STATIC = "static"
STATIC_ID = "static"
"""The id of the static account, which has no row."""

MAX_NAME = 128
MAX_EMAIL = 254

_ALIASES = {"editor": Role.USER, "viewer": Role.READONLY}


@dataclass(frozen=True, slots=True)
class User:
    """
    Somebody who may sign in, or a service that owns credentials. Holds no secret.
    """

    id: str
    username: str
    email: str
    """Empty where there is none."""
    role: Role
    kind: UserKind
    identity_source: str
    """`local`, `static` or `oidc:<issuer host>`."""
    oidc_subject: str
    """The provider's name for an OIDC user; else empty."""
    is_enabled: bool
    must_change_password: bool
    failed_attempts: int
    locked_until: datetime | None
    last_login_at: datetime | None
    created_at: datetime
    created_by: str
    source: str
    source_file: str
    source_line: int


@dataclass(frozen=True, slots=True)
class Identity:
    """
    Who proves that it is this user: an OpenID provider by its name for them, or a password here.
    """

    source: str = LOCAL
    """`local` or `oidc:<issuer host>`."""
    subject: str = ""

    def columns(self) -> dict[str, str | None]:
        """
        Return it as the columns of a row.
        """
        return {"identity_source": self.source, "oidc_subject": self.subject or None}


@dataclass(frozen=True, slots=True)
class NewUser:
    """
    A local user to be made.
    """

    username: str
    password: str = field(repr=False)
    role: str
    """A role's name, or the reference UI's `editor` and `viewer`."""
    email: str = ""
    must_change_password: bool = True
    kind: UserKind = "person"
    is_enabled: bool = True
    identity: "Identity | None" = None
    """Who proves the user; `None` means the password kept here."""

    @property
    def has_password(self) -> bool:
        """
        Tell whether a password that is kept here proves who it is.
        """
        return self.kind == "person" and self.identity is None


@dataclass(frozen=True, slots=True)
class UserChange:
    """
    What is to change of a user; `None` keeps what is there, an empty e-mail clears it.
    """

    role: str | None = None
    is_enabled: bool | None = None
    email: str | None = None
    kind: UserKind | None = None
    identity: "Identity | None" = None
    """Who proves the user from now on; only a file says so."""


@dataclass(frozen=True, slots=True)
class UserQuery:
    """
    Which users are wanted; empty means any.
    """

    text: str = ""
    """Part of the name or e-mail, in any case."""
    role: str = ""
    identity_source: str = ""
    is_enabled: bool | None = None
    after: str = ""
    """Only names behind this one, in the form in which names are compared."""
    limit: int = 100
    offset: int = 0


def user_of(row: RowMapping) -> User:
    """
    Return the user of a row.
    """
    return User(
        id=row["id"],
        username=row["username"],
        email=row["email"] or "",
        role=Role(row["role"]),
        kind=row["kind"],
        identity_source=row["identity_source"],
        oidc_subject=row["oidc_subject"] or "",
        is_enabled=row["is_enabled"],
        must_change_password=row["must_change_password"],
        failed_attempts=row["failed_attempts"],
        locked_until=row["locked_until"],
        last_login_at=row["last_login_at"],
        created_at=row["created_at"],
        created_by=row["created_by"] or "",
        source=row["source"],
        source_file=row["source_file"],
        source_line=row["source_line"],
    )


def parse_role(text: str) -> Role:
    """
    Return the role of a name; the reference UI's `editor` and `viewer` are understood.

    Raises:
        StowageError: `bad_request`.
    """
    if text in _ALIASES:
        return _ALIASES[text]
    try:
        return Role(text)
    except ValueError:
        raise _invalid("role", f"use {', '.join(Role)}") from None


def parse_username(text: str) -> str:
    """
    Return the name unchanged: 1 to 128 printable characters without surrounding blanks.

    Raises:
        StowageError: `bad_request`.
    """
    if not text:
        raise errors.BAD_REQUEST(reason="field.missing", params={"field": "username"})
    if not is_username(text):
        raise _invalid("username", f"use 1 to {MAX_NAME} printable characters")
    return text


def is_username(text: str) -> bool:
    """
    Tell whether a user can have this name.
    """
    is_short = 0 < len(text) <= MAX_NAME and len(text.casefold()) <= MAX_NAME
    return is_short and text.isprintable() and text == text.strip()


def parse_email(text: str) -> str:
    """
    Return an address without surrounding blanks, or nothing.

    Only what no address can be is refused: delivering mail is the test of the rest.

    Raises:
        StowageError: `bad_request`.
    """
    address = text.strip()
    if not address:
        return ""
    name, at, host = address.rpartition("@")
    is_plain = address.isprintable() and " " not in address
    is_long = max(len(address), len(address.casefold())) > MAX_EMAIL
    if not (name and at and host) or is_long or not is_plain:
        raise _invalid("email", "write it as name@host")
    return address


def _invalid(name: str, problem: str) -> StowageError:
    params = {"field": name, "problem": problem}
    return errors.BAD_REQUEST(
        reason="field.invalid",
        params=params,
        errors=[FieldError(f"/{name}", "field.invalid", f"{name}: {problem}.", params)],
    )
