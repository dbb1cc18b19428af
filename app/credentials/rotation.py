"""
Rotation: a second key for the same rights, and an end for the first one.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping

from app.credentials import rules
from app.errors.rejected import rejected

MAX_OVERLAP_DAYS = 90
_KEPT = (
    "user_id",
    "description",
    "scopes",
    "is_enabled",
    "not_before",
    "expires_at",
    "cidrs",
    "limits",
)


def successor_of(row: RowMapping) -> dict[str, Any]:
    """
    Return the columns of the key that takes over: the same rights under a new id.

    Raises:
        StowageError: `invalid_request`: it is temporary.
    """
    if row["session_token_sealed"] is not None:
        raise rejected("access_key", "a temporary credential is not rotated; make another")
    return {"access_key": rules.new_access_key(), **{name: row[name] for name in _KEPT}}


def last_moment(row: RowMapping, overlap_days: int, now: datetime) -> datetime:
    """
    Return when the old key stops working; never later than it would have anyway.

    Raises:
        StowageError: `invalid_request`: the overlap is out of range.
    """
    if not 0 <= overlap_days <= MAX_OVERLAP_DAYS:
        raise rejected("overlap_days", f"use 0 to {MAX_OVERLAP_DAYS}")
    end = now + timedelta(days=overlap_days)
    old: datetime | None = row["expires_at"]
    return end if old is None else min(end, old)
