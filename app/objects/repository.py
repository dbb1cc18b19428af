"""
The SQL of what hangs on a bucket.
"""

from sqlalchemy import ColumnElement, RowMapping, Table, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.database.changes import ChangeKind, record_change
from app.database.declared import YAML, check_owner
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

_STRANGERS = ChangeKind.ANONYMOUS


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

    A later bucket of the same name must not inherit that strangers may read it, unless a file says
    so of the name.
    """
    row_id = f"{place.backend_id}/{place.bucket}"
    for table, kind in ((s3_bucket_cors, ChangeKind.CORS), (s3_anonymous_bindings, _STRANGERS)):
        gone = await connection.execute(delete(table).where(_hangs_on(table, place)))
        if gone.rowcount:
            await record_change(connection, kind, row_id)
    here = _hangs_on(bucket_aliases, place)
    names = await connection.execute(
        delete(bucket_aliases).where(here).returning(bucket_aliases.c.name)
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


def _hangs_on(table: Table, place: BucketPlace) -> ColumnElement[bool]:
    """
    Select the rows about a bucket; aliases and bindings that a file declares are the file's alone.
    """
    here = and_(table.c.backend_id == place.backend_id, table.c.bucket == place.bucket)
    return here if table is s3_bucket_cors else and_(here, table.c.source != YAML)


async def _find_declared(connection: AsyncConnection, place: BucketPlace) -> RowMapping | None:
    query = select(buckets).where(
        buckets.c.backend_id == place.backend_id, buckets.c.name == place.bucket
    )
    return (await connection.execute(query)).mappings().first()
