"""
A worker's side of the limits of bytes: what it was lent, what it asks for, what it holds.

Main owns the counters. A worker writes out of what it was lent and tells main of it; when that is
not enough it asks, and the client waits for the answer.
"""

import asyncio
import itertools
import os
from collections.abc import Callable
from typing import Protocol

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.quotas.limits import NOBODY, QuotaPlace, QuotaSubject
from app.quotas.messages import (
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
from app.quotas.write import NO_GROWTH, Growth, Write


class Hold:
    """
    Room that is held for one request. It ends once: settled, released, or left to main to find out.
    """

    __slots__ = ("_number", "_quotas", "held_bytes", "is_over", "is_soft_passed", "write")

    def __init__(
        self, quotas: "Quotas", number: int, write: Write, *, is_soft_passed: bool
    ) -> None:
        self._quotas = quotas
        self._number = number
        self.write = write
        self.held_bytes = write.needed_bytes
        self.is_over = False
        self.is_soft_passed = is_soft_passed
        """Usage is beyond a soft limit; the answer says so."""

    async def extend(self, size_bytes: int) -> None:
        """
        Hold more, for a body whose length nobody declared.

        Raises:
            StowageError: `quota_exceeded`; `store_unavailable`.
        """
        await self._quotas.extend(self._number, size_bytes)
        self.held_bytes += size_bytes

    def settle(self, growth: Growth) -> None:
        """
        Say that the write was done, and what it changed.
        """
        self._end(Outcome.STORED, growth)

    def release(self) -> None:
        """
        Say that certainly nothing changed.
        """
        self._end(Outcome.RELEASED, NO_GROWTH)

    def doubt(self) -> None:
        """
        Say that nobody knows.
        """
        self._end(Outcome.DOUBTED, NO_GROWTH)

    def _end(self, outcome: Outcome, growth: Growth) -> None:
        if not self.is_over:
            self.is_over = True
            self._quotas.end(self._number, outcome, growth)


class RunningHold(Protocol):
    """
    A hold as the request that it belongs to sees it.
    """

    @property
    def is_soft_passed(self) -> bool:
        """
        Tell whether usage is beyond a soft limit.
        """
        ...

    def finish(self) -> None:
        """
        End with the request, however that ended.
        """
        ...


def _is_clear() -> bool:
    return True


class Quotas:
    """
    What one worker holds. All methods belong to one event loop.
    """

    def __init__(self) -> None:
        self._send: Callable[[QuotaUp], None] | None = None
        self._is_clear: Callable[[], bool] = _is_clear
        # A worker's successor must not be taken for it.
        self._numbers = itertools.count(int.from_bytes(os.urandom(5), "big"))
        self._waiting: dict[int, asyncio.Future[QuotaAnswer]] = {}
        self._leases: dict[QuotaSubject, int] = {}
        self._soft: set[QuotaSubject] = set()

    def connect(
        self, send: Callable[[QuotaUp], None], *, is_clear: Callable[[], bool] = _is_clear
    ) -> None:
        """
        Talk to main this way from now on.

        Args:
            send: Sends a message.
            is_clear: Tells whether everything that was sent has left the process, so that main
                hears of it even if the process dies in the next moment.
        """
        self._send = send
        self._is_clear = is_clear

    def lose(self) -> None:
        """
        Go on with what was lent: main is gone, and cannot be asked for more.
        """
        self._send = None
        waiting, self._waiting = self._waiting, {}
        for number, answered in waiting.items():
            if not answered.done():
                answered.set_result(QuotaAnswer(number, Verdict.UNAVAILABLE))

    def take(self, message: QuotaDown) -> None:
        """
        Take what main says.
        """
        match message:
            case QuotaAnswer():
                self._answer(message)
            case QuotaRecall():
                size_bytes = self._leases.pop(message.subject, 0)
                self._tell(QuotaReturn(message.sequence, message.subject, size_bytes))
            case QuotaNotice():
                self._note_soft(message.subject, is_passed=message.is_soft_passed)

    async def reserve(
        self,
        place: QuotaPlace,
        write: Write,
        *,
        subjects: tuple[QuotaSubject, ...],
        keys: tuple[str, ...] = (),
        looked_at: float = 0.0,
    ) -> Hold | None:
        """
        Hold what a write may add, before its first byte is sent.

        Args:
            place: The bucket.
            write: What is about to be done.
            subjects: Whose limits apply; the bucket among them if it has one.
            keys: Where something is freed; others wait for their turn there until this is over.
            looked_at: When the caller began to look what is there.

        Returns:
            The hold; `None` if somebody else changed one of the keys since `looked_at`: look
            again.

        Raises:
            StowageError: `quota_exceeded`; `store_unavailable` while main is away and what was
                lent is not enough; `rate_limited` while another write to a key takes long.
        """
        number, needed = next(self._numbers), write.needed_bytes
        if not keys and self._has_enough(subjects, needed) and self._is_clear():
            for subject in subjects:
                self._leases[subject] -= needed
            self._tell(QuotaBegin(number, place, write, subjects))
            return self._hold(subjects, number, write)
        others = tuple(subject for subject in subjects if not subject.is_bucket)
        ask = QuotaAsk(number, place, write, others or NOBODY, keys, looked_at)
        try:
            answer = await self._ask(number, ask)
        except asyncio.CancelledError:
            self.end(number, Outcome.RELEASED, NO_GROWTH)
            raise
        return None if answer.verdict is Verdict.STALE else self._hold(subjects, number, write)

    async def extend(self, number: int, size_bytes: int) -> None:
        """
        Hold more for a write that runs.

        Raises:
            StowageError: `quota_exceeded`; `store_unavailable`.
        """
        await self._ask(number, QuotaMore(number, size_bytes))

    def end(self, number: int, outcome: Outcome, growth: Growth) -> None:
        """
        End a write.
        """
        self._tell(QuotaSettle(number, outcome, growth))

    def _has_enough(self, subjects: tuple[QuotaSubject, ...], needed_bytes: int) -> bool:
        leases = self._leases
        return all(leases.get(subject, -1) >= needed_bytes for subject in subjects)

    def _hold(self, subjects: tuple[QuotaSubject, ...], number: int, write: Write) -> Hold:
        is_soft_passed = not self._soft.isdisjoint(subjects)
        return Hold(self, number, write, is_soft_passed=is_soft_passed)

    def _note_soft(self, subject: QuotaSubject, *, is_passed: bool) -> None:
        if is_passed:
            self._soft.add(subject)
        else:
            self._soft.discard(subject)

    async def _ask(self, number: int, message: QuotaUp) -> QuotaAnswer:
        if self._send is None:
            raise errors.STORE_UNAVAILABLE()
        answered: asyncio.Future[QuotaAnswer] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answered
        self._send(message)
        try:
            answer = await answered
        finally:
            self._waiting.pop(number, None)
        if (error := _error_of(answer)) is not None:
            raise error
        return answer

    def _answer(self, message: QuotaAnswer) -> None:
        for lent in message.lent:
            held = self._leases.get(lent.subject, 0)
            self._leases[lent.subject] = held + lent.spare_bytes
            self._note_soft(lent.subject, is_passed=lent.is_soft_passed)
        answered = self._waiting.get(message.number)
        if answered is not None and not answered.done():
            answered.set_result(message)

    def _tell(self, message: QuotaUp) -> None:
        if self._send is not None:
            self._send(message)


def _error_of(answer: QuotaAnswer) -> StowageError | None:
    if answer.verdict is Verdict.REFUSED:
        params = {"limit": answer.limit_bytes, "used": answer.used_bytes}
        return errors.QUOTA_EXCEEDED(reason=f"quota.{answer.full}", params=params)
    if answer.verdict is Verdict.BUSY:
        return errors.RATE_LIMITED(reason="rate.busy_key")
    return errors.STORE_UNAVAILABLE() if answer.verdict is Verdict.UNAVAILABLE else None
