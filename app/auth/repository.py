"""
The SQL of users: their rows, and what hangs on a user.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.auth.user import UserQuery, parse_role
from app.database.changes import ChangeKind, record_change
from app.database.endings import end_quota, end_shares_of_user
from app.database.tables import api_tokens, bucket_pins, grants, s3_credentials, sessions, users
from app.rbac.levels import Role

# Asked at every sign-in, so that it is not built anew each time.
_BY_NAME = select(users).where(users.c.username_folded == bindparam("wanted"))


async def find_user(
    connection: AsyncConnection, user_id: str, *, for_update: bool = False
) -> RowMapping | None:
    """
    Return one row, or nothing; with `for_update` nobody else changes it meanwhile.
    """
    statement = select(users).where(users.c.id == user_id)
    if for_update:
        statement = statement.with_for_update()
    return (await connection.execute(statement)).mappings().first()


async def find_by_name(connection: AsyncConnection, username: str) -> RowMapping | None:
    """
    Return the row of a name, in whatever case it is written, or nothing.
    """
    found = await connection.execute(_BY_NAME, {"wanted": fold(username)})
    return found.mappings().first()


async def list_users(connection: AsyncConnection, query: UserQuery) -> Sequence[RowMapping]:
    """
    Return one page of rows, by name.
    """
    statement = _filtered(select(users), query).order_by(users.c.username_folded)
    if query.after:
        statement = statement.where(users.c.username_folded > query.after)
    page = statement.limit(query.limit).offset(query.offset)
    return (await connection.execute(page)).mappings().all()


async def count_users(connection: AsyncConnection, query: UserQuery) -> int:
    """
    Return how many rows match, whatever the page.
    """
    statement = _filtered(select(func.count()).select_from(users), query)
    return await connection.scalar(statement) or 0


async def insert_user(connection: AsyncConnection, values: dict[str, Any]) -> None:
    """
    Store a new row.
    """
    await connection.execute(insert(users).values(values))
    await record_change(connection, ChangeKind.USER, values["id"])


async def update_user(connection: AsyncConnection, user_id: str, values: dict[str, Any]) -> None:
    """
    Change columns of a row.
    """
    await connection.execute(update(users).where(users.c.id == user_id).values(values))


async def list_enabled_admins(connection: AsyncConnection) -> list[str]:
    """
    Return the ids of the administrators who can act, held until the transaction ends.

    Two who demote each other at the same time wait for one another here.
    """
    statement = (
        select(users.c.id)
        .where(users.c.role == Role.ADMIN.value, users.c.is_enabled)
        .order_by(users.c.id)
        .with_for_update()
    )
    return list(await connection.scalars(statement))


async def end_sessions(connection: AsyncConnection, user_id: str, *, but: str | None = None) -> int:
    """
    Delete the sessions of a user, all but the one of that public id; return how many.
    """
    statement = delete(sessions).where(sessions.c.user_id == user_id)
    if but is not None:
        statement = statement.where(sessions.c.public_id != but)
    return (await connection.execute(statement)).rowcount


async def free_session(connection: AsyncConnection, public_id: str) -> None:
    """
    Free a session from the duty to change the password first.
    """
    await connection.execute(
        update(sessions).where(sessions.c.public_id == public_id).values(must_change_password=False)
    )


async def delete_user(
    connection: AsyncConnection, user_id: str, *, heir: str | None, values: dict[str, Any]
) -> None:
    """
    Delete a row and what hangs on it.

    Credentials and shares go to the heir, or are switched off and revoked for good.

    Args:
        connection: An open transaction.
        user_id: Whose row.
        heir: The user who takes over the credentials and shares.
        values: The stamp of the change, for the credentials.
    """
    await end_sessions(connection, user_id)
    await connection.execute(delete(api_tokens).where(api_tokens.c.user_id == user_id))
    await connection.execute(delete(bucket_pins).where(bucket_pins.c.user_id == user_id))
    subject = (grants.c.subject_kind == "user") & (grants.c.subject_id == user_id)
    gone = await connection.execute(delete(grants).where(subject).returning(grants.c.id))
    for grant_id in gone.scalars().all():
        await record_change(connection, ChangeKind.GRANT, grant_id)
    left = {"user_id": heir} if heir is not None else {"is_enabled": False}
    changed = await connection.execute(
        update(s3_credentials)
        .where(s3_credentials.c.user_id == user_id)
        .values({**values, **left})
        .returning(s3_credentials.c.access_key)
    )
    for access_key in changed.scalars().all():
        await record_change(connection, ChangeKind.CREDENTIAL, access_key)
    await end_shares_of_user(connection, user_id, heir=heir)
    await end_quota(connection, "user", user_id)
    await connection.execute(delete(users).where(users.c.id == user_id))
    await record_change(connection, ChangeKind.USER, user_id)


def fold(text: str) -> str:
    """
    Return the form in which names and addresses are compared.
    """
    return text.casefold()


def _filtered(statement: Select[*tuple[Any, ...]], query: UserQuery) -> Select[*tuple[Any, ...]]:
    if query.text:
        part = fold(query.text)
        statement = statement.where(
            or_(
                users.c.username_folded.contains(part, autoescape=True),
                users.c.email_folded.contains(part, autoescape=True),
            )
        )
    if query.role:
        statement = statement.where(users.c.role == parse_role(query.role).value)
    if query.identity_source:
        statement = statement.where(users.c.identity_source == query.identity_source)
    if query.is_enabled is not None:
        statement = statement.where(users.c.is_enabled == query.is_enabled)
    return statement
