"""
Questions to the audit log, and the SQL they become.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, func, or_, select, type_coerce

from app.audit.stored import StoredEvent
from app.database.tables import audit_events

MAX_COUNTED = 100_000
"""Counting further costs more than anybody learns from it."""

_columns = audit_events.c


@dataclass(frozen=True, slots=True)
class Position:
    """
    A place in the log, newest first: what comes after it is older.
    """

    at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """
    Which events are wanted; empty means any.
    """

    user: str = ""
    """A user's id or name."""
    action: str = ""
    """The beginning of the action; `%` and `_` stand for themselves."""
    backend_id: str = ""
    bucket: str = ""
    key_prefix: str = ""
    status: str = ""
    request_id: str = ""
    ip: str = ""
    access_key: str = ""
    """The key of a request to the S3 endpoint."""
    since: datetime | None = None
    """Inclusive."""
    until: datetime | None = None
    """Inclusive."""
    before: Position | None = None
    """Only what is older than this event: the `next` of the page before."""
    after_id: int | None = None
    """Only events with a higher id, oldest first, to follow the log as it grows."""
    limit: int = 200
    offset: int = 0


@dataclass(frozen=True, slots=True)
class AuditPage:
    """
    Events, newest first (with `after_id` oldest first).
    """

    events: list[StoredEvent] = field(default_factory=list)
    total: int = 0
    """How many match, whatever limit, offset and `before` say; at most `MAX_COUNTED`."""
    next: Position | None = None
    """Where the next page begins; `None` on the last one."""


def select_events(query: AuditQuery, user_ids: list[str]) -> Select[*tuple[Any, ...]]:
    """
    Return the statement that reads one page and one row more.
    """
    statement = select(audit_events).where(*_filters(query, user_ids))
    if query.after_id is not None:
        statement = statement.where(_columns.id > query.after_id).order_by(_columns.id)
    else:
        statement = statement.order_by(_columns.at.desc(), _columns.id.desc())
    if query.before is not None:
        at, number = query.before.at, query.before.id
        # Written out, since an index on `at` serves this form on both databases.
        same_moment = and_(_columns.at == at, _columns.id < number)
        statement = statement.where(_columns.at <= at, or_(_columns.at < at, same_moment))
    return statement.limit(query.limit + 1).offset(query.offset)


def count_events(query: AuditQuery, user_ids: list[str]) -> Select[int]:
    """
    Return the statement that counts what matches, and stops at one more than `MAX_COUNTED`.
    """
    found = select(_columns.id).where(*_filters(query, user_ids)).limit(MAX_COUNTED + 1)
    return select(func.count()).select_from(found.subquery())


def count_by_time(query: AuditQuery, user_ids: list[str], step: timedelta) -> Select[int, int]:
    """
    Return the statement that counts what matches in steps of time, by the number of the step.
    """
    number = (type_coerce(_columns.at, BigInteger) // (step // timedelta(microseconds=1))).label(
        "number"
    )
    statement = select(number, func.count()).where(*_filters(query, user_ids))
    return statement.group_by(number).order_by(number)


def _filters(query: AuditQuery, user_ids: list[str]) -> list[ColumnElement[bool]]:
    exact = {
        _columns.backend_id: query.backend_id,
        _columns.bucket: query.bucket,
        _columns.status: query.status,
        _columns.request_id: query.request_id,
        _columns.ip: query.ip,
    }
    filters: list[ColumnElement[bool]] = [
        column == value for column, value in exact.items() if value
    ]
    if query.user:
        filters.append(_columns.user_id.in_(user_ids))
    if query.action:
        filters.append(_columns.action.startswith(query.action, autoescape=True))
    if query.access_key:
        told = f'"access_key":"{query.access_key}"'
        filters.append(_columns.detail.contains(told, autoescape=True))
    if query.key_prefix:
        filters.append(_columns.object_key.startswith(query.key_prefix, autoescape=True))
    if query.since is not None:
        filters.append(_columns.at >= query.since)
    if query.until is not None:
        filters.append(_columns.at <= query.until)
    return filters
