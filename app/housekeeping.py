"""
What a server does now and then: write down what was only noted, delete what is over.
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from app.database.changes import CHANGES_KEPT, purge_changes
from app.errors.raised import StowageError

if TYPE_CHECKING:
    from app.services import Services

HOUSEKEEPING_SECONDS = 5.0
PURGE_EVERY = 60
"""Rounds of housekeeping between two purges: five minutes."""

TOKENS_KEPT = timedelta(days=30)
"""How long an expired API token is still listed, so that its owner sees why a script fails."""

_log = structlog.get_logger(__name__)


async def keep_house(services: "Services") -> None:
    """
    Write down what was only noted, and delete what is over, until cancelled.
    """
    audit_purged_at: datetime | None = None
    for round_number in itertools.count():
        await tidy(services.credentials.store_used)
        # Where the disk is nearly full, what may go does not wait for its time.
        is_full = bool(services.audit.describe_room())
        now, every = services.clock.now(), services.config.jobs.schedule.audit_purge
        if every and (is_full or is_due(audit_purged_at, now, every)):
            audit_purged_at = now
            await tidy(lambda: _purge_audit(services))
        if round_number % PURGE_EVERY == 0 or is_full:
            await tidy(lambda: _purge(services))
        await asyncio.sleep(HOUSEKEEPING_SECONDS)


def is_due(last: datetime | None, now: datetime, every_seconds: float) -> bool:
    """
    Tell whether it is time again.
    """
    return last is None or (now - last).total_seconds() >= every_seconds


async def _purge(services: "Services") -> None:
    now = services.clock.now()
    services.metrics.sessions_active.set(await services.sessions.purge())
    await services.limits.purge()
    await services.login.purge()
    await services.tokens.purge(now - TOKENS_KEPT)
    await purge_changes(services.database, now - CHANGES_KEPT)
    if days := services.config.jobs.keep_days:
        await services.jobs.purge(now - timedelta(days=days))


async def _purge_audit(services: "Services") -> None:
    if days := services.config.audit.retention:
        await services.audit.purge(services.clock.now() - timedelta(days=days))


async def tidy(work: Callable[[], Awaitable[None]]) -> None:
    """
    Do a piece of work that will be tried again later, whatever happens to it now.
    """
    try:
        await work()
    except StowageError as error:
        _log.warning("housekeeping was put off", error=str(error))
    except Exception:  # noqa: BLE001  a background loop outlives every fault of one round
        _log.exception("housekeeping failed")
