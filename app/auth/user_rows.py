"""
Users as they are written: one transaction each, for the service and for what only rehearses it.

Nothing here asks who may, hashes a password or writes an audit event.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from app.audit.event import Actor
from app.auth import repository, rules
from app.auth.user import (
    Identity,
    NewUser,
    User,
    UserChange,
    parse_email,
    parse_role,
    parse_username,
    user_of,
)
from app.database.changes import ChangeKind, record_change
from app.database.declared import Declaration, check_owner
from app.database.engine import Database
from app.types import new_ulid


@dataclass(frozen=True, slots=True)
class Altered:
    """
    A user after a change.
    """

    user: User
    fields: list[str]
    """What the change altered, in the API's words."""


def new_row(new: NewUser, *, by: Declaration, actor: Actor, now: datetime) -> dict[str, Any]:
    """
    Return the row of a new user, without a password.

    Raises:
        StowageError: `bad_request` for name, role and e-mail.
    """
    username, role = parse_username(new.username), parse_role(new.role)
    return {
        "id": new_ulid(now.timestamp()),
        "username": username,
        "username_folded": repository.fold(username),
        **rules.email_columns(parse_email(new.email)),
        "role": role.value,
        "kind": new.kind,
        **(new.identity or Identity()).columns(),
        "is_enabled": new.is_enabled,
        "must_change_password": new.must_change_password and new.has_password,
        "password_changed_at": now,
        "created_at": now,
        "created_by": actor.id,
        **by.columns(),
        **stamp(actor, now),
    }


def stamp(actor: Actor, now: datetime) -> dict[str, Any]:
    """
    Return the columns that say who changed a row last.
    """
    return {"updated_at": now, "updated_by": actor.id}


async def store_user(database: Database, values: dict[str, Any]) -> User:
    """
    Store a new row.

    Raises:
        StowageError: `username_taken`, `email_taken`.
    """
    try:
        async with database.write() as connection:
            await repository.insert_user(connection, values)
            return user_of(rules.found(await repository.find_user(connection, values["id"])))
    except IntegrityError as error:
        raise rules.taken(error) from error


async def alter_user(  # noqa: PLR0913  whose, what, and the stamp of who did it
    database: Database,
    user_id: str,
    change: UserChange,
    *,
    by: Declaration,
    actor: Actor,
    now: datetime,
) -> Altered:
    """
    Change a row; end the user's sessions where the change asks for it.

    Raises:
        StowageError: in this order: `not_found`; `yaml_managed`; `bad_request` for role and
            e-mail; `last_admin`; `self_role_change`; `email_taken`.
    """
    try:
        async with database.write() as connection:
            admins = await repository.list_enabled_admins(connection)
            old = rules.found(await repository.find_user(connection, user_id, for_update=True))
            check_owner("user", old["username"], old, source=by.source)
            values = rules.changed_columns(old, change)
            rules.check_administrators(actor.id, old, values, admins)
            await repository.update_user(connection, user_id, values | stamp(actor, now))
            if rules.ends_sessions(values):
                await repository.end_sessions(connection, user_id)
            await record_change(connection, ChangeKind.USER, user_id)
            row = rules.found(await repository.find_user(connection, user_id))
    except IntegrityError as error:
        raise rules.taken(error) from error
    return Altered(user_of(row), rules.api_names(values))
