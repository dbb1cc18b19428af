"""
The rules about changes of users that need no database.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.exc import IntegrityError

from app.auth.repository import fold
from app.auth.user import STATIC_ID, UserChange, parse_email, parse_role
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.rbac.levels import Role

_API_NAMES = {
    "role": "role",
    "is_enabled": "enabled",
    "email": "email",
    "kind": "kind",
    "identity_source": "identity_source",
    "oidc_subject": "oidc_subject",
}
_ENDS_SESSIONS = frozenset({"role", "is_enabled", "kind", "identity_source", "oidc_subject"})


def found(row: RowMapping | None) -> RowMapping:
    """
    Return the row.

    Raises:
        StowageError: `not_found`, reason `user.not_found`: there is none.
    """
    if row is None:
        raise errors.NOT_FOUND(reason="user.not_found")
    return row


def refuse_static(user_id: str) -> None:
    """
    Refuse to change the account that stands in the configuration.

    Raises:
        StowageError: `static_user`.
    """
    if user_id == STATIC_ID:
        raise errors.STATIC_USER()


def email_columns(address: str) -> dict[str, Any]:
    """
    Return the columns that hold an address that is parsed, or none.
    """
    return {"email": address or None, "email_folded": fold(address) or None}


def changed_columns(old: RowMapping, change: UserChange) -> dict[str, Any]:
    """
    Return the columns that a change alters.

    Raises:
        StowageError: `bad_request` for role or e-mail.
    """
    wanted: dict[str, Any] = {}
    if change.role is not None:
        wanted["role"] = parse_role(change.role).value
    if change.is_enabled is not None:
        wanted["is_enabled"] = change.is_enabled
    if change.email is not None:
        wanted |= email_columns(parse_email(change.email))
    if change.kind is not None:
        wanted["kind"] = change.kind
    if change.identity is not None:
        wanted |= change.identity.columns()
    return {name: value for name, value in wanted.items() if old[name] != value}


def api_names(values: Mapping[str, Any]) -> list[str]:
    """
    Return what a change altered, in the API's words.
    """
    return [name for column, name in _API_NAMES.items() if column in values]


def ends_sessions(values: Mapping[str, Any]) -> bool:
    """
    Tell whether a change is one after which the user must sign in again.
    """
    return not _ENDS_SESSIONS.isdisjoint(values)


def check_administrators(
    actor_id: str, old: RowMapping, values: Mapping[str, Any], admins: Sequence[str]
) -> None:
    """
    Refuse a change that leaves nobody in charge, or that raises or lowers oneself.

    Raises:
        StowageError: `last_admin`, `self_role_change`.
    """
    stays = values.get("role", old["role"]) == Role.ADMIN and values.get(
        "is_enabled", old["is_enabled"]
    )
    check_not_last(old["id"], admins, stays=stays)
    if "role" in values and old["id"] == actor_id:
        raise errors.SELF_ROLE_CHANGE()


def check_not_last(user_id: str, admins: Sequence[str], *, stays: bool) -> None:
    """
    Refuse to take away the last administrator who can act.

    Raises:
        StowageError: `last_admin`.
    """
    if not stays and user_id in admins and len(admins) == 1:
        raise errors.LAST_ADMIN()


def taken(error: IntegrityError) -> StowageError:
    """
    Return what a broken constraint of `users` means. Both databases name the column in the text.
    """
    text = str(error.orig)
    if "email_folded" in text:
        return errors.EMAIL_TAKEN()
    if "username_folded" in text:
        return errors.USERNAME_TAKEN()
    return errors.CONFLICT()
