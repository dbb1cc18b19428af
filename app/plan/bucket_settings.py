"""
The settings of a bucket as a file declares them: how each is read, compared and written.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import structlog

from app.audit.event import SYSTEM, Actor
from app.backends.settings import Encryption, LifecycleRule, ObjectLock
from app.database.declared import Declaration
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.errors.rejected import rejected
from app.objects.cors import BucketCorsRule
from app.objects.place import BucketPlace
from app.objects.service import ObjectService
from app.quotas.limits import Limits, QuotaPlace
from app.quotas.service import QuotaService

_log = structlog.get_logger(__name__)
Json = Any
"""What a file says, as JSON has it."""
Read = Callable[[BucketPlace], Awaitable[Json]]
Write = Callable[[Actor, BucketPlace, Json, Declaration], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Setting:
    """
    One setting.
    """

    read: Read
    """Returns what holds, in the form that is compared."""
    write: Write
    """Takes what the file says, in that form."""
    normalise: Callable[[Any], Any] = lambda value: value
    """Brings what the file says into that form, or raises `StowageError`."""
    unset: Json = None
    """What holds in a bucket of which nobody ever said anything."""
    capability: str = ""
    """What its backend must be able to."""


def open_settings(objects: ObjectService, quotas: QuotaService) -> Mapping[str, Setting]:
    """
    Return every setting by its name in the file.
    """
    return {
        "versioning": _versioning(objects),
        "object_lock": _object_lock(objects),
        "cors": _cors(objects),
        "lifecycle": _lifecycle(objects),
        "policy": _policy(objects),
        "encryption": _encryption(objects),
        "tags": _tags(objects),
        "quota": _quota(quotas),
        "size_tracking": _size_tracking(quotas),
    }


def _versioning(objects: ObjectService) -> Setting:
    return Setting(
        lambda place: objects.buckets.is_versioned(SYSTEM, place),
        lambda actor, place, value, by: objects.buckets.set_versioned(
            actor, place, enabled=value, by=by
        ),
        unset=False,
        capability="versioning",
    )


def _object_lock(objects: ObjectService) -> Setting:
    return Setting(
        _plain(lambda place: objects.settings.get_object_lock(SYSTEM, place)),
        lambda actor, place, value, by: objects.settings.put_object_lock(
            actor, place, ObjectLock(**value), by=by
        ),
        lambda value: asdict(_build(ObjectLock, "object_lock", value)),
        asdict(ObjectLock()),
        "object_lock",
    )


def _cors(objects: ObjectService) -> Setting:
    return Setting(
        _plain(lambda place: objects.cors.get_rules(SYSTEM, place)),
        lambda actor, place, value, by: objects.cors.set_rules(
            actor, place, [BucketCorsRule(**rule) for rule in value], by=by
        ),
        lambda value: _as_json([asdict(_build(BucketCorsRule, "cors", one)) for one in value]),
        [],
    )


def _lifecycle(objects: ObjectService) -> Setting:
    return Setting(
        lambda place: _read_lifecycle(objects, place),
        lambda actor, place, value, by: objects.settings.put_lifecycle(
            actor, place, [LifecycleRule(**rule) for rule in value], by=by
        ),
        lambda value: _rules([_build(LifecycleRule, "lifecycle", one) for one in value]),
        [],
        "lifecycle",
    )


def _policy(objects: ObjectService) -> Setting:
    return Setting(
        lambda place: _read_policy(objects, place),
        lambda actor, place, value, by: objects.settings.put_policy(
            actor, place, json.dumps(value) if value else "", by=by
        ),
        normal_policy,
        {},
        "bucket_policy",
    )


def _encryption(objects: ObjectService) -> Setting:
    return Setting(
        _plain(lambda place: objects.settings.get_encryption(SYSTEM, place)),
        lambda actor, place, value, by: objects.settings.put_encryption(
            actor, place, Encryption(**value), by=by
        ),
        lambda value: asdict(_build(Encryption, "encryption", value)),
        capability="server_side_encrypt",
    )


def _tags(objects: ObjectService) -> Setting:
    return Setting(
        lambda place: _read_tags(objects, place),
        lambda actor, place, value, by: objects.settings.put_tags(actor, place, value, by=by),
        unset={},
    )


def _quota(quotas: QuotaService) -> Setting:
    async def read(place: BucketPlace) -> Json:
        found = await quotas.get(SYSTEM, QuotaPlace(place.backend_id, place.bucket))
        return None if found.limits is None else asdict(found.limits)

    async def write(actor: Actor, place: BucketPlace, value: Json, by: Declaration) -> None:
        await quotas.put(actor, QuotaPlace(place.backend_id, place.bucket), Limits(**value), by=by)

    return Setting(read, write)


def _size_tracking(quotas: QuotaService) -> Setting:
    async def read(place: BucketPlace) -> bool:
        found = await quotas.get_tracking(SYSTEM, QuotaPlace(place.backend_id, place.bucket))
        return found.is_enabled

    async def write(actor: Actor, place: BucketPlace, value: Json, by: Declaration) -> None:
        at = QuotaPlace(place.backend_id, place.bucket)
        await quotas.set_tracking(actor, at, is_enabled=value, by=by)

    return Setting(read, write, unset=True)


async def find_held(name: str, setting: Setting, place: BucketPlace) -> Json:
    """
    Return what holds, as a file would say it; nothing where a file need not, or cannot.

    It cannot where the backend has no such setting, or keeps one that has more than our members.

    Raises:
        StowageError: `store_unavailable`.
    """
    try:
        held = await setting.read(place)
        is_told = held != setting.unset and setting.normalise(held) == held
    except (TypeError, AttributeError):  # no members of ours
        return None
    except StowageError as error:
        if error.entry is errors.STORE_UNAVAILABLE:
            raise
        if error.entry is not errors.NOT_SUPPORTED:
            _log.error("not exported", setting=name, bucket=str(place), error=str(error))
        return None
    return held if is_told else None


def normal_policy(policy: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return a policy in one spelling, since stores write single values as lists and the other way.
    """
    statements = policy.get("Statement", [])
    listed = statements if isinstance(statements, list) else [statements]
    return {**policy, "Statement": [_normal_statement(one) for one in listed]} if policy else {}


