"""
Three weeks of audit log. No API can write the past, so the rows go into the database directly.
"""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, insert

from app.database.tables import audit_events
from demo.names import BIG_BUCKET, VERSIONED_BUCKET

DAYS = 21
EVENTS_PER_DAY = 400
_ACTIONS = (
    ("object.get", "ok", 60),
    ("object.put", "ok", 25),
    ("object.delete", "ok", 5),
    ("object.get", "denied", 4),
    ("auth.login", "ok", 8),
    ("auth.login", "denied", 3),
    ("share.create", "ok", 2),
    ("object.put", "error", 1),
)
_AGENTS = ("aws-cli/2.31", "Boto3/1.42", "Mozilla/5.0 Firefox/140.0", "rclone/1.72")


def write_history(folder: Path, user_ids: list[str]) -> None:
    """
    Write events into the audit log of a data folder whose server may be running.
    """
    chosen = random.Random(21)  # noqa: S311  # the same every time is what is wanted
    now = datetime.now(UTC)
    rows = [
        _row(chosen, now - timedelta(days=chosen.random() * DAYS), user_ids)
        for _ in range(DAYS * EVENTS_PER_DAY)
    ]
    rows.sort(key=lambda row: row["at"])
    engine = create_engine(f"sqlite:///{folder / 'stowage-audit.db'}")
    with engine.begin() as connection:
        connection.execute(insert(audit_events), rows)
    engine.dispose()


def _row(chosen: random.Random, at: datetime, user_ids: list[str]) -> dict[str, Any]:
    action, status, _ = chosen.choices(_ACTIONS, [weight for _, _, weight in _ACTIONS])[0]
    is_object = action.startswith("object.")
    bucket = chosen.choice((BIG_BUCKET, VERSIONED_BUCKET)) if is_object else None
    return {
        "at": at,
        "action": action,
        "status": status,
        "user_id": chosen.choice(user_ids) if user_ids else None,
        "backend_id": "local" if is_object else None,
        "bucket": bucket,
        "object_key": f"2026/field/harbour-{chosen.randrange(12_000):05d}.json" if bucket else None,
        "request_id": f"demo-{chosen.randrange(10**12):012d}",
        "ip": f"192.0.2.{chosen.randrange(1, 255)}",
        "user_agent": chosen.choice(_AGENTS),
        "detail": json.dumps({"source": "s3" if is_object else "local"}),
    }
