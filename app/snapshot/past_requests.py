"""
Why an S3 request of the past ended as it did: its audit row, and what would be decided now.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.audit.event import Actor
from app.audit.log import AuditLog
from app.audit.query import AuditQuery
from app.audit.stored import StoredEvent
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.rbac.principal import ANONYMOUS
from app.snapshot.explainer import ACTIONS, Explainer, Explanation, Question

_S3 = "s3.proxy."
_OPERATIONS = {name.lower(): name for name in ACTIONS}
"""By the spelling of audit rows."""


@dataclass(frozen=True, slots=True)
class PastRequest:
    """
    One request that left an audit row.
    """

    event: StoredEvent
    facts: Mapping[str, Any]
    """The detail of the row: `reason`, `http_status`, `access_key`, `difference` and others."""
    now: Explanation | None
    """What the same wish would be answered at this moment; `None` where nobody known had it."""

    @property
    def reason(self) -> str:
        """
        Why it was refused; empty where it was not.
        """
        return str(self.facts.get("reason", ""))


@dataclass(frozen=True, slots=True)
class PastRequests:
    """
    Explains requests by their ids, to administrators.
    """

    audit: AuditLog
    explainer: Explainer

    async def explain(self, actor: Actor, request_id: str) -> PastRequest:
        """
        Say how an S3 request ended, why, and whether it would be allowed now.

        Raises:
            StowageError: `forbidden`; `not_found`, reason `request.not_found`: no row has that
                id. Successful reads leave none unless they are sampled.
        """
        actor.require_admin()
        page = await self.audit.search(AuditQuery(request_id=request_id, action=_S3, limit=1))
        if not page.events:
            raise errors.NOT_FOUND(reason="request.not_found")
        event = page.events[0]
        facts = json.loads(event.detail)
        return PastRequest(event, facts, await self._explain(actor, event, facts))

    async def _explain(
        self, actor: Actor, event: StoredEvent, facts: Mapping[str, Any]
    ) -> Explanation | None:
        operation = _OPERATIONS.get(event.action.removeprefix(_S3))
        is_stranger = facts.get("auth_mode") == ANONYMOUS.id
        principal = ANONYMOUS.id if is_stranger else str(facts.get("access_key", ""))
        if operation is None or not principal:
            return None
        question = Question(operation, event.backend_id, event.bucket, event.object_key)
        try:
            return await self.explainer.explain(actor, principal, question)
        except StowageError as error:
            if error.entry is errors.NOT_FOUND:  # the key is gone, or never was one
                return None
            raise
