"""
Buckets that a user keeps at hand in the dashboard.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from app.clock import Clock
from app.database.engine import Database
from app.database.tables import bucket_pins

_columns = bucket_pins.c


@dataclass(frozen=True, slots=True)
class Pin:
    """
    One pinned bucket. Whether it is still there is not looked at.
    """

    backend_id: str
    bucket: str
    created_at: datetime


class PinService:
    """
    The pins of each user. They are nobody else's concern, so they leave no audit row.
    """

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self, user_id: str) -> list[Pin]:
        """
        Return the pins of a user, the newest first.
        """
        statement = (
            select(_columns.backend_id, _columns.bucket, _columns.created_at)
            .where(_columns.user_id == user_id)
            .order_by(_columns.created_at.desc(), _columns.backend_id, _columns.bucket)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(statement)
        return [Pin(**row) for row in rows.mappings()]

    async def add(self, user_id: str, backend_id: str, bucket: str) -> Pin:
        """
        Pin a bucket and return the pin; one that is there stays as it is.
        """
        place = {"user_id": user_id, "backend_id": backend_id, "bucket": bucket}
        pin = Pin(backend_id, bucket, self._clock.now())
        try:
            async with self._database.write() as connection:
                await connection.execute(
                    insert(bucket_pins).values(**place, created_at=pin.created_at)
                )
        except IntegrityError:
            return await self._get(user_id, backend_id, bucket) or pin
        return pin

    async def remove(self, user_id: str, backend_id: str, bucket: str) -> None:
        """
        Take a pin away; one that is not there is a success.
        """
        async with self._database.write() as connection:
            await connection.execute(
                delete(bucket_pins).where(
                    _columns.user_id == user_id,
                    _columns.backend_id == backend_id,
                    _columns.bucket == bucket,
                )
            )

    async def _get(self, user_id: str, backend_id: str, bucket: str) -> Pin | None:
        pins = await self.list(user_id)
        return next(
            (pin for pin in pins if (pin.backend_id, pin.bucket) == (backend_id, bucket)), None
        )
