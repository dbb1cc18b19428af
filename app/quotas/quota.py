"""
A limit as it is shown: what it is about, what is used of it, who set it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from app.audit.event import Actor, DetailValue
from app.database.declared import DASHBOARD, Declaration
from app.quotas.limits import Limits, QuotaPlace, QuotaSubject, parse_row_id
from app.quotas.usage import Usage

Present = Callable[[QuotaSubject, Usage | None], Usage | None]
"""Puts what happened here in place of what the database was told up to a second ago."""


@dataclass(frozen=True, slots=True)
class Quota:
    """
    What is known of a bucket, or of who writes: the limit, and what is used.
    """

    subject: QuotaSubject
    limits: Limits | None = None
    usage: Usage | None = None
    updated_at: datetime | None = None
    updated_by: str = ""
    source: str = "dashboard"
    source_file: str = ""
    source_line: int = 0

    @property
    def declaration(self) -> Declaration:
        """
        Who declares the limit.
        """
        return Declaration(self.source, self.source_file, self.source_line)

    @property
    def place(self) -> QuotaPlace:
        """
        The bucket, where it is about one.
        """
        return parse_row_id(self.subject.id)


def quota_of(subject: QuotaSubject, row: RowMapping | None, usage: Usage | None) -> Quota:
    """
    Return what a row of a limit says, and what is used.
    """
    if row is None:
        return Quota(subject, usage=usage)
    return Quota(
        subject,
        Limits(row["soft_bytes"], row["hard_bytes"]),
        usage,
        row["updated_at"],
        row["updated_by"] or "",
        row["source"],
        row["source_file"],
        row["source_line"],
    )


def columns_of(
    actor: Actor, limits: Limits, now: datetime, by: Declaration = DASHBOARD
) -> dict[str, Any]:
    """
    Return the columns of a row that somebody sets now.
    """
    return {
        "soft_bytes": limits.soft_bytes,
        "hard_bytes": limits.hard_bytes,
        "created_at": now,
        "created_by": actor.id,
        "updated_at": now,
        "updated_by": actor.id,
        **by.columns(),
    }


def detail_of(limits: Limits) -> dict[str, DetailValue]:
    """
    Return what the audit row of a limit that is set says.
    """
    return {"soft_bytes": limits.soft_bytes, "hard_bytes": limits.hard_bytes}
