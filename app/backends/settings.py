"""
The settings of a bucket as values, and the seam to the store that keeps them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class LifecycleRule:
    """
    One rule of a bucket's lifecycle. Numbers are days or bytes; 0 means that it does not do that.
    """

    id: str = ""
    prefix: str = ""
    enabled: bool = True
    expiration_days: int = 0
    expired_delete_markers: bool = False
    """Remove delete markers that hide nothing any more."""
    noncurrent_expire_days: int = 0
    abort_incomplete_days: int = 0
    transition_days: int = 0
    transition_storage_class: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    size_above: int = 0
    size_below: int = 0
    raw: Mapping[str, Any] | None = None
    """A rule that these members cannot tell, as the backend has it. It is kept, never rewritten."""

    @property
    def acts(self) -> bool:
        """
        Tell whether the rule does anything at all.
        """
        days = (
            self.expiration_days,
            self.noncurrent_expire_days,
            self.abort_incomplete_days,
            self.transition_days,
        )
        return self.raw is not None or self.expired_delete_markers or any(day > 0 for day in days)


@dataclass(frozen=True, slots=True)
class ObjectLock:
    """
    Whether objects can be locked, and how new ones are by default.
    """

    enabled: bool = False
    mode: str = ""
    """`GOVERNANCE`, `COMPLIANCE`, or empty for no default."""
    days: int = 0


@dataclass(frozen=True, slots=True)
class Encryption:
    """
    How the backend encrypts new objects by default.
    """

    algorithm: str
    """`AES256` or `aws:kms`."""
    key_id: str = ""


@dataclass(frozen=True, slots=True)
class Retention:
    """
    Until when one version of an object cannot be deleted.
    """

    mode: str
    until: datetime


class BucketSettings(Protocol):
    """
    The settings of the buckets of a backend. What was never set is empty, `None` or no rules.
    """

    async def get_policy(self, bucket: str) -> str:
        """
        Return the policy as JSON text.
        """
        ...

    async def put_policy(self, bucket: str, policy: str) -> None:
        """
        Replace the policy; empty text takes it away.
        """
        ...

    async def get_lifecycle(self, bucket: str) -> tuple[LifecycleRule, ...]:
        """
        Return the rules.
        """
        ...

    async def put_lifecycle(self, bucket: str, rules: Sequence[LifecycleRule]) -> None:
        """
        Replace the rules; none takes them away.
        """
        ...

    async def get_object_lock(self, bucket: str) -> ObjectLock:
        """
        Return whether objects can be locked, and the default.
        """
        ...

    async def put_object_lock(self, bucket: str, lock: ObjectLock) -> None:
        """
        Replace the default.
        """
        ...

    async def get_encryption(self, bucket: str) -> Encryption | None:
        """
        Return the default encryption.
        """
        ...

    async def put_encryption(self, bucket: str, encryption: Encryption | None) -> None:
        """
        Replace the default encryption; `None` takes it away.
        """
        ...

    async def get_tags(self, bucket: str) -> Mapping[str, str]:
        """
        Return the tags of the bucket.
        """
        ...

    async def put_tags(self, bucket: str, tags: Mapping[str, str]) -> None:
        """
        Replace the tags of the bucket; none takes them away.
        """
        ...


class ObjectLocks(Protocol):
    """
    The locks of single versions of objects.
    """

    async def get_retention(self, bucket: str, key: str, version_id: str) -> Retention | None:
        """
        Return until when a version is kept.
        """
        ...

    async def put_retention(
        self, bucket: str, key: str, version_id: str, retention: Retention
    ) -> None:
        """
        Keep a version until a moment.
        """
        ...

    async def has_legal_hold(self, bucket: str, key: str, version_id: str) -> bool:
        """
        Tell whether a version is held.
        """
        ...

    async def put_legal_hold(self, bucket: str, key: str, version_id: str, *, on: bool) -> None:
        """
        Hold a version, or let it go.
        """
        ...
