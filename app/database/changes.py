"""
The `changes` table: one row for every change that a proxy worker or a replica must hear of.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.clock import SystemClock
from app.database.engine import Database
from app.database.tables import changes

CHANGES_KEPT = timedelta(days=1)
"""How long rows of `changes` are kept; a follower is never that far behind."""

CHANNEL = "stowage_changes"
"""The channel that PostgreSQL notifies at the commit of a change."""

_NOTIFY = text(f"NOTIFY {CHANNEL}")


class ChangeKind(StrEnum):
    """
    What changed; `row_id` is its primary key (`backend/bucket` where that has two parts).
    """

    USER = "user"
    GROUP = "group"
    GRANT = "grant"
    BACKEND = "backend"
    CREDENTIAL = "credential"
    CORS = "cors"
    ANONYMOUS = "anonymous"
    ALIAS = "alias"
    BUCKET = "bucket"
    QUOTA = "quota"


async def record_change(connection: AsyncConnection, kind: ChangeKind, row_id: str) -> None:
    """
    Write down that a row was made, changed or deleted, in the transaction that did it.

    Followers hear of it when, and only when, the transaction commits.
    """
    await connection.execute(
        insert(changes).values(kind=kind.value, row_id=row_id, at=SystemClock().now())
    )
    if connection.dialect.name == "postgresql":
        await connection.execute(_NOTIFY)


async def purge_changes(database: Database, before: datetime) -> None:
    """
    Delete old rows, but never the newest, by which a starter knows where it stands.
    """
    newest = select(func.max(changes.c.revision)).scalar_subquery()
    async with database.write() as connection:
        await connection.execute(
            delete(changes).where(changes.c.at < before, changes.c.revision < newest)
        )
