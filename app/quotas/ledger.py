"""
`Ledger`: the counters of this server, and what it may let in before it asks the database again.

The database holds what is used of each limit, and by how much each running server may let it grow
(`quota_holds`). Both together never pass the hard limit, so that a server that dies at any moment
leaves behind a sum that is too large rather than too small; the next count sets a bucket right.

A write must fit every limit that applies: those of the credential that signed it, of its owner, of
the owner's groups, and of the bucket. It is held against all of them, or none.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from datetime import timedelta

import structlog

from app.clock import Clock
from app.database.engine import Database
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.quotas.account import Account, Reservation
from app.quotas.books import Books, Counted
from app.quotas.limited import LimitedSubjects
from app.quotas.limits import QuotaPlace, QuotaSubject
from app.quotas.locks import KeyLocks
from app.quotas.write import NO_GROWTH, Growth, Write, WriteKind

SYNC_SECONDS = 1.0
SEEN_SECONDS = 10.0
"""How often a server that holds something says that it lives."""
TURN_SECONDS = 30.0
"""How long a write waits for another one to the same key; below the read time-out of SDKs."""
_log = structlog.get_logger(__name__)


class Ledger(LimitedSubjects):
    """
    The counters. All methods belong to one event loop.
    """

    def __init__(self, database: Database, *, clock: Clock) -> None:
        super().__init__()
        self._books = Books(database, clock=clock, on_known=self._look_at_soft)
        self._clock = clock
        self._locks: dict[QuotaPlace, KeyLocks] = {}
        self.on_soft: Callable[[Account], None] = lambda _: None
        """Learns that a soft limit was passed, or that there is room below it again."""
        self.on_refused: Callable[[Account], None] = lambda _: None
        self.on_doubt: Callable[[Reservation], None] = self.release
        """Takes a write of which nobody knows whether it was stored."""

    # --- one write ----------------------------------------------------------------------------

    async def reserve(
        self,
        place: QuotaPlace,
        accounts: tuple[Account, ...],
        write: Write,
        *,
        keys: tuple[str, ...] = (),
        looked_at: float = 0.0,
    ) -> Reservation | None:
        """
        Hold what a write may add, before its first byte is sent.

        Args:
            place: The bucket.
            accounts: Every limit that applies; `find_all` returns them.
            write: What is about to be done.
            keys: Where something is freed; others wait for their turn there until this is over.
            looked_at: When the caller began to look what is there.

        Returns:
            The reservation; `None` if somebody else changed one of the keys since `looked_at`:
            look again.

        Raises:
            StowageError: `quota_exceeded`; `store_unavailable`; `rate_limited` while another write
                to a key takes long. Nothing is held then.
        """
        reservation = Reservation(place, accounts, write)
        try:
            if keys and await self._wait_for_turn(reservation, keys, looked_at):
                self.release(reservation)
                return None
            if write.kind is WriteKind.VERSIONING:
                await self._expect_versions(accounts)
            await self._hold_all(accounts, write.needed_bytes)
        except BaseException:
            self.release(reservation)
            raise
        reservation.held_bytes = write.needed_bytes
        return reservation

    async def extend(self, reservation: Reservation, size_bytes: int) -> None:
        """
        Hold more for a body whose length nobody declared.

        Raises:
            StowageError: `quota_exceeded`; `store_unavailable`. What was held stays held.
        """
        await self._hold_all(reservation.accounts, size_bytes)
        if reservation.is_over:
            _give_back(reservation.accounts, size_bytes)
        else:
            reservation.held_bytes += size_bytes

    def settle(self, reservation: Reservation, growth: Growth) -> None:
        """
        End a write that was done, with what it changed.
        """
        if not self._end(reservation, has_changed=True):
            return
        for account in reservation.accounts:
            account.settle(reservation.write, reservation.held_bytes, growth)
            is_more = growth.total_bytes > reservation.held_bytes
            if is_more and account.subject.is_bucket and not account.keeps_versions:
                # What it replaced stayed: the bucket keeps versions, and somebody else said so.
                self._start(self._keep_versions_or_log(account))
            self._look_at_soft(account)

    def release(self, reservation: Reservation) -> None:
        """
        End a write that changed nothing.
        """
        if self._end(reservation, has_changed=False):
            _give_back(reservation.accounts, reservation.held_bytes)

    def doubt(self, reservation: Reservation) -> None:
        """
        Keep what is held, and the turn, until the backend has been asked what became of it.
        """
        if not reservation.is_over:
            self.on_doubt(reservation)

    async def keep_versions(self, account: Account) -> None:
        """
        Credit nothing that is replaced from now on; the next count sees whether that is right.

        Raises:
            StowageError: the database does not answer.
        """
        account.keeps_versions = True
        await self._books.store_versions(account)

    async def _keep_versions_or_log(self, account: Account) -> None:
        try:
            await self.keep_versions(account)
        except StowageError as error:
            _log.warning("workers hear later that versions are kept", error=str(error))

    async def _expect_versions(self, accounts: tuple[Account, ...]) -> None:
        for account in accounts:
            if account.subject.is_bucket:
                await self.keep_versions(account)

    async def _hold_all(self, accounts: tuple[Account, ...], size_bytes: int) -> None:
        """
        Hold bytes against every limit, or none.
        """
        for index, account in enumerate(accounts):
            try:
                await self.hold(account, size_bytes)
            except BaseException:
                _give_back(accounts[:index], size_bytes)
                raise

    async def hold(self, account: Account, size_bytes: int) -> None:
        """
        Hold bytes of nobody in particular yet.

        Raises:
            StowageError: `quota_exceeded`; `store_unavailable`.
        """
        if account.take(size_bytes):
            return
        task = asyncio.create_task(self._hold_slowly(account, size_bytes))
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(lambda done: _undo(done, account, size_bytes))
            raise

    async def _hold_slowly(self, account: Account, size_bytes: int) -> None:
        account.is_busy = True
        async with account.gate:
            if await self._get(account, size_bytes):
                return
            await self.recall(account)
            if await self._get(account, size_bytes):
                return
        self.on_refused(account)
        raise account.refusal()

    async def _get(self, account: Account, size_bytes: int) -> bool:
        """
        Hold bytes out of what is here, else out of what the database has left. Holds the gate.
        """
        if not account.is_limited:
            return account.take(size_bytes)
        if account.is_loaded and account.counter.take(size_bytes):
            return True
        if not account.may_get(size_bytes, time.monotonic()):
            return False
        await self._sync(account, wanted_bytes=size_bytes)
        return account.counter.take(size_bytes)

    async def _wait_for_turn(
        self, reservation: Reservation, keys: tuple[str, ...], looked_at: float
    ) -> bool:
        """
        Wait for the turn at these keys; tell whether they may have changed since.

        Raises:
            StowageError: `rate_limited`: somebody else has had the turn for too long.
        """
        granted: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def grant(is_stale: bool) -> None:  # noqa: FBT001  the only value there is
            if not granted.done():
                granted.set_result(is_stale)

        locks = self._locks.setdefault(reservation.place, KeyLocks(time.monotonic))
        reservation.turn = locks.request(keys, looked_at, grant)
        try:
            async with asyncio.timeout(TURN_SECONDS):
                return await granted
        except TimeoutError as error:
            raise errors.RATE_LIMITED(reason="rate.busy_key") from error

    def _end(self, reservation: Reservation, *, has_changed: bool) -> bool:
        if reservation.is_over:
            return False
        reservation.is_over = True
        if reservation.turn is not None:
            self._locks[reservation.place].end(reservation.turn, has_changed=has_changed)
        return True

    def _look_at_soft(self, account: Account) -> None:
        if account.is_soft_due is not account.is_soft_passed:
            account.is_soft_passed = account.is_soft_due
            self.on_soft(account)

    # --- the database -------------------------------------------------------------------------

    async def follow(self) -> None:
        """
        Write down what changed, once a second, until cancelled.
        """
        while True:
            await asyncio.sleep(SYNC_SECONDS)
            await self.sync_all()

    async def sync_all(self, *, is_last: bool = False) -> None:
        """
        Write down what changed; at the end of the process also what is still held, and no more.
        """
        for account in list(self._accounts.values()):
            if not self._is_due(account, is_last=is_last):
                continue
            try:
                async with account.gate:
                    # What was taken ahead is of no use to a server that ends.
                    account.is_busy = account.is_busy and not is_last
                    await self._sync(account)
            except StowageError as error:
                _log.warning("usage is written down later", error=str(error))
            except Exception:  # noqa: BLE001  a background loop outlives every fault of one round
                _log.exception("usage could not be written down")

    def _is_due(self, account: Account, *, is_last: bool) -> bool:
        if not account.is_limited and not account.subject.is_bucket:
            return False
        if is_last:
            return True
        if account.pending != NO_GROWTH or account.allotted_bytes != account.counter.held:
            return True
        seen_at = account.seen_at
        is_old = seen_at is None or self._clock.now() - seen_at > timedelta(seconds=SEEN_SECONDS)
        return bool(account.allotted_bytes) and is_old

    async def charge_dead(self, subject: QuotaSubject) -> None:
        """
        Take for used what a server held for somebody when it died: more than it let in, never less.

        Raises:
            StowageError: the database does not answer.
        """
        size_bytes = await self._books.charge_dead(subject)
        if size_bytes:
            _log.warning("charged what a dead server held", subject=subject.name, bytes=size_bytes)

    async def store_count(self, account: Account, counted: Counted) -> None:
        """
        Replace what a bucket is known to hold by what was counted, changes meanwhile included.

        Raises:
            StowageError: the database does not answer.
        """
        async with account.gate:
            await self._sync(account, counted=counted)

    async def _sync(
        self, account: Account, *, wanted_bytes: int = 0, counted: Counted | None = None
    ) -> None:
        """
        Write down what changed and learn how much this server may let in. Holds the gate.
        """
        task = self._start(
            self._books.exchange(account, wanted_bytes=wanted_bytes, counted=counted)
        )
        # A client that goes away must not leave open whether the transaction was done.
        await asyncio.shield(task)


def _give_back(accounts: Iterable[Account], size_bytes: int) -> None:
    for account in accounts:
        account.counter.give_back(size_bytes)


def _undo(task: "asyncio.Task[None]", account: Account, size_bytes: int) -> None:
    if not task.cancelled() and task.exception() is None:
        account.counter.give_back(size_bytes)
