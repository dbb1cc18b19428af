"""
The SQL of virtual credentials.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.database.changes import ChangeKind, record_change
from app.database.declared import YAML
from app.database.endings import end_quota
from app.database.tables import backends, s3_credentials, users

_columns = s3_credentials.c
_from_a_file = select(s3_credentials).where(_columns.source == YAML)
_AT_ONCE = 250
_KEYS_AT_ONCE = 10_000
"""Below what SQLite and PostgreSQL take as parameters of one statement."""


async def find_credential(
    connection: AsyncConnection, access_key: str, *, for_update: bool = False
) -> RowMapping | None:
    """
    Return one row, or nothing; with `for_update` nobody else changes it meanwhile.
    """
    statement = select(s3_credentials).where(_columns.access_key == access_key)
    if for_update:
        statement = statement.with_for_update()
    return (await connection.execute(statement)).mappings().first()


async def list_credentials(
    connection: AsyncConnection, *, owner: str | None
) -> Sequence[RowMapping]:
    """
    Return the rows of an owner, or all, by access key.

    There may be a hundred thousand: the event loop serves others while they are taken apart.
    """
    statement = select(s3_credentials).order_by(_columns.access_key)
    if owner is not None:
        statement = statement.where(_columns.user_id == owner)
    rows: list[RowMapping] = []
    for part in (await connection.execute(statement)).mappings().partitions(_AT_ONCE):
        rows += part
        await asyncio.sleep(0)
    return rows


async def list_ending(
    connection: AsyncConnection, since: datetime, until: datetime
) -> Sequence[RowMapping]:
    """
    Return enabled keys that are for good but end in that time, the first to end first.
    """
    statement = (
        select(s3_credentials)
        .where(
            _columns.is_enabled.is_(True),
            _columns.session_token_sealed.is_(None),
            _columns.expires_at > since,
            _columns.expires_at <= until,
        )
        .order_by(_columns.expires_at, _columns.access_key)
    )
    return (await connection.execute(statement)).mappings().all()


async def list_declared(
    connection: AsyncConnection, access_keys: Collection[str]
) -> Sequence[RowMapping]:
    """
    Return the rows of these keys, and those that a file declared, by access key.
    """
    wanted = sorted(access_keys)
    rows = list((await connection.execute(_from_a_file)).mappings())
    for start in range(0, len(wanted), _KEYS_AT_ONCE):
        some = _columns.access_key.in_(wanted[start : start + _KEYS_AT_ONCE])
        statement = select(s3_credentials).where(some, _columns.source != YAML)
        rows += (await connection.execute(statement)).mappings()
    return sorted(rows, key=lambda row: str(row["access_key"]))


async def insert_credential(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    """
    Store a new row.
    """
    await connection.execute(insert(s3_credentials).values(values))
    await record_change(connection, ChangeKind.CREDENTIAL, values["access_key"])


async def update_credential(
    connection: AsyncConnection, access_key: str, values: Mapping[str, Any]
) -> None:
    """
    Change columns of a row.
    """
    await connection.execute(
        update(s3_credentials).where(_columns.access_key == access_key).values(values)
    )
    await record_change(connection, ChangeKind.CREDENTIAL, access_key)


async def delete_credential(connection: AsyncConnection, access_key: str) -> None:
    """
    Delete a row.
    """
    await end_quota(connection, "credential", access_key)
    await connection.execute(delete(s3_credentials).where(_columns.access_key == access_key))
    await record_change(connection, ChangeKind.CREDENTIAL, access_key)


async def mark_used(connection: AsyncConnection, seen: Mapping[str, float]) -> None:
    """
    Note when keys were last used; never set one back. No worker needs to hear of it.
    """
    later = or_(_columns.last_used_at.is_(None), _columns.last_used_at < bindparam("moment"))
    statement = (
        update(s3_credentials)
        .where(_columns.access_key == bindparam("used_key"), later)
        .values(last_used_at=bindparam("moment"))
    )
    rows = [
        {"used_key": access_key, "moment": datetime.fromtimestamp(seconds, UTC)}
        for access_key, seconds in seen.items()
    ]
    await connection.execute(statement, rows)


async def list_unknown_backends(
    connection: AsyncConnection, backend_ids: Sequence[str]
) -> list[str]:
    """
    Return those ids that no backend has.
    """
    statement = select(backends.c.id).where(backends.c.id.in_(backend_ids))
    known = set(await connection.scalars(statement))
    return [backend_id for backend_id in backend_ids if backend_id not in known]


async def has_user(connection: AsyncConnection, user_id: str) -> bool:
    """
    Tell whether there is a user of that id.
    """
    statement = select(users.c.id).where(users.c.id == user_id)
    return await connection.scalar(statement) is not None
