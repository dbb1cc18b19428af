"""
The audit log: search and export.
"""

from dashboard.schemas import Schema, Timestamp, omitted


class AuditEventSchema(Schema):
    """
    One row of the audit log.
    """

    id: int
    timestamp: Timestamp
    user_id: str = omitted("")
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
    next_cursor: str = omitted("")
