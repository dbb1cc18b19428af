"""
The audit log: written off the path of the request, read by administrators.

`record` puts an event into a queue; one writer stores what has gathered, at most a moment later.
While the queue is full, because the database is away or too slow, calls that change something wait
before they begin, refusals are merged for longer, and what comes all the same waits in a file. Only
an event that neither the database nor the disk takes is lost; it is then in the program's log, and
counted.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from app.audit.event import AuditEvent
from app.audit.reader import AuditReader
from app.audit.refusals import HOLD_SECONDS, MergedRefusals
from app.audit.room import look_for_room
from app.audit.spool import Spool
from app.audit.stored import row_of
from app.database.engine import Database
from app.database.tables import audit_events
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.metrics import Metrics

MAX_WAITING = 32_768
"""About 30 MB; what is more waits on disk, where each costs ten times as much."""
BATCH_SIZE = 250
"""So many rows are made ready at once, in a few milliseconds of the event loop."""
PURGE_SLICE = 10_000
CLOSE_SECONDS = 5.0
ROOM_SECONDS = 10.0
"""How long a change waits for room in the queue, before it is refused."""
GATHER_SECONDS = 0.1
"""How long an event waits for others: one transaction for a tenth of a second of them."""
_RETRY_SECONDS = 0.5

_log = structlog.get_logger(__name__)

RECORDED: ContextVar[list[str] | None] = ContextVar("stowage_audited", default=None)
"""The actions that were recorded in this context, where somebody wants to know."""


class AuditLog(AuditReader):
    """
    What happened, by whom, to what. `record` is for the event loop that runs the writer.
    """

    def __init__(
        self, audit: Database, product: Database, *, spool: Spool, metrics: Metrics
    ) -> None:
        super().__init__(audit, product)
        self._spool = spool
        self._metrics = metrics
        self._waiting: deque[AuditEvent] = deque()
        self._refusals = MergedRefusals()
        self._work = asyncio.Event()
        self._hurry = asyncio.Event()
        self._idle = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._is_closing = False
        self._held: ContextVar[list[AuditEvent] | None] = ContextVar("held", default=None)
        metrics.audit_waiting.set_function(lambda: len(self._waiting))
        if spool.is_empty:
            self._idle.set()
        else:
            self._work.set()

    async def wait_for_room(self) -> None:
        """
        Return when what a change will record has room in the queue: at once, as a rule.

        Raises:
            StowageError: `store_unavailable`: there was none for too long.
        """
        if self._room.is_set():
            return
        self._metrics.audit_full.labels("change").inc()
        try:
            async with asyncio.timeout(ROOM_SECONDS):
                await self._room.wait()
        except TimeoutError as error:
            raise errors.STORE_UNAVAILABLE() from error

    def record(self, event: AuditEvent) -> None:
        """
        Take an event to be stored within a second. Never waits and never fails.
        """
        held = self._held.get()
        if held is not None:
            held.append(event)
            return
        if (actions := RECORDED.get()) is not None:
            actions.append(event.action)
        self._take(event)

    def record_all(self, events: Sequence[AuditEvent]) -> None:
        """
        Take what a worker has gathered, as `record` takes one; outside of any request of ours.
        """
        room = max(MAX_WAITING - len(self._waiting), 0)
        self._waiting.extend(events[:room])
        self._set_aside(list(events[room:]))
        self._wake()

    def refuse(self, event: AuditEvent) -> None:
        """
        Take a refusal; more of its kind within a second become one row with a count.

        Only for what was refused before anything was done, with the `reason` in its detail.
        """
        if not len(self._refusals):
            self._release_later()
        if self._refusals.add(event):
            self._metrics.audit_merged.inc()
        self._idle.clear()

    def _release_later(self) -> None:
        asyncio.get_running_loop().call_later(HOLD_SECONDS, self._release_or_hold_on)

    def _release_or_hold_on(self) -> None:
        if self._room.is_set() or self._is_closing:
            self._release_refusals()
            return
        self._metrics.audit_full.labels("refusals").inc()
        self._release_later()

    def _release_refusals(self) -> None:
        for event in self._refusals.take():
            self._take(event)

    def _take(self, event: AuditEvent) -> None:
        if len(self._waiting) >= MAX_WAITING:
            self._set_aside([event])
        else:
            self._waiting.append(event)
        self._wake()

    def _wake(self) -> None:
        self._idle.clear()
        self._work.set()
        if len(self._waiting) >= MAX_WAITING:
            self._room.clear()

    @contextmanager
    def holding(self) -> Iterator[None]:
        """
        Hold what this task records until the block ends well; forget it if the block fails.

        For what may still be taken back: the log never says that it happened then.
        """
        held: list[AuditEvent] = []
        token = self._held.set(held)
        try:
            yield
        finally:
            self._held.reset(token)
        for event in held:
            self.record(event)

    async def flush(self) -> None:
        """
        Return when everything recorded so far is stored; not while the database is away.
        """
        self._release_refusals()
        self._hurry.set()
        self._work.set()
        await self._idle.wait()

    def describe_room(self) -> str:
        """
        Return a warning where the disk is nearly full, else nothing. For readiness.
        """
        return look_for_room(self._spool.folder)

    async def purge(self, before: datetime) -> int:
        """
        Delete what is older, a slice at a time, and return how many rows that were.
        """
        oldest = select(audit_events.c.id).where(audit_events.c.at < before).limit(PURGE_SLICE)
        total = 0
        while True:
            async with self._audit.write() as connection:
                done = await connection.execute(
                    delete(audit_events).where(audit_events.c.id.in_(oldest))
                )
            total += done.rowcount
            if done.rowcount < PURGE_SLICE:
                return total

    async def run(self) -> None:
        """
        Store what is recorded, until `close` says that nothing more comes.
        """
        while True:
            await self._work.wait()
            await self._gather()
            self._work.clear()
            while self._waiting or not self._spool.is_empty:
                if await self._store_some():
                    continue
                if self._is_closing:
                    return
                await asyncio.sleep(_RETRY_SECONDS)
            if not self._refusals:
                self._idle.set()
            if self._is_closing:
                return

    async def close(self, writer: "asyncio.Task[None]") -> None:
        """
        Store what is still waiting, or set it aside on disk for the next start.
        """
        self._is_closing = True
        self._release_refusals()
        self._hurry.set()
        self._work.set()
        done, _ = await asyncio.wait([writer], timeout=CLOSE_SECONDS)
        if not done:
            writer.cancel()
            await asyncio.wait([writer])
        self._set_aside(list(self._waiting))
        self._waiting.clear()

    async def _gather(self) -> None:
        """
        Let others come that fit into the same transaction, unless somebody waits for these.
        """
        if len(self._waiting) < BATCH_SIZE:
            with suppress(TimeoutError):
                async with asyncio.timeout(GATHER_SECONDS):
                    await self._hurry.wait()
        if not self._is_closing:
            self._hurry.clear()

    async def _store_some(self) -> bool:
        """
        Store one batch; return false when the database would not take it now.
        """
        batch = [self._waiting.popleft() for _ in range(min(BATCH_SIZE, len(self._waiting)))]
        try:
            if batch:
                await self._insert(batch)
            else:
                await self._bring_back()
        except (StowageError, OSError) as error:
            _log.warning("the audit log cannot be written, events wait", error=str(error))
            self._put_back(batch)
            return False
        except asyncio.CancelledError:
            self._put_back(batch)
            raise
        if len(self._waiting) < MAX_WAITING:
            self._room.set()
        return True

    def _put_back(self, batch: Sequence[AuditEvent]) -> None:
        self._waiting.extendleft(reversed(batch))

    async def _insert(self, batch: Sequence[AuditEvent]) -> None:
        try:
            async with self._audit.write() as connection:
                await connection.execute(insert(audit_events), [row_of(event) for event in batch])
        except (SQLAlchemyError, ValueError) as error:
            # Not the database's state but one of the events: the others must not go with it.
            if len(batch) == 1:
                self._give_up(batch[0], error)
                return
            for event in batch:
                await self._insert([event])

    async def _bring_back(self) -> None:
        events, broken = await asyncio.to_thread(self._spool.take)
        if broken:
            _log.error("lines of the audit spool are broken and lost", count=broken)
            self._metrics.audit_dropped.inc(broken)
        for start in range(0, len(events), BATCH_SIZE):
            await self._insert(events[start : start + BATCH_SIZE])
        self._spool.forget()

    def _set_aside(self, events: list[AuditEvent]) -> None:
        if not events:
            return
        self._metrics.audit_full.labels("spooled").inc(len(events))
        try:
            self._spool.append(events)
        except OSError as error:
            for event in events:
                self._give_up(event, error)

    def _give_up(self, event: AuditEvent, error: Exception) -> None:
        self._metrics.audit_dropped.inc()
        _log.error("an audit event could not be stored", event_row=row_of(event), error=str(error))


@asynccontextmanager
async def open_audit_log(
    audit: Database, product: Database, *, spool_path: Path, metrics: Metrics
) -> AsyncIterator[AuditLog]:
    """
    Give an audit log whose writer runs until the end of the block; then nothing waits any more.
    """
    log = AuditLog(audit, product, spool=Spool(spool_path), metrics=metrics)
    writer = asyncio.create_task(log.run(), name="audit writer")
    try:
        yield log
    finally:
        await log.close(writer)
