"""
Uploads that were begun and left lying take room that no listing shows; the old ones are aborted.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from app.audit.actions import AuditAction
from app.audit.event import SYSTEM
from app.backends.registry import LiveBackend
from app.backends.stored import UploadRef
from app.config.models import Config
from app.errors.raised import StowageError
from app.jobs import repository
from app.jobs.parts import JobParts

_LOOK_SECONDS = 60.0
"""How soon a changed configuration is noticed."""
_log = structlog.get_logger(__name__)


async def expire_uploads(parts: JobParts, config: Callable[[], Config]) -> None:
    """
    Abort stale uploads as often as the configuration says, until cancelled.
    """
    last: datetime | None = None
    while True:
        now = parts.clock.now()
        stale_after = config().uploads.stale_after
        interval = config().jobs.schedule.stale_uploads
        is_due = last is None or (now - last).total_seconds() >= interval
        if stale_after > 0 and interval > 0 and is_due:
            last = now
            try:
                await abort_stale(parts, now - timedelta(seconds=stale_after))
            except Exception:  # noqa: BLE001  a background loop outlives every fault of one round
                _log.exception("stale uploads could not be aborted")
        await asyncio.sleep(_LOOK_SECONDS)


async def abort_stale(parts: JobParts, before: datetime) -> int:
    """
    Abort every open upload that was begun before, but those of jobs; return how many.

    A backend that fails is left for the next time.
    """
    total = 0
    for backend_id in parts.gate.backend_ids:
        try:
            async with parts.database.read() as connection:
                kept = await repository.list_upload_ids(connection)
            live = parts.gate.find(backend_id)
            for bucket in await live.backend.buckets.list():
                total += await _abort_in(parts, live, bucket.name, before, kept)
        except StowageError as error:
            _log.warning("stale uploads stay", backend=backend_id, error=str(error))
    return total


async def _abort_in(
    parts: JobParts, live: LiveBackend, bucket: str, before: datetime, kept: frozenset[str]
) -> int:
    stale = [
        one
        async for one in live.backend.uploads.walk(bucket)
        if one.initiated_at is not None and one.initiated_at < before and one.upload_id not in kept
    ]
    for one in stale:
        await live.backend.uploads.abort(UploadRef(bucket, one.key, one.upload_id))
    if stale:
        parts.audit.record(
            SYSTEM.event(
                parts.clock.now(),
                AuditAction.UPLOAD_EXPIRE,
                backend_id=live.info.id,
                bucket=bucket,
                detail={"aborted": len(stale)},
            )
        )
    return len(stale)
