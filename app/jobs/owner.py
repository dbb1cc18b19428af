"""
Who a job works for: its owner as they are at this moment, never with more than they had.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

from app.audit.event import SYSTEM, Actor
from app.errors import registry as errors
from app.jobs.job import Job
from app.rbac.principal import Principal

KEEP_SECONDS = 1.0

FindPrincipal = Callable[[str], Awaitable[Principal | None]]


class Standing:
    """
    The rights of one job, looked up again every second while it works.
    """

    def __init__(self, job: Job, find: FindPrincipal) -> None:
        self._job = job
        self._find = find
        self._actor: Actor | None = None
        self._good_until = 0.0

    async def actor(self) -> Actor:
        """
        Return the owner as the actor of a call, at most a second old.

        Raises:
            StowageError: `forbidden`: the owner may do nothing any more.
        """
        now = time.monotonic()
        if self._actor is None or now >= self._good_until:
            self._actor = bounded(self._job, await self._owner())
            self._good_until = now + KEEP_SECONDS
        return self._actor

    async def _owner(self) -> Principal:
        if self._job.created_by == SYSTEM.id:
            return SYSTEM.principal
        found = await self._find(self._job.created_by)
        if found is None:
            raise errors.FORBIDDEN(reason="owner.missing_right")
        return found


def bounded(job: Job, now: Principal) -> Actor:
    """
    Return an actor who may do what the owner may now and could do when the job was made.
    """
    facts = job.facts
    principal = replace(now, scopes=facts.scopes, ceiling=now.scopes)
    return Actor(principal, facts.request_id, facts.ip, facts.user_agent)