def _normal_statement(statement: Json) -> Json:
    if not isinstance(statement, dict):
        return statement
    found = dict(statement)
    for name in ("Action", "NotAction", "Resource", "NotResource"):
        if name in found:
            found[name] = _listed(found[name])
    for name in ("Principal", "NotPrincipal"):
        if name in found:
            who = found[name]
            found[name] = (
                {kind: _listed(one) for kind, one in who.items()}
                if isinstance(who, dict)
                else {"AWS": _listed(who)}
            )
    return found


def _listed(value: Json) -> list[Json]:
    return sorted(value) if isinstance(value, list) else [value]


async def _read_policy(objects: ObjectService, place: BucketPlace) -> Json:
    text = await objects.settings.get_policy(SYSTEM, place)
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return text
    return normal_policy(found) if isinstance(found, dict) else found


async def _read_lifecycle(objects: ObjectService, place: BucketPlace) -> list[dict[str, Any]]:
    return _rules(await objects.settings.get_lifecycle(SYSTEM, place))


async def _read_tags(objects: ObjectService, place: BucketPlace) -> dict[str, str]:
    return dict(await objects.settings.get_tags(SYSTEM, place))


def _rules(rules: Sequence[LifecycleRule]) -> list[dict[str, Any]]:
    """
    Return rules in one order and without the ids, which a store may give anew.
    """
    written = [
        {
            name: value
            for name, value in asdict(rule).items()
            if name != "id" and (value or name == "enabled")
        }
        for rule in rules
    ]
    return sorted(_as_json(written), key=lambda one: json.dumps(one, sort_keys=True))


def _plain(read: Callable[[BucketPlace], Awaitable[Any]]) -> Read:
    async def within(place: BucketPlace) -> Json:
        found = await read(place)
        if isinstance(found, list | tuple):
            return _as_json([asdict(one) for one in found])
        return None if found is None else asdict(found)

    return within


def _as_json(value: Json) -> Json:
    """
    Return lists where values hold tuples.
    """
    return json.loads(json.dumps(value, default=str))


def _build(model: type[Any], setting: str, members: Json) -> Json:
    """
    Return the value of a setting.

    Raises:
        StowageError: `invalid_request`: a member is unknown, or missing.
    """
    known = [one.name for one in fields(model) if one.name != "raw"]
    unknown = sorted(set(members) - set(known))
    if unknown:
        raise rejected(setting, f"there is no member {unknown[0]}; use {', '.join(known)}")
    try:
        return model(**members)
    except TypeError as error:
        raise _incomplete(setting) from error


def _incomplete(setting: str) -> StowageError:
    return rejected(setting, "a member is missing")
