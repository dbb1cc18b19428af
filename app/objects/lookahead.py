"""
Looking before writing: at the bucket that must be there, at the object that must not.
"""

from app.backends.presets import find_preset
from app.backends.registry import LiveBackend
from app.backends.stored import ObjectRef
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.rbac.policy import Allowed


async def verify_bucket(live: LiveBackend, bucket: str) -> None:
    """
    Refuse to write into a bucket that is not there.

    SeaweedFS would make it, and who may write objects need not be allowed to make buckets. The
    hosted services refuse by themselves.

    Raises:
        StowageError: `not_found`, reason `bucket.not_found`.
    """
    if find_preset(live.info.preset, live.info.endpoint).may_try:
        await live.backend.buckets.verify(bucket)


async def verify_absent(live: LiveBackend, bucket: str, key: str, allowed: Allowed) -> None:
    """
    Look whether there is an object of this key.

    Raises:
        StowageError: there is one: see `already_there`.
    """
    try:
        await live.backend.objects.head(bucket, ObjectRef(key))
    except StowageError as error:
        if error.entry is errors.NOT_FOUND:
            return
        raise
    raise already_there(allowed)


def already_there(allowed: Allowed) -> StowageError:
    """
    Return `object_exists` for those who might replace it, `forbidden` for those who might not.
    """
    if allowed.may_overwrite:
        return errors.OBJECT_EXISTS()
    return errors.FORBIDDEN(reason="object.append_only")
