"""
What a worker and main say to each other about limits; parts of `app.snapshot.wire`.

A worker that has enough of what it was lent tells main of a write and goes on; else it asks and
waits. Either way main knows of every write before its first byte goes out, so that it can look
what became of those of a worker that dies.
"""

from enum import StrEnum

import msgspec

from app.quotas.limits import NOBODY, QuotaKind, QuotaPlace, QuotaSubject
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
    subjects: tuple[QuotaSubject, ...] = NOBODY
    """Whom it is charged to beside the bucket."""
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
    subjects: tuple[QuotaSubject, ...]
    """Out of whose room; the bucket among them if it has a limit."""


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
    subject: QuotaSubject
    size_bytes: int


class Lent(msgspec.Struct, frozen=True):
    """
    What a worker learns of one limit with a write that was granted.
    """

    subject: QuotaSubject
    spare_bytes: int
    """Lent for later writes."""
    is_soft_passed: bool


class QuotaAnswer(msgspec.Struct, frozen=True, tag="quota_answer"):
    """
    Down: what main says.
    """

    number: int
    verdict: Verdict
    lent: tuple[Lent, ...] = ()
    """Every limit that the write is held to."""
    full: QuotaKind = QuotaKind.BUCKET
    """Whose limit leaves no room."""
    used_bytes: int = 0
    limit_bytes: int = 0


class QuotaRecall(msgspec.Struct, frozen=True, tag="quota_recall"):
    """
    Down: give back what you do not use. Answered with a `QuotaReturn`, zero included.
    """

    sequence: int
    subject: QuotaSubject


class QuotaNotice(msgspec.Struct, frozen=True, tag="quota_notice"):
    """
    Down: usage is beyond a soft limit, or below it again.
    """

    subject: QuotaSubject
    is_soft_passed: bool


QuotaUp = QuotaAsk | QuotaBegin | QuotaMore | QuotaSettle | QuotaReturn
QuotaDown = QuotaAnswer | QuotaRecall | QuotaNotice
