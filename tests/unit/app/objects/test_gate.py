import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from app.audit.actions import AuditAction
from app.audit.event import Actor, AuditEvent
from app.clock import ManualClock
from app.errors import registry as errors
from app.objects.gate import Gate
from app.objects.place import BucketPlace
from app.rbac.principal import ANONYMOUS

PLACE = BucketPlace("main", "photos")
ACTOR = Actor(ANONYMOUS, request_id="r-1")


class Notebook:
    """
    Takes events as the audit log does, and keeps them at hand.
    """

    def __init__(self) -> None:
        self.events: list[AuditEvent] = []

    def record(self, event: AuditEvent) -> None:
        self.events.append(event)


async def outcome(failure: BaseException | None) -> AuditEvent:
    notebook: Any = Notebook()
    nothing: Any = None
    clock = ManualClock(datetime(2026, 5, 1, tzinfo=UTC))
    gate = Gate(nothing, audit=notebook, clock=clock, metered=nothing)

    async def work() -> None:
        async with gate.audited(ACTOR, AuditAction.OBJECT_DELETE, PLACE, key="a") as facts:
            facts["seen"] = 1
            if failure:
                raise failure

    if failure is None:
        await work()
    else:
        with pytest.raises(type(failure)):
            await work()
    (event,) = notebook.events
    return event


async def test_what_was_done_is_ok() -> None:
    event = await outcome(None)

    assert (event.status, event.object_key, event.request_id) == ("ok", "a", "r-1")
    assert event.detail == {"seen": 1}


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        (errors.FORBIDDEN(reason="grant.missing"), "denied", "forbidden"),
        (errors.NOT_FOUND(reason="bucket.not_found"), "error", "not_found"),
        (errors.BACKEND_ERROR(reason="backend.timeout"), "error", "backend_error"),
        (RuntimeError("unforeseen"), "error", None),
        (asyncio.CancelledError(), "error", None),
    ],
    ids=["refused", "missing", "failed", "bug", "gone"],
)
async def test_what_was_not_done_is_never_called_ok(
    failure: BaseException, status: str, code: str | None
) -> None:
    event = await outcome(failure)

    assert event.status == status
    assert event.detail.get("code") == code
    assert "unforeseen" not in str(event.detail)
