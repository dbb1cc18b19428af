"""
The SQL of what hangs on a bucket.
"""

from sqlalchemy import RowMapping, Table, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.database.changes import ChangeKind, record_change
from app.database.declared import check_owner
from app.database.endings import end_shares_at, forget_usage_at
from app.database.tables import (
    bucket_aliases,
    bucket_pins,
    buckets,
    quotas,
    s3_anonymous_bindings,
    s3_bucket_cors,
)
from app.objects.place import BucketPlace


async def check_bucket_owner(
    connection: AsyncConnection, place: BucketPlace, *, source: str
) -> None:
    """
    Refuse to delete a bucket that a file declares, but from that file.

    Raises:
        StowageError: `yaml_managed`.
    """
    row = await _find_declared(connection, place)
    check_owner("bucket", f"{place.backend_id}/{place.bucket}", row, source=source)


async def check_setting(
    connection: AsyncConnection, place: BucketPlace, setting: str, *, source: str
) -> None:
    """
    Refuse to change a setting of a bucket that a file declares, but from that file.

    Raises:
        StowageError: `yaml_managed`.
    """
    row = await _find_declared(connection, place)
    if row is not None and row["settings"].get(setting) is not None:
        name = f"{place.backend_id}/{place.bucket} {setting}"
        check_owner("bucket setting", name, row, source=source)


async def forget_bucket(connection: AsyncConnection, place: BucketPlace) -> None:
    """
    Delete all that was set up for the name of a bucket that is gone, and end its shares.

    A later bucket of the same name must not inherit that strangers may read it.
    """
    row_id = f"{place.backend_id}/{place.bucket}"
    kinds: tuple[tuple[Table, ChangeKind], ...] = (
        (s3_bucket_cors, ChangeKind.CORS),
        (s3_anonymous_bindings, ChangeKind.ANONYMOUS),
    )
    for table, kind in kinds:
        gone = await connection.execute(
            delete(table).where(
                table.c.backend_id == place.backend_id, table.c.bucket == place.bucket
            )
        )
        if gone.rowcount:
            await record_change(connection, kind, row_id)
    names = await connection.execute(
        delete(bucket_aliases)
        .where(
            bucket_aliases.c.backend_id == place.backend_id,
            bucket_aliases.c.bucket == place.bucket,
        )
        .returning(bucket_aliases.c.name)
    )
    for name in names.scalars().all():
        await record_change(connection, ChangeKind.ALIAS, name)
    gone = await connection.execute(
        delete(quotas).where(quotas.c.kind == "bucket", quotas.c.subject_id == row_id)
    )
    if gone.rowcount:
        await record_change(connection, ChangeKind.QUOTA, row_id)
    await end_shares_at(connection, place.backend_id, place.bucket)
    await forget_usage_at(connection, place.backend_id, place.bucket)
    await connection.execute(
        delete(bucket_pins).where(
            bucket_pins.c.backend_id == place.backend_id, bucket_pins.c.bucket == place.bucket
        )
    )


async def _find_declared(connection: AsyncConnection, place: BucketPlace) -> RowMapping | None:
    query = select(buckets).where(
        buckets.c.backend_id == place.backend_id, buckets.c.name == place.bucket
    )
    return (await connection.execute(query)).mappings().first()
