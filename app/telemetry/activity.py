"""
`KeyActivity`: what a virtual credential did lately, and what it was refused.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.audit.actions import S3_PREFIX
from app.audit.event import Actor, AuditStatus
from app.audit.log import AuditLog
from app.audit.query import AuditQuery
from app.audit.stored import StoredEvent
from app.clock import Clock
from app.credentials.service import CredentialService
from app.telemetry.service import Telemetry

MAX_REFUSALS = 50
REFUSALS_SINCE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Refusal:
    """
    A request that was not let through.
    """

    at: datetime
    operation: str
    """In lower case, as the audit log has it."""
    bucket: str
    key: str
    reason: str
    request_id: str
    ip: str


@dataclass(frozen=True, slots=True)
class Activity:
    """
    What is known of a credential's use.
    """

    last_used_at: datetime | None
    requests_24h: int
    refusals: Sequence[Refusal]
    """The latest first."""


class KeyActivity:
    """
    Answers for owners and administrators.
    """

    def __init__(
        self,
        credentials: CredentialService,
        telemetry: Telemetry,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._credentials = credentials
        self._telemetry = telemetry
        self._audit = audit
        self._clock = clock

    async def of(self, actor: Actor, access_key: str, *, owner: str | None = None) -> Activity:
        """
        Return what a credential did lately.

        Raises:
            StowageError: `forbidden`, `not_found`.
        """
        credential = await self._credentials.get(actor, access_key, owner=owner)
        requests = await self._telemetry.requests_by_key()
        query = AuditQuery(
            action=S3_PREFIX,
            status=AuditStatus.DENIED,
            access_key=access_key,
            since=self._clock.now() - REFUSALS_SINCE,
            limit=MAX_REFUSALS,
        )
        refused = await self._audit.search(query)
        return Activity(
            credential.last_used_at,
            requests.get(access_key, 0),
            [_refusal(event) for event in refused.events],
        )


def _refusal(event: StoredEvent) -> Refusal:
    detail = json.loads(event.detail or "{}")
    return Refusal(
        event.at,
        event.action.removeprefix(S3_PREFIX),
        event.bucket,
        event.object_key,
        str(detail.get("reason") or detail.get("result") or ""),
        event.request_id,
        event.ip,
    )
