"""
The names that clients of the S3 endpoint use, and where each leads: to one place only.
"""

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.database.tables import backends, bucket_aliases, s3_anonymous_bindings
from app.errors import registry as errors
from app.errors.rejected import rejected
from app.rbac.principal import ANY
from app.types import is_bucket_name

_LOCK = text("LOCK TABLE bucket_aliases, s3_anonymous_bindings IN SHARE ROW EXCLUSIVE MODE")


async def check_place(connection: AsyncConnection, backend_id: str, bucket: str) -> None:
    """
    Refuse a backend that is not there, and a bucket that cannot be.

    Raises:
        StowageError: `invalid_request`.
    """
    known = select(backends.c.id).where(backends.c.id == backend_id)
    if await connection.scalar(known) is None:
        raise rejected("backend_id", f"there is no backend {backend_id[:80]}")
    if bucket == ANY or not is_bucket_name(bucket):
        raise rejected("bucket", f"{bucket[:80]} is no bucket name")


async def check_name(
    connection: AsyncConnection, name: str, *, backend_id: str, bucket: str
) -> None:
    """
    Refuse a name that leads somewhere else for strangers or as an alias, until the commit.

    Raises:
        StowageError: `conflict`, reason `name.in_use`.
    """
    if connection.dialect.name == "postgresql":
        # Two names made at once would not see each other; SQLite has one writer anyway.
        await connection.execute(_LOCK)
    bound, aliased = s3_anonymous_bindings.c, bucket_aliases.c
    places = (
        select(bound.backend_id, bound.bucket).where(bound.bucket == name),
        select(aliased.backend_id, aliased.bucket).where(aliased.name == name),
    )
    for query in places:
        for row in (await connection.execute(query)).all():
            if (row.backend_id, row.bucket) != (backend_id, bucket):
                place = f"{row.backend_id}/{row.bucket}"
                raise errors.CONFLICT(reason="name.in_use", params={"name": name, "place": place})
