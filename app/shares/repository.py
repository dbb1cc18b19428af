"""
The SQL of shares.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    and_,
    insert,
    not_,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.database.tables import shares
from app.grants.page import PageRequest
from app.shares.share import ShareQuery

_columns = shares.c
_HAS_ROOM = or_(_columns.max_downloads.is_(None), _columns.download_count < _columns.max_downloads)


async def find_share(
    connection: AsyncConnection, share_id: str, *, for_update: bool = False
) -> RowMapping | None:
    """
    Return one row, or nothing; with `for_update` nobody else changes it meanwhile.
    """
    statement = select(shares).where(_columns.id == share_id)
    if for_update:
        statement = statement.with_for_update()
    return (await connection.execute(statement)).mappings().first()


async def find_by_code(connection: AsyncConnection, code: str) -> RowMapping | None:
    """
    Return the row of a link, or nothing.
    """
    statement = select(shares).where(_columns.code == code)
    return (await connection.execute(statement)).mappings().first()


async def list_shares(
    connection: AsyncConnection, query: ShareQuery, page: PageRequest, now: datetime
) -> Sequence[RowMapping]:
    """
    Return one page of rows and, where there is one, the first of the next; the newest first.
    """
    statement = _filtered(select(shares), query, now).order_by(_columns.id.desc())
    if page.cursor:
        statement = statement.where(_columns.id < page.cursor)
    return (await connection.execute(statement.limit(page.limit + 1))).mappings().all()


async def insert_share(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    """
    Store a new row.
    """
    await connection.execute(insert(shares).values(values))


async def update_share(
    connection: AsyncConnection, share_id: str, values: Mapping[str, Any]
) -> None:
    """
    Change columns of a row.
    """
    await connection.execute(update(shares).where(_columns.id == share_id).values(values))


async def count_use(
    connection: AsyncConnection, share_id: str, now: datetime, *, uploaded_bytes: int = 0
) -> bool:
    """
    Count one download, or one uploaded file, in one statement; tell whether there was room.

    However many arrive at once, no more of them are counted than the share allows.
    """
    holds = and_(
        _columns.id == share_id,
        _columns.revoked_at.is_(None),
        or_(_columns.expires_at.is_(None), _columns.expires_at > now),
        _HAS_ROOM,
    )
    total = _columns.uploaded_bytes + uploaded_bytes
    if uploaded_bytes:
        holds &= or_(_columns.max_bytes.is_(None), total <= _columns.max_bytes)
    counted = await connection.execute(
        update(shares)
        .where(holds)
        .values(
            download_count=_columns.download_count + 1, uploaded_bytes=total, last_accessed_at=now
        )
    )
    return counted.rowcount == 1


async def give_back(connection: AsyncConnection, share_id: str, *, uploaded_bytes: int) -> None:
    """
    Undo the count of an upload that did not come to its end.
    """
    await connection.execute(
        update(shares)
        .where(_columns.id == share_id)
        .values(
            download_count=_columns.download_count - 1,
            uploaded_bytes=_columns.uploaded_bytes - uploaded_bytes,
        )
    )


def _filtered(
    statement: Select[*tuple[Any, ...]], query: ShareQuery, now: datetime
) -> Select[*tuple[Any, ...]]:
    if query.owner_id:
        statement = statement.where(_columns.owner_id == query.owner_id)
    if query.backend_id:
        statement = statement.where(_columns.backend_id == query.backend_id)
    if query.state:
        statement = statement.where(_in_state(query.state, now))
    return statement


def _in_state(state: str, now: datetime) -> ColumnElement[bool]:
    """
    Return the condition for what `Share.state` says of a row.
    """
    is_live = _columns.revoked_at.is_(None)
    is_over = and_(_columns.expires_at.is_not(None), _columns.expires_at <= now)
    is_used_up = not_(_HAS_ROOM)
    is_early = and_(_columns.starts_at.is_not(None), _columns.starts_at > now)
    conditions: dict[str, ColumnElement[bool]] = {"revoked": not_(is_live)}
    held: ColumnElement[bool] = is_live
    for name, condition in (
        ("expired", is_over),
        ("exhausted", is_used_up),
        ("scheduled", is_early),
        ("active", true()),
    ):
        conditions[name] = and_(held, condition)
        held = and_(held, not_(condition))
    return conditions[state]
