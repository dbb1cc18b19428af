"""
Counting what buckets hold, in the background and page by page; no request waits for it.

A count sets right what the counters cannot know: objects that were written past Stowage, expired
by a rule of the bucket, or left by a server that died.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import structlog

from app.backends.backend import Backend
from app.backends.registry import BackendRegistry, LiveBackend
from app.backends.s3_scratch import is_scratch
from app.backends.stored import ListQuery, UploadRef
from app.clock import Clock
from app.database.engine import Database
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.quotas import repository
from app.quotas import usage as rows
from app.quotas.account import Account
from app.quotas.books import DEAD_SECONDS, Counted
from app.quotas.counting import Count
from app.quotas.ledger import Ledger
from app.quotas.limits import QuotaPlace, parse_row_id
from app.quotas.meter import sum_parts
from app.quotas.usage import Usage

FIRST_SECONDS = 60.0
"""After the start, before all buckets are counted: what they held was written down."""
AGAIN_SECONDS = 60.0
"""Before a bucket that could not be counted is tried again."""
ROUND_SECONDS = 5.0
"""Between two looks for buckets that must be counted before their regular time."""
_ATTEMPTS = 5
_FIRST_PAUSE_SECONDS = 0.5
_log = structlog.get_logger(__name__)
_T = TypeVar("_T")


@dataclass(slots=True, eq=False)
class _Running:
    """
    A count that goes on.
    """

    task: "asyncio.Task[Usage]"
    count: Count | None = None
    waiting: int = 0
    """Callers that want the result."""
    goes_on: bool = False
    """Also when nobody waits for it."""


class Scanner:
    """
    Counts buckets: when asked, when something is wrong, and regularly.
    """

    def __init__(
        self, ledger: Ledger, database: Database, backends: BackendRegistry, *, clock: Clock
    ) -> None:
        self._ledger = ledger
        self._database = database
        self._backends = backends
        self._clock = clock
        self._running: dict[QuotaPlace, _Running] = {}
        self._pressed_at: dict[QuotaPlace, float] = {}

    async def count(self, place: QuotaPlace) -> Usage:
        """
        Count a bucket now; callers at the same time share one count.

        When the last of them goes away it is given up, unless it was begun in the background.

        Raises:
            StowageError: `not_found`; whatever the backend answers.
        """
        running = self._start(place)
        running.waiting += 1
        try:
            return await asyncio.shield(running.task)
        finally:
            running.waiting -= 1
            if not running.waiting and not running.goes_on and not running.task.done():
                # Whoever comes now begins anew.
                self._running.pop(place, None)
                running.task.cancel()

    def begin(self, place: QuotaPlace) -> "asyncio.Task[Usage]":
        """
        Count a bucket in the background, unless that is done already.
        """
        running = self._start(place)
        running.goes_on = True
        return running.task

    def progress_of(self, place: QuotaPlace) -> Usage | None:
        """
        Return what was counted so far; `None` where no count goes on.
        """
        running = self._running.get(place)
        count = None if running is None else running.count
        return None if count is None else Usage(count.parts + count.size_bytes, count.objects)

    async def find_usage(self, place: QuotaPlace) -> Usage:
        """
        Return what was known of a bucket before it is counted; nothing is known as nothing.
        """
        async with self._database.read() as connection:
            return await rows.find_usage(connection, place.subject) or Usage()

    async def close(self) -> None:
        """
        Give up every count.
        """
        tasks = [running.task for running in self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, place: QuotaPlace) -> "_Running":
        running = self._running.get(place)
        if running is None:
            task = asyncio.create_task(self._count(place))
            running = self._running[place] = _Running(task)
            task.add_done_callback(lambda done: self._finish(place, done))
        return running

    def _finish(self, place: QuotaPlace, task: "asyncio.Task[Usage]") -> None:
        running = self._running.get(place)
        if running is not None and running.task is task:
            del self._running[place]
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.warning("a bucket could not be counted", bucket=place.row_id, error=str(error))

    # --- regularly ------------------------------------------------------------------------------

    async def follow(self, interval_seconds: float) -> None:
        """
        Count all buckets soon and after each interval, until cancelled; never if it is negative.

        In between count those that need it: a limit is new, or a server died that held something.
        """
        due_at = time.monotonic() + FIRST_SECONDS if interval_seconds >= 0 else float("inf")
        whole: asyncio.Task[None] | None = None
        try:
            while True:
                await self._tidy(self._count_pressing)
                # A round over all buckets may take hours; what presses does not wait for it.
                if time.monotonic() >= due_at and (whole is None or whole.done()):
                    due_at = time.monotonic() + interval_seconds
                    whole = asyncio.create_task(self._tidy(self._count_all))
                await asyncio.sleep(ROUND_SECONDS)
        finally:
            if whole is not None:
                whole.cancel()

    async def _tidy(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except StowageError as error:
            _log.warning("buckets are counted later", error=str(error))
        except Exception:  # noqa: BLE001  a background loop outlives every fault of one round
            _log.exception("buckets could not be counted")

    async def _count_pressing(self) -> None:
        before = self._clock.now() - timedelta(seconds=DEAD_SECONDS)
        async with self._database.read() as connection:
            dead = await rows.list_dead_holds(connection, before)
            known = await rows.list_usage(connection)
        for subject in dead:
            if not subject.is_bucket:
                await self._ledger.charge_dead(subject)
        limited = [one for one in self._ledger.accounts if one.subject.is_bucket]
        fresh = [
            account.subject
            for account in limited
            if known.get(parse_row_id(account.subject.id), Usage()).computed_at is None
            or _is_recount_due(account)
        ]
        pressing = [parse_row_id(one.id) for one in (*dead, *fresh) if one.is_bucket]
        for place in dict.fromkeys(pressing):
            if self._pressed_at.get(place, float("-inf")) < time.monotonic() - AGAIN_SECONDS:
                self._pressed_at[place] = time.monotonic()
                self.begin(place)

    async def _count_all(self) -> None:
        async with self._database.read() as connection:
            untracked = await repository.list_untracked(connection)
        await asyncio.gather(*(self._count_backend(one, untracked) for one in self._backends.ids))

    async def _count_backend(self, backend_id: str, untracked: frozenset[QuotaPlace]) -> None:
        try:
            live = self._backends.get(backend_id)
            if live.info.is_in_maintenance:
                return
            found = await live.backend.buckets.list()
        except StowageError as error:
            _log.warning("a backend's buckets are not counted", backend=backend_id, why=str(error))
            return
        for bucket in found:
            place = QuotaPlace(backend_id, bucket.name)
            is_wanted = place not in untracked or self._ledger.find(place.subject) is not None
            if is_wanted and not is_scratch(bucket.name):
                await self._count_quietly(place)

    async def _count_quietly(self, place: QuotaPlace) -> None:
        # How it ended is logged where it ends.
        await asyncio.wait([self.begin(place)])

    # --- one count ------------------------------------------------------------------------------

    async def _count(self, place: QuotaPlace) -> Usage:
        while True:
            account = self._ledger.watch(place.subject)
            counted = await self._count_for(place, account)
            if account is not None:
                await self._ledger.store_count(account, counted)
                break
            if self._ledger.watch(place.subject) is None:
                async with self._database.write() as connection:
                    await rows.store_usage(connection, place, counted.end())
                break
            # A limit came meanwhile: what was written since is not in this count.
        return await self.find_usage(place)

    async def _count_for(self, place: QuotaPlace, account: Account | None) -> Counted:
        """
        Count a bucket; the account, if there is one, tells of every write meanwhile.
        """
        live = self._backends.get(place.backend_id)
        count, began_at = Count(), self._clock.now()
        if account is not None:
            account.count = count
        if (running := self._running.get(place)) is not None:
            running.count = count
        try:
            keeps_versions = await self._walk(live, place.bucket, count)
        except BaseException:
            if account is not None and account.count is count:
                account.count = None
            raise
        return Counted(count, keeps_versions, began_at)

    async def _walk(self, live: LiveBackend, bucket: str, count: Count) -> bool:
        """
        Count everything; tell whether the bucket keeps versions.
        """
        backend = live.backend
        keeps_versions = await _insist(lambda: _keeps_versions(live, bucket))
        asked_at = time.monotonic()
        parts = await _insist(lambda: _sum_uploads(backend, bucket))
        count.add_uploads(parts, asked_at, time.monotonic())
        token = ""
        while True:
            read = _read_versions if keeps_versions else _read_objects
            query = ListQuery(token=token)
            asked_at = time.monotonic()
            sizes, token = await _insist(lambda: read(backend, bucket, query))  # noqa: B023  awaited before they change
            count.add_page(sizes, asked_at, time.monotonic())
            if not token:
                return keeps_versions


def _is_recount_due(account: Account) -> bool:
    if account.recount_at is None or account.recount_at > time.monotonic():
        return False
    account.recount_at = None
    return True


async def _insist(ask: Callable[[], Awaitable[_T]]) -> _T:
    """
    Ask again where the backend failed for the moment: a count of many pages goes on where it was.
    """
    pause = _FIRST_PAUSE_SECONDS
    for _ in range(_ATTEMPTS - 1):
        try:
            return await ask()
        except StowageError as error:
            if not error.retryable:
                raise
        await asyncio.sleep(pause)
        pause *= 2
    return await ask()


async def _keeps_versions(live: LiveBackend, bucket: str) -> bool:
    if "versioning" in live.missing:
        return False
    try:
        return await live.backend.buckets.keeps_versions(bucket)
    except StowageError as error:
        if error.entry in (errors.NOT_SUPPORTED, errors.FORBIDDEN):
            return False
        raise


async def _sum_uploads(backend: Backend, bucket: str) -> int:
    total = 0
    try:
        async for upload in backend.uploads.walk(bucket):
            ref = UploadRef(bucket, upload.key, upload.upload_id)
            total += await sum_parts(backend, ref)
    except StowageError as error:
        if error.entry is not errors.NOT_SUPPORTED:
            raise
    return total


async def _read_objects(
    backend: Backend, bucket: str, query: ListQuery
) -> tuple[list[tuple[str, int]], str]:
    page = await backend.objects.list(bucket, query)
    return [(one.key, one.size_bytes) for one in page.objects], page.next_token


async def _read_versions(
    backend: Backend, bucket: str, query: ListQuery
) -> tuple[list[tuple[str, int]], str]:
    page = await backend.objects.list_versions(bucket, query)
    kept = [(one.key, one.size_bytes) for one in page.versions if not one.is_delete_marker]
    return kept, page.next_token
