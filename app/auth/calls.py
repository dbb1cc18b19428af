"""
How many calls of one session were allowed in the last minute, here or over all replicas.

On SQLite there is one main process, whose memory is exact and free. On PostgreSQL several replicas
may serve one session: each takes small blocks of calls from the database and counts within its
block, so that a call in thirty pays for a write. A block is given up after a few seconds; so the
limit is held, but for at most one block more at the turn of a minute.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.database.engine import Database
from app.database.tables import rate_events

WINDOW = timedelta(minutes=1)
LIMITER = "session"
SWEEP_EVERY = 4096

_BLOCKS_IN_A_WINDOW = 20
_BLOCK_HOLDS = timedelta(seconds=5)
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:subject, 0))")
_columns = rate_events.c


class Calls(Protocol):
    """
    Counts calls.
    """

    async def take(self, subject: str, limit: int, now: datetime) -> datetime | None:
        """
        Count a call if fewer than `limit` were in the window; else return when one is again.
        """
        ...


class LocalCalls:
    """
    Counts in this process: exact where there is only one.
    """

    def __init__(self) -> None:
        self.subjects: dict[str, deque[datetime]] = {}
        """The calls of each in the window, oldest first; idle ones are forgotten."""
        self._count = 0

    async def take(self, subject: str, limit: int, now: datetime) -> datetime | None:
        """
        Count a call if fewer than `limit` were in the window; else return when one is again.
        """
        self._sweep(now)
        calls = self.subjects.setdefault(subject, deque())
        while calls and calls[0] <= now - WINDOW:
            calls.popleft()
        if len(calls) >= limit:
            return calls[-limit] + WINDOW
        calls.append(now)
        return None

    def _sweep(self, now: datetime) -> None:
        self._count += 1
        if self._count % SWEEP_EVERY:
            return
        since = now - WINDOW
        idle = [name for name, calls in self.subjects.items() if not calls or calls[-1] <= since]
        for name in idle:
            del self.subjects[name]


@dataclass(slots=True)
class _Block:
    left: int
    until: datetime


class SharedCalls:
    """
    Counts in the database, in blocks.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._blocks: dict[str, _Block] = {}
        self._count = 0

    async def take(self, subject: str, limit: int, now: datetime) -> datetime | None:
        """
        Count a call if fewer than `limit` were in the window; else return when one is again.
        """
        self._sweep(now)
        block = self._blocks.get(subject)
        if block is not None and block.left > 0 and now < block.until:
            block.left -= 1
            return None
        async with self._database.write() as connection:
            await connection.execute(_LOCK, {"subject": f"{LIMITER}:{subject}"})
            taken, oldest = await _taken(connection, subject, now - WINDOW)
            size = min(max(1, limit // _BLOCKS_IN_A_WINDOW), limit - taken)
            if size <= 0:
                return (oldest or now) + WINDOW
            row = {"limiter": LIMITER, "subject": subject, "at": now, "weight": size}
            await connection.execute(insert(rate_events).values(row))
        self._blocks[subject] = _Block(size - 1, now + _BLOCK_HOLDS)
        return None

    def _sweep(self, now: datetime) -> None:
        self._count += 1
        if self._count % SWEEP_EVERY:
            return
        self._blocks = {name: block for name, block in self._blocks.items() if now < block.until}


async def _taken(
    connection: AsyncConnection, subject: str, since: datetime
) -> tuple[int, datetime | None]:
    own = (_columns.limiter == LIMITER) & (_columns.subject == subject) & (_columns.at > since)
    statement = select(func.sum(_columns.weight), func.min(_columns.at)).where(own)
    taken, oldest = (await connection.execute(statement)).one()
    return int(taken or 0), oldest
