"""
The audit log: search and export.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from starlette.responses import Response, StreamingResponse

from app.audit.query import MAX_COUNTED, AuditQuery, Position
from app.audit.stored import StoredEvent
from dashboard.body import invalid, parse_time
from dashboard.call import Call
from dashboard.csv_rows import render_row
from dashboard.lengthy import make_each
from dashboard.schemas import Schema, Timestamp, omitted, render_time

_PAGE_DEFAULT, _PAGE_MAX = 200, 1000
_EXPORT_DEFAULT, _EXPORT_MAX = 1000, 1_000_000
_MAX_STEPS = 100
_CHUNK_CHARACTERS = 65_536
_STEPS = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 6 * 60, 24 * 60, 7 * 24 * 60)
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMNS = (
    "id",
    "timestamp",
    "user_id",
    "action",
    "backend",
    "bucket",
    "key",
    "request_id",
    "ip",
    "user_agent",
    "status",
    "detail",
)


class AuditEventSchema(Schema):
    """
    One row of the audit log.
    """

    id: int
    timestamp: Timestamp
    user_id: str = omitted("")
    username: str = omitted("")
    """The present name of the user; absent for one who is gone."""
    action: str
    backend: str = omitted("")
    bucket: str = omitted("")
    key: str = omitted("")
    request_id: str = omitted("")
    ip: str = omitted("")
    user_agent: str = omitted("")
    status: str
    """`ok`, `denied` or `error`."""
    detail: str = omitted("")
    """A JSON object as text."""


class AuditPage(Schema):
    """
    One page of the audit log, the newest first; `total` ignores the page.
    """

    events: list[AuditEventSchema]
    total: int
    is_total_capped: bool = omitted(default=False)
    """There are more than `total`; nobody counted how many."""
    next_cursor: str = omitted("")


async def search_audit(call: Call) -> AuditPage:
    """
    Return one page of the audit log.
    """
    limit = call.number("limit", _PAGE_DEFAULT)
    query = replace(
        _query(call),
        limit=limit if 0 < limit <= _PAGE_MAX else _PAGE_DEFAULT,
        offset=max(0, call.number("offset", 0)),
        before=_parse_position(call.position("cursor")),
        after_id=call.number("after_id", 0) if call.query("after_id") else None,
    )
    page = await call.services.audit.search(query)
    return AuditPage(
        events=await make_each(_event, page.events),
        total=min(page.total, MAX_COUNTED),
        is_total_capped=page.total > MAX_COUNTED,
        next_cursor=call.cursor(_render_position(page.next)),
    )


class AuditHistogram(Schema):
    """
    How much happened when; times without anything are left out.
    """

    step: int
    """Seconds."""
    counts: list[tuple[Timestamp, int]]


async def count_audit(call: Call) -> AuditHistogram:
    """
    Count what matches in at most a hundred steps of time, of the last day unless it says otherwise.
    """
    query = _query(call)
    until = query.until or call.services.clock.now()
    since = query.since or until - timedelta(days=1)
    if since >= until:
        raise invalid("query:from", "it must be before to")
    step = next((one for one in _STEPS if (until - since) / one <= _MAX_STEPS), _STEPS[-1])
    found = await call.services.audit.count_by_time(replace(query, since=since, until=until), step)
    return AuditHistogram(step=int(step.total_seconds()), counts=list(found))


async def export_audit(call: Call) -> Response:
    """
    Stream the audit log as CSV, newest first, however long it is.
    """
    return _export(call, "csv", "text/csv; charset=utf-8", _csv)


async def export_lines(call: Call) -> Response:
    """
    Stream the audit log as one JSON object a line, newest first, however long it is.
    """
    return _export(call, "ndjson", "application/x-ndjson", _ndjson)


def _export(
    call: Call,
    ending: str,
    media_type: str,
    render: Callable[[AsyncIterator[StoredEvent]], AsyncIterator[str]],
) -> Response:
    limit = call.number("limit", _EXPORT_DEFAULT)
    query = replace(_query(call), limit=min(limit, _EXPORT_MAX) if limit > 0 else _EXPORT_DEFAULT)
    name = f"audit-{call.services.clock.now():%Y%m%d-%H%M%S}.{ending}"
    return StreamingResponse(
        _in_chunks(render(call.services.audit.walk(query))),
        media_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


def _query(call: Call) -> AuditQuery:
    return AuditQuery(
        user=call.query("user"),
        action=call.query("action"),
        backend_id=call.query("backend"),
        bucket=call.query("bucket"),
        key_prefix=call.query("key_prefix"),
        status=call.query("status"),
        request_id=call.query("request_id"),
        ip=call.query("ip"),
        since=parse_time(call.query("from"), pointer="query:from"),
        until=parse_time(call.query("to"), pointer="query:to"),
    )


def _render_position(position: Position | None) -> str:
    if position is None:
        return ""
    return f"{(position.at - _EPOCH) // timedelta(microseconds=1)}.{position.id}"


def _parse_position(text: str) -> Position | None:
    if not text:
        return None
    micros, _, number = text.partition(".")
    return Position(_EPOCH + timedelta(microseconds=int(micros)), int(number))


def _event(row: StoredEvent) -> AuditEventSchema:
    return AuditEventSchema(
        id=row.id,
        timestamp=row.at,
        user_id=row.user_id,
        username=row.username,
        action=row.action,
        backend=row.backend_id,
        bucket=row.bucket,
        key=row.object_key,
        request_id=row.request_id,
        ip=row.ip,
        user_agent=row.user_agent,
        status=row.status,
        detail=row.detail,
    )


async def _csv(rows: AsyncIterator[StoredEvent]) -> AsyncIterator[str]:
    yield render_row(_COLUMNS)
    async for row in rows:
        event = _event(row)
        cells = [str(getattr(event, name)) for name in _COLUMNS[2:]]
        yield render_row((str(event.id), render_time(event.timestamp), *cells))


async def _ndjson(rows: AsyncIterator[StoredEvent]) -> AsyncIterator[str]:
    async for row in rows:
        yield _event(row).model_dump_json() + "\n"


async def _in_chunks(lines: AsyncIterator[str]) -> AsyncIterator[str]:
    """
    Join lines to pieces that are worth sending: a million sends cost more than a million rows.
    """
    held: list[str] = []
    size = 0
    async for line in lines:
        held.append(line)
        size += len(line)
        if size >= _CHUNK_CHARACTERS:
            yield "".join(held)
            held, size = [], 0
    if held:
        yield "".join(held)
