"""
Locks of single versions: how long one is kept, and whether it is held.
"""

from app.audit.actions import AuditAction
from app.audit.event import Actor, DetailValue
from app.backends.settings import Retention
from app.backends.stored import ObjectRef
from app.clock import Clock
from app.objects import actions
from app.objects.gate import Gate
from app.objects.place import BucketPlace
from app.objects.setting_rules import check_retention


class LockCalls:
    """
    Read and set locks. Every call checks the actor's rights; every change is audited.
    """

    def __init__(self, gate: Gate, clock: Clock) -> None:
        self._gate = gate
        self._clock = clock

    async def get_retention(
        self, actor: Actor, place: BucketPlace, ref: ObjectRef
    ) -> Retention | None:
        """
        Return until when a version is kept, the latest where none is named.

        Raises:
            StowageError: `not_found`, `forbidden`, `invalid_key`, `not_supported`.
        """
        live, _ = self._gate.enter(actor, actions.GET_RETENTION, place, key=ref.key)
        live.require("object_lock")
        return await live.backend.locks.get_retention(place.bucket, ref.key, ref.version_id)

    async def set_retention(
        self, actor: Actor, place: BucketPlace, ref: ObjectRef, retention: Retention
    ) -> None:
        """
        Keep a version until a moment. A compliance lock can be lengthened, never shortened.

        Raises:
            StowageError: as `get_retention`; `invalid_request`.
        """
        detail = _detail(ref, mode=retention.mode, until=retention.until.isoformat())
        async with self._gate.audited(
            actor, AuditAction.OBJECT_RETENTION_SET, place, key=ref.key, detail=detail
        ):
            live, _ = self._gate.enter(actor, actions.SET_RETENTION, place, key=ref.key)
            live.require("object_lock")
            check_retention(retention, self._clock.now())
            await live.backend.locks.put_retention(place.bucket, ref.key, ref.version_id, retention)

    async def has_legal_hold(self, actor: Actor, place: BucketPlace, ref: ObjectRef) -> bool:
        """
        Tell whether a version is held.

        Raises:
            StowageError: as `get_retention`.
        """
        live, _ = self._gate.enter(actor, actions.GET_LEGAL_HOLD, place, key=ref.key)
        live.require("object_lock")
        return await live.backend.locks.has_legal_hold(place.bucket, ref.key, ref.version_id)

    async def set_legal_hold(
        self, actor: Actor, place: BucketPlace, ref: ObjectRef, *, on: bool
    ) -> None:
        """
        Hold a version, or let it go.

        Raises:
            StowageError: as `get_retention`.
        """
        async with self._gate.audited(
            actor, AuditAction.OBJECT_LEGAL_HOLD_SET, place, key=ref.key, detail=_detail(ref, on=on)
        ):
            live, _ = self._gate.enter(actor, actions.SET_LEGAL_HOLD, place, key=ref.key)
            live.require("object_lock")
            await live.backend.locks.put_legal_hold(place.bucket, ref.key, ref.version_id, on=on)


def _detail(ref: ObjectRef, **facts: DetailValue) -> dict[str, DetailValue]:
    return {**facts, "version_id": ref.version_id} if ref.version_id else facts
