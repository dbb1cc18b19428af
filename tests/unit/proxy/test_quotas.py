"""
A worker's side of limits: it writes out of what it was lent, or asks; each limit by itself.
"""

import asyncio

import pytest

from app.errors.raised import StowageError
from app.quotas.limits import QuotaKind, QuotaPlace, QuotaSubject
from app.quotas.messages import (
    Lent,
    Outcome,
    QuotaAnswer,
    QuotaAsk,
    QuotaBegin,
    QuotaNotice,
    QuotaRecall,
    QuotaReturn,
    QuotaSettle,
    QuotaUp,
    Verdict,
)
from app.quotas.write import Growth, Write, WriteKind
from proxy.quotas import Hold, Quotas

PLACE = QuotaPlace("main", "docs")
BUCKET = PLACE.subject
ULI = QuotaSubject(QuotaKind.USER, "01ULI")
BOTH = (ULI, BUCKET)


class Main:
    """
    Main as a worker hears it: answers every question in the same way.
    """

    def __init__(self, quotas: Quotas, *lent: Lent) -> None:
        self.quotas = quotas
        self.heard: list[QuotaUp] = []
        self.lent = lent
        self.verdict = Verdict.GRANTED
        self.is_clear = True
        quotas.connect(self.take, is_clear=lambda: self.is_clear)

    def take(self, message: QuotaUp) -> None:
        self.heard.append(message)
        if isinstance(message, QuotaAsk):
            answer = QuotaAnswer(message.number, self.verdict, self.lent, QuotaKind.USER, 9, 10)
            asyncio.get_running_loop().call_soon(self.quotas.take, answer)

    @property
    def said(self) -> list[str]:
        return [type(message).__name__ for message in self.heard]


def lent(subject: QuotaSubject, size_bytes: int, *, is_soft_passed: bool = False) -> Lent:
    return Lent(subject, size_bytes, is_soft_passed)


async def hold(quotas: Quotas, size_bytes: int, *, keys: tuple[str, ...] = ()) -> Hold:
    write = Write(WriteKind.OBJECT, "a", size_bytes)
    held = await quotas.reserve(PLACE, write, subjects=BOTH, keys=keys)
    assert held is not None
    return held


async def test_it_writes_out_of_what_it_was_lent_for_every_limit() -> None:
    quotas = Quotas()
    main = Main(quotas, lent(ULI, 100), lent(BUCKET, 1000))
    await hold(quotas, 50)

    await hold(quotas, 60)
    await hold(quotas, 40)
    await hold(quotas, 1)

    assert main.said == ["QuotaAsk", "QuotaBegin", "QuotaBegin", "QuotaAsk"]
    begun = main.heard[1]
    assert isinstance(begun, QuotaBegin)
    assert begun.subjects == BOTH
    asked = main.heard[0]
    assert isinstance(asked, QuotaAsk)
    assert (asked.place, asked.subjects) == (PLACE, (ULI,))


async def test_while_something_is_unsent_it_asks() -> None:
    """
    Main must hear of a write before its body goes out, even if the worker dies right then.
    """
    quotas = Quotas()
    main = Main(quotas, lent(ULI, 100), lent(BUCKET, 100))
    await hold(quotas, 1)
    main.is_clear = False

    await hold(quotas, 1)

    assert main.said == ["QuotaAsk", "QuotaAsk"]


async def test_what_frees_something_asks_for_its_turn() -> None:
    quotas = Quotas()
    main = Main(quotas, lent(ULI, 100), lent(BUCKET, 100))
    await hold(quotas, 1)

    await hold(quotas, 1, keys=("a",))

    assert main.said == ["QuotaAsk", "QuotaAsk"]


async def test_what_is_called_back_is_given_back_and_used_no_more() -> None:
    quotas = Quotas()
    main = Main(quotas, lent(ULI, 100), lent(BUCKET, 100))
    await hold(quotas, 1)
    await hold(quotas, 30)

    quotas.take(QuotaRecall(7, ULI))
    await hold(quotas, 1)

    assert main.heard[2] == QuotaReturn(7, ULI, 70)
    assert main.said[-1] == "QuotaAsk"


async def test_a_refusal_names_whose_limit_it_is() -> None:
    quotas = Quotas()
    Main(quotas).verdict = Verdict.REFUSED

    with pytest.raises(StowageError) as caught:
        await hold(quotas, 5)

    assert (caught.value.reason, caught.value.params) == ("quota.user", {"limit": 10, "used": 9})


async def test_a_worker_that_came_late_learns_that_a_soft_limit_is_passed() -> None:
    quotas = Quotas()
    Main(quotas, lent(ULI, 100, is_soft_passed=True), lent(BUCKET, 100))

    assert (await hold(quotas, 1)).is_soft_passed
    quotas.take(QuotaNotice(ULI, is_soft_passed=False))
    assert not (await hold(quotas, 1)).is_soft_passed


async def test_without_main_it_goes_on_with_what_it_was_lent_and_no_further() -> None:
    quotas = Quotas()
    Main(quotas, lent(ULI, 100), lent(BUCKET, 100))
    await hold(quotas, 1)
    quotas.lose()

    await hold(quotas, 100)
    with pytest.raises(StowageError) as caught:
        await hold(quotas, 1)

    assert caught.value.code == "store_unavailable"


async def test_a_hold_ends_once() -> None:
    quotas = Quotas()
    main = Main(quotas, lent(ULI, 100), lent(BUCKET, 100))
    held = await hold(quotas, 1)

    held.settle(Growth(1, 1))
    held.release()
    held.doubt()

    ends = [one for one in main.heard if isinstance(one, QuotaSettle)]
    assert [(one.outcome, one.growth) for one in ends] == [(Outcome.STORED, Growth(1, 1))]
