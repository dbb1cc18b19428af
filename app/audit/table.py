"""
The audit log as CSV: RFC 4180 with LF line ends, harmless when a spreadsheet opens it.
"""

import csv
import io
from collections.abc import AsyncIterator

from app.audit.stored import StoredEvent

HEADER = [
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
]
# What a spreadsheet would take for the beginning of a formula (OWASP, "CSV Injection").
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_ROWS_A_CHUNK = 200


async def render_csv(events: AsyncIterator[StoredEvent]) -> AsyncIterator[str]:
    """
    Yield the header line, then the rows, some hundred at a time.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(HEADER)
    count = 0
    async for event in events:
        writer.writerow(_cells(event))
        count += 1
        if count % _ROWS_A_CHUNK == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _cells(event: StoredEvent) -> list[str]:
    texts = (
        event.user_id,
        event.action,
        event.backend_id,
        event.bucket,
        event.object_key,
        event.request_id,
        event.ip,
        event.user_agent,
        event.status,
        event.detail,
    )
    moment = event.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return [str(event.id), moment, *(_guard(text) for text in texts)]


def _guard(text: str) -> str:
    return "'" + text if text.startswith(_FORMULA_STARTS) else text
