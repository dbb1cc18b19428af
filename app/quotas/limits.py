"""
A limit and whom it is about: a bucket, or a user, a group or a credential that writes.

Standard library only, so that workers use both.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from app.errors import registry as errors

MAX_BYTES = 2**62
"""Far above any store; room enough that sums of a few such numbers fit a database's integer."""


class QuotaKind(StrEnum):
    """
    Whose bytes are limited.
    """

    BUCKET = "bucket"
    USER = "user"
    GROUP = "group"
    CREDENTIAL = "credential"


@dataclass(frozen=True, slots=True)
class QuotaSubject:
    """
    What a limit is about.
    """

    kind: QuotaKind
    id: str
    """`backend/bucket`, or the id of a user or a group, or an access key."""

    @property
    def name(self) -> str:
        """
        Its name in logs and in the table `changes`.
        """
        return f"{self.kind}/{self.id}"

    @property
    def is_bucket(self) -> bool:
        """
        Tell whether it is a place, which can be counted, and not somebody who writes.
        """
        return self.kind is QuotaKind.BUCKET


NOBODY: tuple[QuotaSubject, ...] = ()
"""Whom a write is charged to beside its bucket, where nobody has a limit."""


class QuotaPlace(NamedTuple):
    """
    A bucket on a backend.
    """

    backend_id: str
    bucket: str

    @property
    def row_id(self) -> str:
        """
        Its id in the tables `quotas` and `changes`.
        """
        return f"{self.backend_id}/{self.bucket}"

    @property
    def subject(self) -> QuotaSubject:
        """
        What a limit of it is about.
        """
        return QuotaSubject(QuotaKind.BUCKET, self.row_id)


def parse_row_id(text: str) -> QuotaPlace:
    """
    Return the bucket that a row id names; a backend's id has no slash.
    """
    backend_id, _, bucket = text.partition("/")
    return QuotaPlace(backend_id, bucket)


@dataclass(frozen=True, slots=True)
class Limits:
    """
    How much may be stored; 0 means that this limit is not set.
    """

    soft_bytes: int = 0
    """From here on it is shown as nearly full."""
    hard_bytes: int = 0
    """Not a byte beyond this."""


def check_limits(limits: Limits) -> None:
    """
    Refuse limits that limit nothing or contradict each other.

    Raises:
        StowageError: `invalid_quota`.
    """
    soft, hard = limits.soft_bytes, limits.hard_bytes
    is_ordered = not hard or soft <= hard
    if min(soft, hard) < 0 or max(soft, hard) > MAX_BYTES or not (soft or hard) or not is_ordered:
        raise errors.INVALID_QUOTA()
