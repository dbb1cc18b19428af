"""
Rows of the audit log: how an event becomes one, and how one is read back.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from app.audit.event import AuditEvent, DetailValue

MAX_DETAIL_BYTES = 8192
_CANONICAL = "canonical_request"
_LIMITS = {
    "action": 64,
    "status": 16,
    "user_id": 64,
    "backend_id": 64,
    "bucket": 255,
    "object_key": 4096,
    "request_id": 128,
    "ip": 64,
    "user_agent": 512,
}


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """
    An audit event as it was stored. Empty text means that the row has nothing there.
    """

    id: int
    at: datetime
    action: str
    status: str
    user_id: str
    backend_id: str
    bucket: str
    object_key: str
    request_id: str
    ip: str
    user_agent: str
    detail: str
    """A JSON object as text."""
    username: str = ""
    """The present name of the user; empty for nobody, and for one who is gone."""
    canonical_request: str = field(default="", repr=False)
    """Of a signature that did not fit; for the owner of the key alone, so it is not in `detail`."""


def row_of(event: AuditEvent) -> dict[str, Any]:
    """
    Return the columns of an event: each text cut to its column, nothing that a database refuses.
    """
    row: dict[str, Any] = {
        name: _clean(getattr(event, name))[:limit] or None for name, limit in _LIMITS.items()
    }
    row["at"] = event.at
    row["detail"] = _detail(event.detail)
    return row


def stored_event(row: RowMapping) -> StoredEvent:
    """
    Return the event of a row.
    """
    texts = {name: row[name] or "" for name in _LIMITS}
    detail, computed = _apart(row["detail"])
    return StoredEvent(
        id=row["id"], at=row["at"], detail=detail, canonical_request=computed, **texts
    )


def _apart(detail: str) -> tuple[str, str]:
    """
    Return the detail that every reader of the log may see, and the canonical request.
    """
    if f'"{_CANONICAL}"' not in detail:
        return detail, ""
    facts = json.loads(detail)
    computed = str(facts.pop(_CANONICAL, ""))
    return _write_json(facts), computed


def _clean(text: str) -> str:
    """
    Replace what UTF-8 or PostgreSQL cannot hold: lone surrogates and NUL.
    """
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def _detail(detail: Mapping[str, DetailValue]) -> str:
    text = _write_json({**detail})
    if len(text) <= MAX_DETAIL_BYTES:
        return text
    # Long values go first, so that numbers, names and reasons stay readable.
    short = {name: _shorten(value) for name, value in detail.items()}
    text = _write_json({**short, "cut": True})
    return text if len(text) <= MAX_DETAIL_BYTES else '{"cut":true}'


# Made once: `json.dumps` with arguments of its own makes an encoder for each call.
_write_json = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), default=str).encode


def _shorten(value: DetailValue) -> DetailValue:
    if isinstance(value, list):
        return [item[:80] for item in value[:10]]
    return value[:200] if isinstance(value, str) else value
