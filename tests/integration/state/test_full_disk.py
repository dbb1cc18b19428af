"""
A disk that is nearly full: what may go from the audit log goes at once, and readiness says so.
"""

from datetime import timedelta
from pathlib import Path

import pytest

from app import housekeeping
from app.audit import room
from app.audit.event import AuditEvent
from app.audit.query import AuditQuery
from app.clock import ManualClock
from app.config.models import Config
from app.services import open_services, run_services
from dashboard.readiness import Readiness
from support.polling import wait_until_async
from support.state import NOON


@pytest.mark.parametrize("is_full", [False, True], ids=["room", "full"])
async def test_retention_runs_early_where_the_disk_is_nearly_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_full: bool
) -> None:
    monkeypatch.setattr(housekeeping, "HOUSEKEEPING_SECONDS", 0.01)
    clock = ManualClock(NOON)
    config = Config.model_validate(
        {
            "db": {"sqlite": {"path": str(tmp_path / "stowage.db")}},
            "server": {"secret_key_file": str(tmp_path / "key")},
            "audit": {"retention": 30},
        }
    )
    async with open_services(config, clock=clock, environ={}) as services:

        async def total() -> int:
            return (await services.audit.search(AuditQuery())).total

        async def is_empty() -> bool:
            return await total() == 0

        async def store_old() -> None:
            services.audit.record(AuditEvent(NOON - timedelta(days=40), "user.create"))
            await services.audit.flush()

        await store_old()
        async with run_services(services):
            await wait_until_async(is_empty, what="the first purge, at the start")
            await store_old()
            clock.advance(timedelta(minutes=1))
            assert await total() == 1
            if is_full:
                monkeypatch.setattr(room, "LOW_SHARE", 1.1)
                await wait_until_async(is_empty, what="a purge before its time")
            readiness = Readiness({}, {"audit_room": services.audit.describe_room})
            (told, _) = await readiness.check()

    assert told.is_ok
    assert bool(told.note) is is_full
