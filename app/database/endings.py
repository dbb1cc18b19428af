"""
What ends in the same transaction when somebody or something is deleted: shares, what was counted.

They stand here because users, buckets and backends all end them, and none of those knows shares.
"""

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.clock import SystemClock
from app.database.tables import bucket_size_tracking, bucket_usage, quota_holds, shares

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
    for table in (bucket_usage, bucket_size_tracking, quota_holds):
        gone = table.c.backend_id == backend_id
        if bucket is not None:
            gone &= table.c.bucket == bucket
        await connection.execute(delete(table).where(gone))
