"""
Reading the audit log: pages, whole walks in constant memory, and how much happened when.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import or_, select

from app.audit.query import (
    AuditPage,
    AuditQuery,
    Position,
    count_by_time,
    count_events,
    select_events,
)
from app.audit.stored import StoredEvent, stored_event
from app.database.engine import Database
from app.database.tables import users

PAGE_SIZE = 250
"""So many rows become events at once, in a few milliseconds of the event loop."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class AuditReader:
    """
    What administrators ask the audit log. Users are named as they are called now.
    """

    def __init__(self, audit: Database, product: Database) -> None:
        self._audit = audit
        self._product = product

    async def search(self, query: AuditQuery) -> AuditPage:
        """
        Return one page of the events that match, and how many match in all.

        Raises:
            StowageError: the database does not answer.
        """
        user_ids = await self._user_ids(query)
        async with self._audit.read() as connection:
            total = await connection.scalar(count_events(query, user_ids)) or 0
            rows = (await connection.execute(select_events(query, user_ids))).mappings().all()
        events = await self._named([stored_event(row) for row in rows[: query.limit]])
        has_more = len(rows) > query.limit
        following = Position(events[-1].at, events[-1].id) if events and has_more else None
        return AuditPage(events, total, following)

    async def walk(self, query: AuditQuery) -> AsyncIterator[StoredEvent]:
        """
        Yield up to `limit` events that match, newest first, in constant memory.
        """
        user_ids = await self._user_ids(query)
        left, page = query.limit, replace(query, limit=min(PAGE_SIZE, query.limit))
        while left > 0:
            async with self._audit.read() as connection:
                rows = (await connection.execute(select_events(page, user_ids))).mappings().all()
            found = [stored_event(row) for row in rows[: min(page.limit, left)]]
            events = await self._named(found)
            for event in events:
                yield event
            if len(rows) <= page.limit:
                return
            left -= len(events)
            page = replace(page, before=Position(events[-1].at, events[-1].id), offset=0)

    async def count_by_time(
        self, query: AuditQuery, step: timedelta
    ) -> Sequence[tuple[datetime, int]]:
        """
        Return when something that matches happened, in steps of time, and how often.

        Raises:
            StowageError: the database does not answer.
        """
        user_ids = await self._user_ids(query)
        async with self._audit.read() as connection:
            rows = (await connection.execute(count_by_time(query, user_ids, step))).all()
        return [(EPOCH + number * step, count) for number, count in rows]

    async def _named(self, events: Sequence[StoredEvent]) -> list[StoredEvent]:
        ids = {event.user_id for event in events} - {""}
        names: dict[str, str] = {}
        if ids:
            query = select(users.c.id, users.c.username).where(users.c.id.in_(ids))
            async with self._product.read() as connection:
                names = {row.id: row.username for row in await connection.execute(query)}
        return [replace(event, username=names.get(event.user_id, "")) for event in events]

    async def _user_ids(self, query: AuditQuery) -> list[str]:
        if not query.user:
            return []
        named = or_(users.c.id == query.user, users.c.username_folded == query.user.casefold())
        async with self._product.read() as connection:
            found = await connection.scalars(select(users.c.id).where(named))
            # Ids without a row are kept: the static account, deleted users.
            return list({*found, query.user})
