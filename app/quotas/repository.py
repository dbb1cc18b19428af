"""
The SQL of limits and usage.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.database.changes import ChangeKind, record_change
from app.database.declared import check_owner
from app.database.tables import (
    bucket_size_tracking,
    bucket_usage,
    buckets,
    quota_holds,
    quotas,
)
from app.quotas.limits import Limits, QuotaPlace, parse_row_id
from app.quotas.write import NO_GROWTH, Growth

BUCKET = "bucket"
_usage, _holds, _tracking = bucket_usage.c, quota_holds.c, bucket_size_tracking.c


@dataclass(frozen=True, slots=True)
class Usage:
    """
    What a bucket holds.
    """

    used_bytes: int = 0
    object_count: int = 0
    keeps_versions: bool = False
    computed_at: datetime | None = None
    """When everything in it was last counted; `None` for never."""


# ---- limits ------------------------------------------------------------------------------------


async def list_limits(connection: AsyncConnection) -> Mapping[QuotaPlace, Limits]:
    """
    Return the limit of every bucket that has one.
    """
    rows = await connection.execute(select(quotas).where(quotas.c.kind == BUCKET))
    return {
        parse_row_id(row.subject_id): Limits(row.soft_bytes, row.hard_bytes) for row in rows.all()
    }


async def check_tracking(connection: AsyncConnection, place: QuotaPlace, *, source: str) -> None:
    """
    Refuse to say whether a bucket is counted where a file says so, but from that file.

    Raises:
        StowageError: `yaml_managed`.
    """
    query = select(buckets).where(
        buckets.c.backend_id == place.backend_id, buckets.c.name == place.bucket
    )
    row = (await connection.execute(query)).mappings().first()
    if row is not None and row["settings"].get("size_tracking") is not None:
        check_owner("bucket setting", f"{place.row_id} size_tracking", row, source=source)


async def list_rows(connection: AsyncConnection) -> Sequence[RowMapping]:
    """
    Return the whole row of every bucket that has a limit, by its id.
    """
    query = select(quotas).where(quotas.c.kind == BUCKET).order_by(quotas.c.subject_id)
    return (await connection.execute(query)).mappings().all()


async def find_row(connection: AsyncConnection, place: QuotaPlace) -> RowMapping | None:
    """
    Return the row of a bucket's limit.
    """
    query = select(quotas).where(_is_limit(place))
    return (await connection.execute(query)).mappings().first()


async def store_limits(
    connection: AsyncConnection, place: QuotaPlace, values: Mapping[str, Any]
) -> None:
    """
    Make or replace the row of a bucket's limit; who made it first, and when, stays.
    """
    if await find_row(connection, place) is None:
        row = {"kind": BUCKET, "subject_id": place.row_id, **values}
        await connection.execute(insert(quotas).values(row))
    else:
        changed = {name: values[name] for name in values if not name.startswith("created_")}
        await connection.execute(update(quotas).where(_is_limit(place)).values(changed))
    await record_change(connection, ChangeKind.QUOTA, place.row_id)


async def delete_limits(connection: AsyncConnection, place: QuotaPlace) -> bool:
    """
    Delete the row of a bucket's limit; tell whether there was one.
    """
    gone = await connection.execute(delete(quotas).where(_is_limit(place)))
    if not gone.rowcount:
        return False
    await record_change(connection, ChangeKind.QUOTA, place.row_id)
    return True


def _is_limit(place: QuotaPlace) -> ColumnElement[bool]:
    return and_(quotas.c.kind == BUCKET, quotas.c.subject_id == place.row_id)


# ---- usage -------------------------------------------------------------------------------------


async def find_usage(connection: AsyncConnection, place: QuotaPlace) -> Usage | None:
    """
    Return what a bucket holds; `None` where nobody knows.
    """
    query = select(bucket_usage).where(_is_used(place))
    row = (await connection.execute(query)).mappings().first()
    return None if row is None else _usage_of(row)


async def list_usage(connection: AsyncConnection) -> Mapping[QuotaPlace, Usage]:
    """
    Return what is known of every bucket.
    """
    rows = (await connection.execute(select(bucket_usage))).mappings().all()
    return {QuotaPlace(row["backend_id"], row["bucket"]): _usage_of(row) for row in rows}


async def add_growth(connection: AsyncConnection, place: QuotaPlace, growth: Growth) -> Usage:
    """
    Add to what a bucket holds, and return what it holds then. Locks the row until the commit.
    """
    query = select(bucket_usage).where(_is_used(place)).with_for_update()
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        usage = Usage(max(0, growth.size_bytes), max(0, growth.objects))
        await connection.execute(insert(bucket_usage).values(_columns_of(place, usage)))
        return usage
    old = _usage_of(row)
    if growth == NO_GROWTH:
        return old
    used = max(0, old.used_bytes + growth.size_bytes)
    count = max(0, old.object_count + growth.objects)
    changed = update(bucket_usage).where(_is_used(place))
    await connection.execute(changed.values(used_bytes=used, object_count=count))
    return Usage(used, count, old.keeps_versions, old.computed_at)


async def store_usage(connection: AsyncConnection, place: QuotaPlace, usage: Usage) -> None:
    """
    Replace what a bucket holds by what was counted.
    """
    old = await find_usage(connection, place)
    if old is None:
        await connection.execute(insert(bucket_usage).values(_columns_of(place, usage)))
        was_versioned = False
    else:
        values = _columns_of(place, usage)
        await connection.execute(update(bucket_usage).where(_is_used(place)).values(values))
        was_versioned = old.keeps_versions
    if usage.keeps_versions != was_versioned:
        # Whether an overwrite frees anything is a fact that workers decide with.
        await record_change(connection, ChangeKind.QUOTA, place.row_id)


async def delete_usage(connection: AsyncConnection, place: QuotaPlace) -> None:
    """
    Forget what a bucket holds.
    """
    await connection.execute(delete(bucket_usage).where(_is_used(place)))


def _is_used(place: QuotaPlace) -> ColumnElement[bool]:
    return and_(_usage.backend_id == place.backend_id, _usage.bucket == place.bucket)


def _usage_of(row: RowMapping) -> Usage:
    return Usage(row["used_bytes"], row["object_count"], row["keeps_versions"], row["computed_at"])


def _columns_of(place: QuotaPlace, usage: Usage) -> dict[str, Any]:
    return {
        "backend_id": place.backend_id,
        "bucket": place.bucket,
        "used_bytes": usage.used_bytes,
        "object_count": usage.object_count,
        "keeps_versions": usage.keeps_versions,
        "computed_at": usage.computed_at,
    }


# ---- what running servers hold -------------------------------------------------------------------


async def sum_holds(connection: AsyncConnection, place: QuotaPlace, *, besides: str) -> int:
    """
    Return how much all other servers may let a bucket grow, the dead ones included.
    """
    query = select(func.coalesce(func.sum(_holds.held_bytes), 0)).where(
        _is_held(place), _holds.holder != besides
    )
    return int(await connection.scalar(query) or 0)


async def store_hold(
    connection: AsyncConnection, place: QuotaPlace, holder: str, *, size_bytes: int, now: datetime
) -> None:
    """
    Write down how much a server may let a bucket grow; nothing leaves no row.
    """
    mine = and_(_is_held(place), _holds.holder == holder)
    if not size_bytes:
        await connection.execute(delete(quota_holds).where(mine))
        return
    values = {"held_bytes": size_bytes, "seen_at": now}
    changed = await connection.execute(update(quota_holds).where(mine).values(values))
    if not changed.rowcount:
        row = {"backend_id": place.backend_id, "bucket": place.bucket, "holder": holder}
        await connection.execute(insert(quota_holds).values({**row, **values}))


async def list_dead_holds(
    connection: AsyncConnection, before: datetime
) -> Mapping[QuotaPlace, int]:
    """
    Return what servers hold that have not been seen since that moment.
    """
    query = (
        select(_holds.backend_id, _holds.bucket, func.sum(_holds.held_bytes))
        .where(_holds.seen_at < before)
        .group_by(_holds.backend_id, _holds.bucket)
    )
    rows = (await connection.execute(query)).all()
    return {QuotaPlace(row[0], row[1]): int(row[2]) for row in rows}


async def delete_dead_holds(
    connection: AsyncConnection, place: QuotaPlace, before: datetime
) -> None:
    """
    Forget what dead servers held: everything they let in has been counted since.
    """
    await connection.execute(delete(quota_holds).where(_is_held(place), _holds.seen_at < before))


def _is_held(place: QuotaPlace) -> ColumnElement[bool]:
    return and_(_holds.backend_id == place.backend_id, _holds.bucket == place.bucket)


# ---- size tracking -------------------------------------------------------------------------------


async def find_tracking(connection: AsyncConnection, place: QuotaPlace) -> RowMapping | None:
    """
    Return the row that says whether a bucket's size is counted; `None` means that it is.
    """
    query = select(bucket_size_tracking).where(_is_tracked(place))
    return (await connection.execute(query)).mappings().first()


async def list_untracked(connection: AsyncConnection) -> frozenset[QuotaPlace]:
    """
    Return the buckets whose size is not counted.
    """
    query = select(_tracking.backend_id, _tracking.bucket).where(_tracking.is_enabled.is_(False))
    return frozenset(QuotaPlace(*row) for row in (await connection.execute(query)).all())


async def store_tracking(
    connection: AsyncConnection, place: QuotaPlace, values: Mapping[str, Any]
) -> None:
    """
    Say whether a bucket's size is counted.
    """
    if await find_tracking(connection, place) is None:
        row = {"backend_id": place.backend_id, "bucket": place.bucket, **values}
        await connection.execute(insert(bucket_size_tracking).values(row))
    else:
        changed = update(bucket_size_tracking).where(_is_tracked(place))
        await connection.execute(changed.values(dict(values)))


def _is_tracked(place: QuotaPlace) -> ColumnElement[bool]:
    return and_(_tracking.backend_id == place.backend_id, _tracking.bucket == place.bucket)
