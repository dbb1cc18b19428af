"""
Object lock: the default of a bucket, and the locks of single versions.
"""

from app.backends import settings
from app.backends.stored import ObjectRef
from app.types import parse_object_key
from dashboard.body import invalid, parse_time
from dashboard.call import Call
from dashboard.schemas import Body, Schema, Timestamp, omitted


class ObjectLock(Schema):
    """
    Whether objects can be locked, and how new ones are by default.
    """

    enabled: bool
    mode: str = omitted("")
    days: int = omitted(0)


class ObjectLockPut(Body):
    """
    The default of new objects; no mode means none.
    """

    enabled: bool = True
    mode: str = ""
    days: int = 0


class Retention(Schema):
    """
    Until when a version is kept; empty where it may be deleted.
    """

    mode: str = omitted("")
    until: Timestamp | None = omitted()


class RetentionPut(Body):
    """
    Until when a version is to be kept.
    """

    mode: str
    until: str


class LegalHold(Schema):
    """
    Whether a version is held.
    """

    on: bool


class LegalHoldPut(Body):
    """
    Whether a version is to be held.
    """

    on: bool


async def get_object_lock(call: Call) -> ObjectLock:
    """
    Return the object lock of a bucket.
    """
    found = await call.services.objects.settings.get_object_lock(call.actor, call.place)
    return ObjectLock(enabled=found.enabled, mode=found.mode, days=found.days)


async def put_object_lock(call: Call) -> ObjectLock:
    """
    Replace the default lock of new objects.
    """
    body = await call.body(ObjectLockPut)
    wanted = settings.ObjectLock(body.enabled, body.mode, body.days)
    await call.services.objects.settings.put_object_lock(call.actor, call.place, wanted)
    return ObjectLock(enabled=wanted.enabled, mode=wanted.mode, days=wanted.days)


async def get_retention(call: Call) -> Retention:
    """
    Return until when a version is kept.
    """
    found = await call.services.objects.locks.get_retention(call.actor, call.place, _ref(call))
    return Retention() if found is None else Retention(mode=found.mode, until=found.until)


async def put_retention(call: Call) -> None:
    """
    Keep a version until a moment.
    """
    ref = _ref(call)
    body = await call.body(RetentionPut)
    until = parse_time(body.until, pointer="/until")
    if until is None:
        raise invalid("/until", "write a time such as 2026-05-01T12:00:00Z")
    retention = settings.Retention(body.mode, until)
    await call.services.objects.locks.set_retention(call.actor, call.place, ref, retention)


async def get_legal_hold(call: Call) -> LegalHold:
    """
    Tell whether a version is held.
    """
    is_held = await call.services.objects.locks.has_legal_hold(call.actor, call.place, _ref(call))
    return LegalHold(on=is_held)


async def put_legal_hold(call: Call) -> None:
    """
    Hold a version, or let it go.
    """
    ref = _ref(call)
    body = await call.body(LegalHoldPut)
    await call.services.objects.locks.set_legal_hold(call.actor, call.place, ref, on=body.on)


def _ref(call: Call) -> ObjectRef:
    return ObjectRef(parse_object_key(call.query("key")), call.query("version_id"))
