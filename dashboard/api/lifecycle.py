"""
The lifecycle rules of a bucket, and what they would do.
"""

from typing import Any

from pydantic import Field

from app.backends import settings
from dashboard.call import Call
from dashboard.schemas import Body, Schema, is_empty, omitted


class LifecycleRule(Schema):
    """
    One rule; numbers are days or bytes.
    """

    id: str = omitted("")
    prefix: str = omitted("")
    enabled: bool
    expiration_days: int = omitted(0)
    expired_delete_markers: bool = omitted(default=False)
    noncurrent_expire_days: int = omitted(0)
    abort_incomplete_days: int = omitted(0)
    transition_days: int = omitted(0)
    transition_storage_class: str = omitted("")
    tags: dict[str, str] = Field(default_factory=dict, exclude_if=is_empty)
    size_above: int = omitted(0)
    size_below: int = omitted(0)
    read_only: bool = omitted(default=False)
    """The other members cannot tell it. Sent back with its id, it stays as the backend has it."""


class LifecycleRules(Schema):
    """
    The rules in the backend's order.
    """

    rules: list[LifecycleRule]


class LifecycleRuleBody(Body):
    """
    A rule in a request.
    """

    id: str = ""
    prefix: str = ""
    enabled: bool = True
    expiration_days: int = 0
    expired_delete_markers: bool = False
    noncurrent_expire_days: int = 0
    abort_incomplete_days: int = 0
    transition_days: int = 0
    transition_storage_class: str = ""
    tags: dict[str, str] = Field(default_factory=dict)
    size_above: int = 0
    size_below: int = 0
    read_only: bool = False


class LifecyclePut(Body):
    """
    The rules that are to hold; none takes them away.
    """

    rules: list[LifecycleRuleBody] = Field(default_factory=list)


class LifecyclePreview(Schema):
    """
    What the rules would expire or move if they ran now.
    """

    objects: int
    bytes: int
    complete: bool
    """False where there is more than was looked at, or a rule that cannot be tried here."""


async def get_lifecycle(call: Call) -> LifecycleRules:
    """
    Return the lifecycle rules of a bucket.
    """
    found = await call.services.objects.settings.get_lifecycle(call.actor, call.place)
    return LifecycleRules(rules=[_schema(rule) for rule in found])


async def put_lifecycle(call: Call) -> None:
    """
    Replace the lifecycle rules of a bucket.
    """
    body = await call.body(LifecyclePut)
    await call.services.objects.settings.put_lifecycle(
        call.actor,
        call.place,
        _rules(body),
        kept_ids=[rule.id for rule in body.rules if rule.read_only],
    )


async def preview_lifecycle(call: Call) -> LifecyclePreview:
    """
    Count what rules would act on now, without storing them.
    """
    body = await call.body(LifecyclePut)
    found = await call.services.objects.previews.preview(
        call.actor,
        call.place,
        _rules(body),
        has_unknown=any(rule.read_only for rule in body.rules),
    )
    return LifecyclePreview(
        objects=found.object_count, bytes=found.size_bytes, complete=found.is_complete
    )


def _rules(body: LifecyclePut) -> list[settings.LifecycleRule]:
    return [settings.LifecycleRule(**_members(rule)) for rule in body.rules if not rule.read_only]


def _members(rule: LifecycleRuleBody) -> dict[str, Any]:
    return rule.model_dump(exclude={"read_only"})


def _schema(rule: settings.LifecycleRule) -> LifecycleRule:
    return LifecycleRule(
        id=rule.id,
        prefix=rule.prefix,
        enabled=rule.enabled,
        expiration_days=rule.expiration_days,
        expired_delete_markers=rule.expired_delete_markers,
        noncurrent_expire_days=rule.noncurrent_expire_days,
        abort_incomplete_days=rule.abort_incomplete_days,
        transition_days=rule.transition_days,
        transition_storage_class=rule.transition_storage_class,
        tags=dict(rule.tags),
        size_above=rule.size_above,
        size_below=rule.size_below,
        read_only=rule.raw is not None,
    )
