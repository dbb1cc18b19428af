"""
What ends in the same transaction when somebody or something is deleted: shares, what was counted.

They stand here because users, groups, credentials, buckets and backends all end them, and none of
those knows shares or limits.
"""

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.clock import SystemClock
from app.database.changes import ChangeKind, record_change
from app.database.tables import (
    bucket_size_tracking,
    bucket_usage,
    quota_holds,
    quota_usage,
    quotas,
    shares,
)

_columns = shares.c


async def end_shares_of_user(
    connection: AsyncConnection, user_id: str, *, heir: str | None = None
) -> None:
    """
    Revoke every share of a user who is deleted, or hand them over to the heir.
    """
    now = SystemClock().now()
    mine = _columns.owner_id == user_id
    if heir is not None:
        statement = update(shares).where(mine).values(owner_id=heir, updated_at=now)
    else:
        live = mine & _columns.revoked_at.is_(None)
        statement = update(shares).where(live).values(revoked_at=now, updated_at=now)
    await connection.execute(statement)


async def end_shares_at(
    connection: AsyncConnection, backend_id: str, bucket: str | None = None
) -> None:
    """
    Revoke every share of a bucket that is deleted, or of a whole backend.

    A later bucket of the same name must not be open to those who have the old links.
    """
    there = (_columns.backend_id == backend_id) & _columns.revoked_at.is_(None)
    if bucket is not None:
        there &= _columns.bucket == bucket
    now = SystemClock().now()
    await connection.execute(update(shares).where(there).values(revoked_at=now, updated_at=now))


async def forget_usage_at(
    connection: AsyncConnection, backend_id: str, bucket: str | None = None
) -> None:
    """
    Forget what a bucket holds that is deleted, or every bucket of a backend.
    """
    for table in (bucket_usage, bucket_size_tracking):
        gone = table.c.backend_id == backend_id
        if bucket is not None:
            gone &= table.c.bucket == bucket
        await connection.execute(delete(table).where(gone))
    held = quota_holds.c
    there = held.subject_id.startswith(f"{backend_id}/", autoescape=True)
    if bucket is not None:
        there = held.subject_id == f"{backend_id}/{bucket}"
    await connection.execute(delete(quota_holds).where(held.kind == "bucket", there))


async def end_quota(connection: AsyncConnection, kind: str, subject_id: str) -> None:
    """
    Forget the limit of a user, a group or a credential that is deleted, and what they used.
    """
    for table in (quota_usage, quota_holds):
        mine = (table.c.kind == kind) & (table.c.subject_id == subject_id)
        await connection.execute(delete(table).where(mine))
    limit = (quotas.c.kind == kind) & (quotas.c.subject_id == subject_id)
    gone = await connection.execute(delete(quotas).where(limit))
    if gone.rowcount:
        await record_change(connection, ChangeKind.QUOTA, f"{kind}/{subject_id}")


async def pass_on_quota(
    connection: AsyncConnection, kind: str, subject_id: str, *, heir: str
) -> None:
    """
    Give a successor the limit of what it follows, and what that has used; nothing without a limit.

    So that nobody gets rid of a limit by asking for another key.
    """
    for table in (quotas, quota_usage):
        mine = (table.c.kind == kind) & (table.c.subject_id == subject_id)
        row = (await connection.execute(select(table).where(mine))).mappings().first()
        if row is None:
            continue
        await connection.execute(insert(table).values({**row, "subject_id": heir}))
        await record_change(connection, ChangeKind.QUOTA, f"{kind}/{heir}")
