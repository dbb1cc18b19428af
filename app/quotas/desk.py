"""
`Desk`: where the workers ask main for room, and what each of them was lent.
"""

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field

import structlog

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.quotas.account import Account, Reservation
from app.quotas.counter import spare_of
from app.quotas.ledger import Ledger
from app.quotas.limits import QuotaKind, QuotaSubject
from app.quotas.messages import (
    Lent,
    Outcome,
    QuotaAnswer,
    QuotaAsk,
    QuotaBegin,
    QuotaDown,
    QuotaMore,
    QuotaNotice,
    QuotaRecall,
    QuotaReturn,
    QuotaSettle,
    QuotaUp,
    Verdict,
)

RECALL_SECONDS = 2.0
_Work = Callable[[], Coroutine[object, object, None]]
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Worker:
    """
    What main knows of one worker.
    """

    lent: dict[QuotaSubject, int] = field(default_factory=dict)
    open: dict[int, Reservation] = field(default_factory=dict)
    """Writes that run, by their numbers."""
    asking: "dict[int, asyncio.Task[None]]" = field(default_factory=dict)


class Desk:
    """
    Main's end of the talk about limits. All methods belong to one event loop.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._workers: dict[str, _Worker] = {}
        self._sequence = itertools.count(1)
        self._recalls: dict[tuple[str, int], asyncio.Event] = {}
        self.tell: Callable[[str, QuotaDown], None] = lambda _worker, _message: None
        """Sends a message to a worker; set by whoever runs them."""
        ledger.recall = self.recall

    def receive(self, name: str, message: QuotaUp) -> None:
        """
        Take what a worker says.
        """
        worker = self._workers.setdefault(name, _Worker())
        match message:
            case QuotaAsk():
                self._start(
                    name, worker, message.number, lambda: self._answer(name, worker, message)
                )
            case QuotaBegin():
                self._begin(worker, message)
            case QuotaMore():
                self._start(
                    name, worker, message.number, lambda: self._extend(name, worker, message)
                )
            case QuotaSettle():
                self._settle(worker, message)
            case QuotaReturn():
                self._take_back(name, worker, message)

    def forget(self, name: str) -> None:
        """
        Learn that a worker is gone: what it did not use is free, what it wrote is looked at.
        """
        worker = self._workers.pop(name, None)
        if worker is None:
            return
        for task in list(worker.asking.values()):
            task.cancel()
        for subject, size_bytes in worker.lent.items():
            account = self._ledger.watch(subject)
            if account is not None:
                account.counter.give_back(size_bytes)
        for reservation in worker.open.values():
            self._ledger.doubt(reservation)
        for key, returned in self._recalls.items():
            if key[0] == name:
                returned.set()

    def notify(self, account: Account) -> None:
        """
        Tell every worker on which side of a soft limit usage is.
        """
        for name in self._workers:
            self.tell(name, QuotaNotice(account.subject, account.is_soft_passed))

    async def recall(self, account: Account) -> None:
        """
        Get back what workers were lent and do not use, and hear of every write they ended.
        """
        subject, sequence = account.subject, next(self._sequence)
        asked = []
        for name, worker in self._workers.items():
            is_writing = any(account in one.accounts for one in worker.open.values())
            if worker.lent.get(subject) or is_writing:
                returned = self._recalls[name, sequence] = asyncio.Event()
                asked.append(returned)
                self.tell(name, QuotaRecall(sequence, subject))
        try:
            async with asyncio.timeout(RECALL_SECONDS):
                for returned in asked:
                    await returned.wait()
        except TimeoutError:
            _log.warning("a worker does not give back what it was lent", subject=subject.name)
        finally:
            for key in [key for key in self._recalls if key[1] == sequence]:
                del self._recalls[key]

    # --- what workers ask ---------------------------------------------------------------------

    def _start(self, name: str, worker: _Worker, number: int, work: _Work) -> None:
        task = asyncio.create_task(self._guard(name, number, work))
        worker.asking[number] = task
        task.add_done_callback(lambda _: worker.asking.pop(number, None))

    async def _guard(self, name: str, number: int, work: _Work) -> None:
        try:
            await work()
        except StowageError as error:
            self.tell(name, _refusal(number, error))
        except Exception:  # noqa: BLE001  an edge: our fault must not leave a worker waiting
            _log.exception("a worker's question could not be answered", worker=name)
            self.tell(name, QuotaAnswer(number, Verdict.UNAVAILABLE))

    async def _answer(self, name: str, worker: _Worker, ask: QuotaAsk) -> None:
        accounts = self._ledger.find_all(ask.place, ask.subjects)
        if not accounts:
            # The limit was removed just now.
            self.tell(name, QuotaAnswer(ask.number, Verdict.GRANTED))
            return
        reservation = await self._ledger.reserve(
            ask.place, accounts, ask.write, keys=ask.keys, looked_at=ask.looked_at
        )
        if reservation is None:
            self.tell(name, QuotaAnswer(ask.number, Verdict.STALE))
            return
        worker.open[ask.number] = reservation
        lent = tuple(
            Lent(account.subject, self._lend(worker, account), account.is_soft_passed)
            for account in accounts
        )
        self.tell(name, QuotaAnswer(ask.number, Verdict.GRANTED, lent))

    def _lend(self, worker: _Worker, account: Account) -> int:
        free, lent = account.counter.free, worker.lent.get(account.subject, 0)
        most = account.most_bytes
        spare = (most if free is None else spare_of(free, most)) - lent
        if spare <= 0 or not account.take(spare):
            return 0
        worker.lent[account.subject] = lent + spare
        return spare

    def _begin(self, worker: _Worker, begin: QuotaBegin) -> None:
        found = (self._ledger.watch(subject) for subject in begin.subjects)
        accounts = tuple(account for account in found if account is not None)
        size_bytes = begin.write.needed_bytes
        for account in accounts:
            lent = worker.lent.get(account.subject, 0)
            worker.lent[account.subject] = lent - size_bytes
        worker.open[begin.number] = Reservation(begin.place, accounts, begin.write, size_bytes)

    async def _extend(self, name: str, worker: _Worker, more: QuotaMore) -> None:
        reservation = worker.open.get(more.number)
        if reservation is not None:
            await self._ledger.extend(reservation, more.size_bytes)
        self.tell(name, QuotaAnswer(more.number, Verdict.GRANTED))

    def _settle(self, worker: _Worker, settle: QuotaSettle) -> None:
        asking = worker.asking.pop(settle.number, None)
        if asking is not None:
            asking.cancel()
        reservation = worker.open.pop(settle.number, None)
        if reservation is None:
            return
        match settle.outcome:
            case Outcome.STORED:
                self._ledger.settle(reservation, settle.growth)
            case Outcome.RELEASED:
                self._ledger.release(reservation)
            case Outcome.DOUBTED:
                self._ledger.doubt(reservation)

    def _take_back(self, name: str, worker: _Worker, message: QuotaReturn) -> None:
        account = self._ledger.watch(message.subject)
        size_bytes = min(message.size_bytes, worker.lent.get(message.subject, 0))
        if account is not None and size_bytes > 0:
            account.counter.give_back(size_bytes)
            worker.lent[message.subject] -= size_bytes
        returned = self._recalls.get((name, message.sequence))
        if returned is not None:
            returned.set()


def _refusal(number: int, error: StowageError) -> QuotaAnswer:
    if error.entry is not errors.QUOTA_EXCEEDED:
        is_busy = error.entry is errors.RATE_LIMITED
        return QuotaAnswer(number, Verdict.BUSY if is_busy else Verdict.UNAVAILABLE)
    used, limit = error.params["used"], error.params["limit"]
    assert isinstance(used, int)  # noqa: S101  so `Account.refusal` makes it
    assert isinstance(limit, int)  # noqa: S101  as above
    kind = QuotaKind((error.reason or "").removeprefix("quota."))
    return QuotaAnswer(number, Verdict.REFUSED, full=kind, used_bytes=used, limit_bytes=limit)
