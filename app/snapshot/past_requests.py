"""
Why an S3 request of the past ended as it did: its audit row, and what would be decided now.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
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
_Ask = Callable[[str, Question], Awaitable[Explanation]]


@dataclass(frozen=True, slots=True)
class PastRequest:
    """
    One request that left an audit row.
    """

    event: StoredEvent
    facts: Mapping[str, Any]
    """The detail of the row: `reason`, `http_status`, `access_key`, `difference` and others. The
    owner of the key is told the `canonical_request` that was computed, too."""
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
    Explains requests by their ids: to administrators, and to the owner of the key.
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
        event, facts = await self._find(request_id)
        ask = partial(self.explainer.explain, actor)
        told = facts
        if await self._is_own(actor, event, facts):
            told = {**facts, "canonical_request": event.canonical_request}
        return PastRequest(event, told, await _explain(ask, event, facts))

    async def explain_own(self, actor: Actor, request_id: str) -> PastRequest:
        """
        Say the same of a request that named an access key of the caller, whoever signed it.

        Raises:
            StowageError: `not_found`, reason `request.not_found`: no row has that id, or it is
                about the key of somebody else, of nobody, or of one who had it before.
        """
        event, facts = await self._find(request_id)
        await self._verify_own(actor, event, str(facts.get("access_key", "")))
        ask = partial(self.explainer.explain_own, actor)
        told = {**facts, "canonical_request": event.canonical_request}
        return PastRequest(event, told, await _explain(ask, event, facts))

    async def _find(self, request_id: str) -> tuple[StoredEvent, Mapping[str, Any]]:
        page = await self.audit.search(AuditQuery(request_id=request_id, action=_S3, limit=1))
        if not page.events:
            raise errors.NOT_FOUND(reason="request.not_found")
        return page.events[0], json.loads(page.events[0].detail)

    async def _is_own(self, actor: Actor, event: StoredEvent, facts: Mapping[str, Any]) -> bool:
        try:
            await self._verify_own(actor, event, str(facts.get("access_key", "")))
        except StowageError as error:
            if error.entry is errors.NOT_FOUND:
                return False
            raise
        return True

    async def _verify_own(self, actor: Actor, event: StoredEvent, access_key: str) -> None:
        try:
            key = await self.explainer.credentials.get(actor, access_key, owner=actor.id)
        except StowageError as error:
            if error.entry is errors.NOT_FOUND:
                raise errors.NOT_FOUND(reason="request.not_found") from error
            raise
        if event.user_id not in {"", actor.id} or event.at < key.created_at:
            raise errors.NOT_FOUND(reason="request.not_found")


async def _explain(ask: _Ask, event: StoredEvent, facts: Mapping[str, Any]) -> Explanation | None:
    operation = _OPERATIONS.get(event.action.removeprefix(_S3))
    is_stranger = facts.get("auth_mode") == ANONYMOUS.id
    principal = ANONYMOUS.id if is_stranger else str(facts.get("access_key", ""))
    if operation is None or not principal:
        return None
    question = Question(operation, event.backend_id, event.bucket, event.object_key)
    try:
        return await ask(principal, question)
    except StowageError as error:
        if error.entry is errors.NOT_FOUND:  # the key is gone, or never was one
            return None
        raise
