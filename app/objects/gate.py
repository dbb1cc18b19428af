"""
What every call on a backend passes: is it there, may this be done, and was it written down.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

from app.audit.actions import AuditAction
from app.audit.event import NO_DETAIL, SYSTEM, Actor, AuditStatus, DetailValue
from app.audit.log import AuditLog
from app.backends.registry import BackendRegistry, LiveBackend
from app.clock import Clock
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.objects.place import BucketPlace, check_bucket, check_key
from app.quotas.backend import MeteredBackends
from app.rbac.levels import level_names
from app.rbac.policy import Action, Allowed, Resource, authorize


class Gate:
    """
    The registry behind the permission model and before the audit log.
    """

    def __init__(
        self,
        registry: BackendRegistry,
        *,
        audit: AuditLog,
        clock: Clock,
        metered: MeteredBackends,
    ) -> None:
        self._registry = registry
        self._metered = metered
        self._audit = audit
        self._clock = clock

    @property
    def backend_ids(self) -> tuple[str, ...]:
        """
        The ids of all backends, sorted.
        """
        return self._registry.ids

    def find(self, backend_id: str, *, by: Actor = SYSTEM) -> LiveBackend:
        """
        Return a backend that takes calls; its writes are held to the limits of its buckets.

        Args:
            backend_id: Its id.
            by: Who writes: their limits and their groups' apply as well. The system has none.

        Raises:
            StowageError: `not_found`, `backend_error`, or `maintenance`.
        """
        live = self._registry.get(backend_id)
        if live.info.is_in_maintenance:
            raise errors.MAINTENANCE(reason="mode.maintenance")
        charged = by.principal.charged_user_id
        return replace(live, backend=self._metered.wrap(live.backend, charged))

    def enter(
        self,
        actor: Actor,
        action: Action,
        place: BucketPlace,
        *,
        key: str | None = None,
        prefix: str | None = None,
    ) -> tuple[LiveBackend, Allowed]:
        """
        Return the backend for a call that the actor may make, and on what terms.

        Raises:
            StowageError: as `find`; `forbidden` with the reason; `not_found` for a bucket name
                that cannot exist; `invalid_key` for a key that may lead elsewhere.
        """
        live = self.find(place.backend_id, by=actor)
        resource = Resource(place.backend_id, place.bucket, key, prefix)
        decision = authorize(actor.principal, action, resource)
        if not isinstance(decision, Allowed):
            levels = level_names(decision.missing or action.levels)
            params = {"action": action.name, "levels": ", ".join(levels)}
            raise errors.FORBIDDEN(reason=decision.reason, params=params)
        check_bucket(place.bucket)
        if key is not None:
            check_key(key, live)
        return live, decision

    @asynccontextmanager
    async def audited(
        self,
        actor: Actor,
        action: AuditAction,
        place: BucketPlace,
        *,
        key: str = "",
        detail: Mapping[str, DetailValue] = NO_DETAIL,
    ) -> AsyncIterator[dict[str, DetailValue]]:
        """
        Write down how the block ended: done, refused by us, or failed. Yields the detail to fill.
        """
        facts = dict(detail)
        status = AuditStatus.ERROR  # also for what nobody foresaw, and for a client that went away
        try:
            yield facts
            status = AuditStatus.OK
        except StowageError as error:
            status = AuditStatus.DENIED if error.entry is errors.FORBIDDEN else AuditStatus.ERROR
            facts = {**facts, "code": error.code, "reason": error.reason or ""}
            raise
        finally:
            self._audit.record(
                actor.event(
                    self._clock.now(),
                    action,
                    status=status,
                    backend_id=place.backend_id,
                    bucket=place.bucket,
                    object_key=key,
                    detail=facts,
                )
            )
