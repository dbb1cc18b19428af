"""
What a server writes down of what is used, and how much it may let in before it asks again.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from app.clock import Clock
from app.database.engine import Database
from app.quotas import usage as rows
from app.quotas.account import Account
from app.quotas.counter import allot
from app.quotas.counting import Count
from app.quotas.limits import QuotaSubject, parse_row_id
from app.quotas.usage import Usage
from app.quotas.write import NO_GROWTH, Growth
from app.types import new_ulid

DEAD_SECONDS = 30.0
"""A server that has not said that it lives for so long is dead, and so are its workers."""


@dataclass(frozen=True, slots=True)
class Counted:
    """
    A count of a whole bucket that is complete.
    """

    count: Count
    keeps_versions: bool
    computed_at: datetime
    """When it began."""

    def end(self) -> Usage:
        """
        Return what the bucket holds at this moment.
        """
        total = self.count.end(time.monotonic())
        return Usage(total.total_bytes, total.objects, self.keeps_versions, self.computed_at)


class Books:
    """
    The database's side of the counters of one server.
    """

    def __init__(
        self, database: Database, *, clock: Clock, on_known: Callable[[Account], None]
    ) -> None:
        """
        Become one of the servers that hold something.

        Args:
            database: The product's.
            clock: For the moment at which this server was last seen.
            on_known: Called when something may have changed that was known before.
        """
        self._database = database
        self._clock = clock
        self._on_known = on_known
        self._holder = new_ulid()

    async def exchange(
        self, account: Account, *, wanted_bytes: int, counted: Counted | None
    ) -> None:
        """
        Write down what changed, or what was counted, and learn how much may be let in here.

        Args:
            account: The limit; nobody else may talk to the database about it meanwhile.
            wanted_bytes: What is needed beyond what is held.
            counted: A count that takes the place of what was known.

        Raises:
            StowageError: the database does not answer; what changed is kept for the next time.
        """
        taken, account.pending = account.pending, NO_GROWTH
        is_busy, account.is_busy = account.is_busy, False
        account.is_syncing = True
        now = self._clock.now()
        try:
            async with self._database.write() as connection:
                if counted is None:
                    usage = await self._add(connection, account, taken)
                else:
                    taken += account.pending
                    usage = await self._store_counted(connection, account, counted)
                mine = await self._allot(
                    connection, account, usage, wanted_bytes=wanted_bytes, is_busy=is_busy
                )
                await rows.store_hold(
                    connection, account.subject, self._holder, size_bytes=mine, now=now
                )
        except BaseException:
            account.pending += taken
            if counted is not None:
                account.count = None
            raise
        finally:
            account.is_syncing = False
        account.seen_at = now
        account.synced_at = time.monotonic()
        self._take_over(account, usage, mine)

    async def store_versions(self, account: Account) -> None:
        """
        Write down that a bucket keeps versions, so that every worker hears of it.

        Raises:
            StowageError: the database does not answer.
        """
        async with self._database.write() as connection:
            usage = await rows.add_growth(connection, account.subject, NO_GROWTH)
            place = parse_row_id(account.subject.id)
            await rows.store_usage(connection, place, replace(usage, keeps_versions=True))

    async def charge_dead(self, subject: QuotaSubject) -> int:
        """
        Take for used what servers held for somebody that died; return how much that was.

        Raises:
            StowageError: the database does not answer.
        """
        before = self._clock.now() - timedelta(seconds=DEAD_SECONDS)
        async with self._database.write() as connection:
            return await rows.charge_dead_holds(connection, subject, before)

    async def _add(self, connection: AsyncConnection, account: Account, growth: Growth) -> Usage:
        subject, held = account.subject, account.allotted_bytes
        usage = await rows.add_growth(connection, subject, growth)
        if subject.is_bucket or not held:
            return usage
        if await rows.has_hold(connection, subject, self._holder):
            return usage
        # Taken for dead while the database was out of reach: what was held was charged as used.
        return await rows.add_growth(connection, subject, Growth(-held))

    async def _store_counted(
        self, connection: AsyncConnection, account: Account, counted: Counted
    ) -> Usage:
        usage = counted.end()
        # What changed until this moment is in the total; what changes now is pending again.
        account.pending = NO_GROWTH
        await rows.store_usage(connection, parse_row_id(account.subject.id), usage)
        # One that died later may have written behind the back of the count.
        dead = counted.computed_at - timedelta(seconds=DEAD_SECONDS)
        await rows.delete_dead_holds(connection, account.subject, dead)
        return usage

    async def _allot(
        self,
        connection: AsyncConnection,
        account: Account,
        usage: Usage,
        *,
        wanted_bytes: int,
        is_busy: bool,
    ) -> int:
        hard = account.limits.hard_bytes
        if not hard:
            return 0
        if not account.is_limited:
            return account.counter.held
        others = await rows.sum_holds(connection, account.subject, besides=self._holder)
        room = hard - usage.used_bytes - others
        mine = allot(
            room_bytes=room,
            held_bytes=account.counter.held,
            wanted_bytes=wanted_bytes,
            is_busy=is_busy,
            most_bytes=account.most_bytes,
        )
        account.room_bytes = max(0, room - mine)
        return mine

    def _take_over(self, account: Account, usage: Usage, mine: int) -> None:
        was_known = account.is_loaded
        account.allotted_bytes = mine if account.is_limited or account.subject.is_bucket else 0
        account.is_loaded = account.is_limited
        account.keeps_versions = usage.keeps_versions
        counter = account.counter
        counter.used = max(0, usage.used_bytes + account.pending.size_bytes)
        account.objects = max(0, usage.object_count + account.pending.objects)
        counter.ceiling = usage.used_bytes + mine if account.limits.hard_bytes else None
        if was_known:
            self._on_known(account)
        else:
            # Nothing happened now: it was so before this server knew.
            account.is_soft_passed = account.is_soft_due
