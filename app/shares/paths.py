"""
What a visitor calls things by: paths below what is shared, never whole keys.
"""

from os.path import commonprefix

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.shares.share import Share, Target
from app.types import parse_object_key

_DOTS = frozenset({".", ".."})


def shared_folder(target: Target) -> str:
    """
    Return the part of the keys that visitors are not shown; empty or ending with a slash.
    """
    if target.prefix:
        return target.prefix
    shared = commonprefix(target.keys)  # noqa: RUF071  keys are no paths
    return shared[: shared.rfind("/") + 1]


def share_name(target: Target) -> str:
    """
    Return what the share is called: the last part of its key or prefix.
    """
    if target.kind == "objects":
        return f"{len(target.keys)} files"
    whole = target.keys[0] if target.keys else target.prefix
    return whole.rstrip("/").rpartition("/")[2] or whole


def key_at(share: Share, path: str) -> str:
    """
    Return the key of an object that is shared.

    Raises:
        StowageError: `not_found`: no such object is shared. What lies beside it looks the same.
    """
    target = share.target
    if target.kind == "object":
        return target.keys[0]
    key = shared_folder(target) + path
    is_listed = key in target.keys if target.keys else _is_below(key, target)
    if target.kind == "upload" or not path or not is_listed:
        raise _nothing_there()
    return key


def prefix_at(share: Share, path: str) -> str:
    """
    Return the prefix of a folder that is shared; an empty path is the top.

    Raises:
        StowageError: `not_found`, as `key_at`.
    """
    prefix = share.target.prefix + path
    if share.target.kind != "folder" or (path and not path.endswith("/")):
        raise _nothing_there()
    if path and not _is_below(prefix, share.target):
        raise _nothing_there()
    return prefix


def _is_below(key: str, target: Target) -> bool:
    try:
        parse_object_key(key)
    except StowageError:
        return False
    return key.startswith(target.prefix) and not _DOTS & set(key.split("/"))


def _nothing_there() -> StowageError:
    return errors.NOT_FOUND(reason="object.not_found")
