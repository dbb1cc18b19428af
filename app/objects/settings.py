"""
The settings that a backend keeps for a bucket: policy, lifecycle, object lock, encryption, tags.

Whatever is written is read back. A backend that says yes and keeps something else is told apart,
and gets back what it had.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.audit.actions import AuditAction
from app.audit.event import NO_DETAIL, Actor, DetailValue
from app.backends.registry import LiveBackend
from app.backends.settings import Encryption, LifecycleRule, ObjectLock
from app.database.declared import DASHBOARD, Declaration
from app.database.engine import Database
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.objects import actions, repository, setting_rules
from app.objects.declared import DeclaredBucket, find_declared
from app.objects.gate import Gate
from app.objects.place import BucketPlace
from app.rbac.policy import Action

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Setting(Generic[T]):
    """
    One setting on its way to a backend.
    """

    name: str
    """As the configuration names it."""
    wanted: T
    read: Callable[[], Awaitable[T]]
    write: Callable[[T], Awaitable[None]]
    is_kept: Callable[[T], bool]
    """Whether what was read back is what was wanted."""


class SettingCalls:
    """
    Read and replace settings. Every call checks the actor's rights; every change is audited.
    """

    def __init__(self, gate: Gate, database: Database) -> None:
        self._gate = gate
        self._database = database

    async def find_declared(self, actor: Actor, place: BucketPlace) -> DeclaredBucket | None:
        """
        Return what a file declares of the bucket, which nobody else can change; or nothing.

        Raises:
            StowageError: `not_found`, `forbidden`.
        """
        self._gate.enter(actor, actions.GET_DECLARED, place)
        async with self._database.read() as connection:
            return await find_declared(connection, place)

    async def get_policy(self, actor: Actor, place: BucketPlace) -> str:
        """
        Return the policy as JSON text; empty where there is none.

        Raises:
            StowageError: `not_found`, `forbidden`, `not_supported`.
        """
        live = self._enter(actor, actions.GET_POLICY, place, "bucket_policy")
        return await live.backend.settings.get_policy(place.bucket)

    async def put_policy(
        self, actor: Actor, place: BucketPlace, policy: str, *, by: Declaration = DASHBOARD
    ) -> None:
        """
        Replace the policy; empty text takes it away.

        Raises:
            StowageError: `not_found`, `forbidden`, `not_supported`, `yaml_managed`,
                `invalid_policy`.
        """
        action = AuditAction.BUCKET_POLICY_SET if policy else AuditAction.BUCKET_POLICY_DELETE
        async with self._gate.audited(actor, action, place):
            live = self._enter(actor, actions.SET_POLICY, place, "bucket_policy")
            wanted = setting_rules.check_policy(policy) if policy else {}
            store = live.backend.settings
            await self._change(
                place,
                _Setting(
                    "policy",
                    policy,
                    lambda: store.get_policy(place.bucket),
                    lambda text: store.put_policy(place.bucket, text),
                    # Backends rewrite principals and single values; statements they keep.
                    lambda text: (
                        _count_statements(text) == len(setting_rules.statements_of(wanted))
                    ),
                ),
                by,
            )

    async def get_lifecycle(self, actor: Actor, place: BucketPlace) -> tuple[LifecycleRule, ...]:
        """
        Return the lifecycle rules, also those that our members cannot tell.

        Raises:
            StowageError: `not_found`, `forbidden`, `not_supported`.
        """
        live = self._enter(actor, actions.GET_LIFECYCLE, place, "lifecycle")
        return await live.backend.settings.get_lifecycle(place.bucket)

    async def put_lifecycle(
        self,
        actor: Actor,
        place: BucketPlace,
        rules: Sequence[LifecycleRule],
        *,
        kept_ids: Sequence[str] = (),
        by: Declaration = DASHBOARD,
    ) -> None:
        """
        Replace the rules; none takes them away. Those of `kept_ids` stay as the backend has them.

        Raises:
            StowageError: `not_found`, `forbidden`, `not_supported`, `yaml_managed`,
                `invalid_lifecycle`.
        """
        detail = {"rules": len(rules) + len(kept_ids)}
        async with self._gate.audited(
            actor, AuditAction.BUCKET_LIFECYCLE_SET, place, detail=detail
        ):
            live = self._enter(actor, actions.SET_LIFECYCLE, place, "lifecycle")
            setting_rules.check_lifecycle(rules)
            store = live.backend.settings
            wanted: Sequence[LifecycleRule] = rules
            if kept_ids:
                stored = await store.get_lifecycle(place.bucket)
                wanted = setting_rules.keep_unknown(rules, stored, kept_ids)
            setting_rules.check_lifecycle(wanted)
            setting: _Setting[Sequence[LifecycleRule]] = _Setting(
                "lifecycle",
                tuple(wanted),
                lambda: store.get_lifecycle(place.bucket),
                lambda some: store.put_lifecycle(place.bucket, some),
                lambda some: _same_rules(some, wanted),
            )
            await self._change(place, setting, by)

    async def get_object_lock(self, actor: Actor, place: BucketPlace) -> ObjectLock:
        """
        Return whether objects can be locked, and the default.

        Raises:
            StowageError: `not_found`, `forbidden`, `not_supported`.
        """
        live = self._enter(actor, actions.GET_OBJECT_LOCK, place, "object_lock")
        return await live.backend.settings.get_object_lock(place.bucket)

    async def put_object_lock(
        self, actor: Actor, place: BucketPlace, lock: ObjectLock, *, by: Declaration = DASHBOARD
    ) -> None:
        """
        Replace the default lock of new objects.

        Raises:
            StowageError: `not_found`, `forbidden`, `not_supported`, `yaml_managed`,
                `invalid_request`.
        """
        detail: dict[str, DetailValue] = {"mode": lock.mode, "days": lock.days}
        async with self._gate.audited(
            actor, AuditAction.BUCKET_OBJECT_LOCK_SET, place, detail=detail
        ):
            live = self._enter(actor, actions.SET_OBJECT_LOCK, place, "object_lock")
            setting_rules.check_object_lock(lock)
            store = live.backend.settings
            await self._change(
                place,
                _Setting(
                    "object_lock",
                    lock,
                    lambda: store.get_object_lock(place.bucket),
                    lambda some: store.put_object_lock(place.bucket, some),
                    lambda some: some == lock,
                ),
                by,
            )

    async def get_encryption(self, actor: Actor, place: BucketPlace) -> Encryption | None:
        """
        Return how new objects are encrypted by default.

        Raises:
            StowageError: `not_found`, `forbidden`, `not_supported`.
        """
        live = self._enter(actor, actions.GET_ENCRYPTION, place, "server_side_encrypt")
        return await live.backend.settings.get_encryption(place.bucket)

    async def put_encryption(
        self,
        actor: Actor,
        place: BucketPlace,
        encryption: Encryption | None,
        *,
        by: Declaration = DASHBOARD,
    ) -> None:
        """
        Replace the default encryption; `None` takes it away.

        Raises:
            StowageError: `not_found`, `forbidden`, `not_supported`, `yaml_managed`,
                `invalid_request`.
        """
        action, detail = AuditAction.BUCKET_ENCRYPTION_DELETE, NO_DETAIL
        if encryption is not None:
            action, detail = (
                AuditAction.BUCKET_ENCRYPTION_SET,
                {"algorithm": encryption.algorithm},
            )
        async with self._gate.audited(actor, action, place, detail=detail):
            live = self._enter(actor, actions.SET_ENCRYPTION, place, "server_side_encrypt")
            if encryption is not None:
                setting_rules.check_encryption(encryption)
            store = live.backend.settings
            await self._change(
                place,
                _Setting(
                    "encryption",
                    encryption,
                    lambda: store.get_encryption(place.bucket),
                    lambda some: store.put_encryption(place.bucket, some),
                    # Where it is taken away, a backend may fall back to its own default.
                    lambda some: encryption is None or some == encryption,
                ),
                by,
            )

    async def get_tags(self, actor: Actor, place: BucketPlace) -> Mapping[str, str]:
        """
        Return the tags of the bucket.

        Raises:
            StowageError: `not_found`, `forbidden`, `not_supported`.
        """
        live = self._enter(actor, actions.GET_BUCKET_TAGS, place)
        return await live.backend.settings.get_tags(place.bucket)

    async def put_tags(
        self,
        actor: Actor,
        place: BucketPlace,
        tags: Mapping[str, str],
        *,
        by: Declaration = DASHBOARD,
    ) -> None:
        """
        Replace the tags of the bucket; none takes them away.

        Raises:
            StowageError: `not_found`, `forbidden`, `not_supported`, `yaml_managed`,
                `too_many_tags`, `invalid_tag`.
        """
        detail = {"count": len(tags)}
        async with self._gate.audited(actor, AuditAction.BUCKET_TAGS_SET, place, detail=detail):
            live = self._enter(actor, actions.SET_BUCKET_TAGS, place)
            setting_rules.check_bucket_tags(tags)
            store = live.backend.settings
            setting: _Setting[Mapping[str, str]] = _Setting(
                "tags",
                tags,
                lambda: store.get_tags(place.bucket),
                lambda some: store.put_tags(place.bucket, some),
                lambda some: dict(some) == dict(tags),
            )
            await self._change(place, setting, by)

    def _enter(
        self, actor: Actor, action: Action, place: BucketPlace, capability: str = ""
    ) -> LiveBackend:
        live, _ = self._gate.enter(actor, action, place)
        if capability:
            live.require(capability)
        return live

    async def _change(self, place: BucketPlace, setting: _Setting[T], by: Declaration) -> None:
        async with self._database.read() as connection:
            await repository.check_setting(connection, place, setting.name, source=by.source)
        before = await setting.read()
        await setting.write(setting.wanted)
        if setting.is_kept(await setting.read()):
            return
        with suppress(StowageError):
            await setting.write(before)
        raise errors.NOT_SUPPORTED(
            reason="setting.not_kept", params={"setting": setting.name.replace("_", " ")}
        )


def _count_statements(policy: str) -> int:
    try:
        found = json.loads(policy or "{}")
    except ValueError:
        return -1
    return len(setting_rules.statements_of(found)) if isinstance(found, dict) else -1


def _same_rules(kept: Sequence[LifecycleRule], wanted: Sequence[LifecycleRule]) -> bool:
    """
    Tell whether the same rules are there, whatever their order and the ids that a backend gave.
    """
    left, right = sorted(map(_told, kept)), sorted(map(_told, wanted))
    return left == right


def _told(rule: LifecycleRule) -> str:
    named = {
        name: getattr(rule, name)
        for name in (
            "prefix",
            "enabled",
            "expiration_days",
            "expired_delete_markers",
            "noncurrent_expire_days",
            "abort_incomplete_days",
            "transition_days",
            "transition_storage_class",
            "size_above",
            "size_below",
        )
    }
    return json.dumps({**named, "tags": dict(rule.tags), "raw": str(rule.raw)}, sort_keys=True)
