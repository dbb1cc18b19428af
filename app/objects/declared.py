"""
The buckets that a file declares, with the settings that must hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.event import Actor
from app.clock import Clock
from app.database.changes import ChangeKind, record_change
from app.database.declared import Declaration
from app.database.engine import Database
from app.database.tables import buckets
from app.objects.place import BucketPlace


@dataclass(frozen=True, slots=True)
class DeclaredBucket:
    """
    A bucket as a file declared it when it was last applied.
    """

    place: BucketPlace
    settings: Mapping[str, Any]
    """What must hold, by the names of the file; what is not in it is nobody's but the bucket's."""
    declaration: Declaration


class DeclaredBuckets:
    """
    The rows that say which settings of a bucket are the file's.
    """

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self) -> Sequence[DeclaredBucket]:
        """
        Return every declared bucket, by backend and name.
        """
        query = select(buckets).order_by(buckets.c.backend_id, buckets.c.name)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [_declared(row) for row in rows]

    async def store(
        self, actor: Actor, place: BucketPlace, settings: Mapping[str, Any], by: Declaration
    ) -> None:
        """
        Note what is the file's from now on.
        """
        now = self._clock.now()
        values = {
            "settings": dict(settings),
            "updated_at": now,
            "updated_by": actor.id,
            **by.columns(),
        }
        key = {"backend_id": place.backend_id, "name": place.bucket}
        made = {**key, **values, "created_at": now, "created_by": actor.id}
        here = (buckets.c.backend_id == place.backend_id) & (buckets.c.name == place.bucket)
        async with self._database.write() as connection:
            done = await connection.execute(update(buckets).where(here).values(values))
            if not done.rowcount:
                await connection.execute(insert(buckets).values(made))
            await record_change(connection, ChangeKind.BUCKET, f"{place.backend_id}/{place.bucket}")

    async def forget(self, place: BucketPlace) -> None:
        """
        Let a bucket be nobody's but its own again.
        """
        here = (buckets.c.backend_id == place.backend_id) & (buckets.c.name == place.bucket)
        async with self._database.write() as connection:
            await connection.execute(delete(buckets).where(here))
            await record_change(connection, ChangeKind.BUCKET, f"{place.backend_id}/{place.bucket}")


async def find_declared(connection: AsyncConnection, place: BucketPlace) -> DeclaredBucket | None:
    """
    Return what a file declared of a bucket, or nothing.
    """
    here = (buckets.c.backend_id == place.backend_id) & (buckets.c.name == place.bucket)
    row = (await connection.execute(select(buckets).where(here))).mappings().first()
    return None if row is None else _declared(row)


def _declared(row: RowMapping) -> DeclaredBucket:
    by = Declaration(row["source"], row["source_file"], row["source_line"], row["declared_id"])
    return DeclaredBucket(BucketPlace(row["backend_id"], row["name"]), row["settings"], by)
