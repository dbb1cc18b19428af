"""
What a worker and main say to each other about limits; parts of `app.snapshot.wire`.

A worker that has enough of what it was lent tells main of a write and goes on; else it asks and
waits. Either way main knows of every write before its first byte goes out, so that it can look
what became of those of a worker that dies.
"""

from enum import StrEnum

import msgspec

from app.quotas.limits import QuotaPlace
from app.quotas.write import NO_GROWTH, Growth, Write


class Outcome(StrEnum):
    """
    What became of a write.
    """

    STORED = "stored"
    RELEASED = "released"
    """Certainly nothing changed."""
    DOUBTED = "doubted"
    """The backend was sent everything, and was not heard of since."""


class Verdict(StrEnum):
    """
    What main says to a write.
    """

    GRANTED = "granted"
    REFUSED = "refused"
    STALE = "stale"
    """What the worker saw there may have changed: look again."""
    BUSY = "busy"
    """Somebody else has had the turn at the key for too long."""
    UNAVAILABLE = "unavailable"


class QuotaAsk(msgspec.Struct, frozen=True, tag="quota_ask"):
    """
    Up: may I write this? Answered with a `QuotaAnswer` of the same number.
    """

    number: int
    place: QuotaPlace
    write: Write
    keys: tuple[str, ...] = ()
    """Where something is freed, so that others must wait."""
    looked_at: float = 0.0


class QuotaBegin(msgspec.Struct, frozen=True, tag="quota_begin"):
    """
    Up: I write this, out of what I was lent.
    """

    number: int
    place: QuotaPlace
    write: Write


class QuotaMore(msgspec.Struct, frozen=True, tag="quota_more"):
    """
    Up: the write of this number needs more. Answered with a `QuotaAnswer`.
    """

    number: int
    size_bytes: int


class QuotaSettle(msgspec.Struct, frozen=True, tag="quota_settle"):
    """
    Up: the write of this number is over, or was given up before it was answered.
    """

    number: int
    outcome: Outcome
    growth: Growth = NO_GROWTH


class QuotaReturn(msgspec.Struct, frozen=True, tag="quota_return"):
    """
    Up: this is left of what I was lent; it is yours again. Answers a `QuotaRecall`.
    """

    sequence: int
    place: QuotaPlace
    size_bytes: int


class QuotaAnswer(msgspec.Struct, frozen=True, tag="quota_answer"):
    """
    Down: what main says.
    """

    number: int
    verdict: Verdict
    place: QuotaPlace | None = None
    spare_bytes: int = 0
    """Lent for later writes to the place."""
    used_bytes: int = 0
    limit_bytes: int = 0


class QuotaRecall(msgspec.Struct, frozen=True, tag="quota_recall"):
    """
    Down: give back what you do not use. Answered with a `QuotaReturn`, zero included.
    """

    sequence: int
    place: QuotaPlace


class QuotaNotice(msgspec.Struct, frozen=True, tag="quota_notice"):
    """
    Down: this bucket is beyond its soft limit, or below it again.
    """

    place: QuotaPlace
    is_soft_passed: bool


QuotaUp = QuotaAsk | QuotaBegin | QuotaMore | QuotaSettle | QuotaReturn
QuotaDown = QuotaAnswer | QuotaRecall | QuotaNotice
