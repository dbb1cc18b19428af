"""
The SQL of what is used of limits, and of what running servers may still let in.

What a bucket holds is known of buckets without a limit as well, and stands in `bucket_usage`; what
users, groups and credentials used stands in `quota_usage`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Table, and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.database.changes import ChangeKind, record_change
from app.database.tables import bucket_usage, quota_holds, quota_usage
from app.quotas.limits import QuotaKind, QuotaPlace, QuotaSubject, parse_row_id
from app.quotas.write import NO_GROWTH, Growth

_holds = quota_holds.c


@dataclass(frozen=True, slots=True)
class Usage:
    """
    What a bucket holds, or what somebody added.
    """

    used_bytes: int = 0
    object_count: int = 0
    keeps_versions: bool = False
    computed_at: datetime | None = None
    """When everything in a bucket was last counted; `None` for never."""


async def find_usage(connection: AsyncConnection, subject: QuotaSubject) -> Usage | None:
    """
    Return what is used; `None` where nobody knows.
    """
    row = await _find(connection, subject, is_locked=False)
    return None if row is None else _usage_of(row)


async def list_usage(connection: AsyncConnection) -> Mapping[QuotaPlace, Usage]:
    """
    Return what is known of every bucket.
    """
    rows = (await connection.execute(select(bucket_usage))).mappings().all()
    return {QuotaPlace(row["backend_id"], row["bucket"]): _usage_of(row) for row in rows}


async def list_used(connection: AsyncConnection) -> Mapping[QuotaSubject, Usage]:
    """
    Return what every user, group and credential with a limit used.
    """
    rows = (await connection.execute(select(quota_usage))).mappings().all()
    return {QuotaSubject(QuotaKind(row["kind"]), row["subject_id"]): _usage_of(row) for row in rows}


async def add_growth(connection: AsyncConnection, subject: QuotaSubject, growth: Growth) -> Usage:
    """
    Add to what is used, and return what is used then. Locks the row until the commit.
    """
    row = await _find(connection, subject, is_locked=True)
    if row is None:
        usage = Usage(max(0, growth.total_bytes), max(0, growth.objects))
        await _insert(connection, subject, usage)
        return usage
    old = _usage_of(row)
    if growth == NO_GROWTH:
        return old
    used = max(0, old.used_bytes + growth.total_bytes)
    count = max(0, old.object_count + growth.objects)
    changed = update(_table_of(subject)).where(_is_used(subject))
    await connection.execute(changed.values(used_bytes=used, object_count=count))
    return Usage(used, count, old.keeps_versions, old.computed_at)


async def store_usage(connection: AsyncConnection, place: QuotaPlace, usage: Usage) -> None:
    """
    Replace what a bucket holds by what was counted.
    """
    subject = place.subject
    old = await find_usage(connection, subject)
    if old is None:
        await _insert(connection, subject, usage)
    else:
        changed = update(bucket_usage).where(_is_used(subject))
        await connection.execute(changed.values(_columns_of(subject, usage)))
    if usage.keeps_versions != (old is not None and old.keeps_versions):
        # Whether an overwrite frees anything is a fact that workers decide with.
        await record_change(connection, ChangeKind.QUOTA, subject.name)


async def delete_usage(connection: AsyncConnection, subject: QuotaSubject) -> None:
    """
    Forget what is used.
    """
    await connection.execute(delete(_table_of(subject)).where(_is_used(subject)))


async def _find(
    connection: AsyncConnection, subject: QuotaSubject, *, is_locked: bool
) -> RowMapping | None:
    query = select(_table_of(subject)).where(_is_used(subject))
    if is_locked:
        query = query.with_for_update()
    return (await connection.execute(query)).mappings().first()


async def _insert(connection: AsyncConnection, subject: QuotaSubject, usage: Usage) -> None:
    await connection.execute(insert(_table_of(subject)).values(_columns_of(subject, usage)))


def _table_of(subject: QuotaSubject) -> Table:
    return bucket_usage if subject.is_bucket else quota_usage


def _key_of(subject: QuotaSubject) -> dict[str, str]:
    if subject.is_bucket:
        return parse_row_id(subject.id)._asdict()
    return {"kind": subject.kind.value, "subject_id": subject.id}


def _is_used(subject: QuotaSubject) -> ColumnElement[bool]:
    table = _table_of(subject)
    return and_(*(table.c[name] == value for name, value in _key_of(subject).items()))


def _usage_of(row: RowMapping) -> Usage:
    return Usage(
        row["used_bytes"],
        row["object_count"],
        bool(row.get("keeps_versions")),
        row.get("computed_at"),
    )


def _columns_of(subject: QuotaSubject, usage: Usage) -> dict[str, Any]:
    columns: dict[str, Any] = {
        **_key_of(subject),
        "used_bytes": usage.used_bytes,
        "object_count": usage.object_count,
    }
    if subject.is_bucket:
        columns |= {"keeps_versions": usage.keeps_versions, "computed_at": usage.computed_at}
    return columns


# ---- what running servers hold -------------------------------------------------------------------


async def sum_holds(connection: AsyncConnection, subject: QuotaSubject, *, besides: str) -> int:
    """
    Return how much all other servers may let usage grow, the dead ones included.
    """
    query = select(func.coalesce(func.sum(_holds.held_bytes), 0)).where(
        _is_held(subject), _holds.holder != besides
    )
    return int(await connection.scalar(query) or 0)


async def has_hold(connection: AsyncConnection, subject: QuotaSubject, holder: str) -> bool:
    """
    Tell whether a server's row is there: others delete it when they take the server for dead.
    """
    query = select(_holds.holder).where(_is_held(subject), _holds.holder == holder)
    return await connection.scalar(query) is not None


async def store_hold(
    connection: AsyncConnection,
    subject: QuotaSubject,
    holder: str,
    *,
    size_bytes: int,
    now: datetime,
) -> None:
    """
    Write down how much a server may let usage grow; nothing leaves no row.
    """
    mine = and_(_is_held(subject), _holds.holder == holder)
    if not size_bytes:
        await connection.execute(delete(quota_holds).where(mine))
        return
    values = {"held_bytes": size_bytes, "seen_at": now}
    changed = await connection.execute(update(quota_holds).where(mine).values(values))
    if not changed.rowcount:
        row = {"kind": subject.kind.value, "subject_id": subject.id, "holder": holder}
        await connection.execute(insert(quota_holds).values({**row, **values}))


async def list_dead_holds(
    connection: AsyncConnection, before: datetime
) -> Mapping[QuotaSubject, int]:
    """
    Return what servers hold that have not been seen since that moment.
    """
    query = (
        select(_holds.kind, _holds.subject_id, func.sum(_holds.held_bytes))
        .where(_holds.seen_at < before)
        .group_by(_holds.kind, _holds.subject_id)
    )
    rows = (await connection.execute(query)).all()
    return {QuotaSubject(QuotaKind(row[0]), row[1]): int(row[2]) for row in rows}


async def delete_dead_holds(
    connection: AsyncConnection, subject: QuotaSubject, before: datetime
) -> None:
    """
    Forget what dead servers held: everything they let into the bucket has been counted since.
    """
    await connection.execute(delete(quota_holds).where(_is_held(subject), _holds.seen_at < before))


async def charge_dead_holds(
    connection: AsyncConnection, subject: QuotaSubject, before: datetime
) -> int:
    """
    Take what dead servers held for used, and return it: nobody can count what a user wrote.
    """
    usage = await add_growth(connection, subject, NO_GROWTH)
    gone = await connection.execute(
        delete(quota_holds)
        .where(_is_held(subject), _holds.seen_at < before)
        .returning(_holds.held_bytes)
    )
    size_bytes = sum(int(held) for held in gone.scalars().all())
    if size_bytes:
        changed = update(_table_of(subject)).where(_is_used(subject))
        await connection.execute(changed.values(used_bytes=usage.used_bytes + size_bytes))
    return size_bytes


def _is_held(subject: QuotaSubject) -> ColumnElement[bool]:
    return and_(_holds.kind == subject.kind.value, _holds.subject_id == subject.id)
