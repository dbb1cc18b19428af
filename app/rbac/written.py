"""
A scope as people write it: in a request, in a table, in a file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.errors.raised import StowageError
from app.errors.rejected import rejected
from app.rbac.levels import parse_access, render_access
from app.rbac.principal import ANY, Scope
from app.types import is_bucket_name, parse_backend_id, parse_object_key


@dataclass(frozen=True, slots=True)
class WrittenScope:
    """
    What may be done at one place, in the words of the API.
    """

    backend_id: str
    bucket: str
    """A bucket's name, or `*` for all of the backend."""
    prefix: str = ""
    access: str | list[str] = "readwrite"
    """A preset's name, or a list of level names."""

    def as_scope(self, source: str = "credential") -> Scope:
        """
        Return it as `authorize` wants it.
        """
        access = parse_access(self.access)
        return Scope(
            self.backend_id,
            self.bucket,
            self.prefix,
            access.levels,
            access.may_overwrite,
            source,
        )

    def as_json(self) -> dict[str, Any]:
        """
        Return it as a table holds it, the access in its shortest form.
        """
        return {
            "backend_id": self.backend_id,
            "bucket": self.bucket,
            "prefix": self.prefix,
            "access": render_access(parse_access(self.access)),
        }


def check_written(scope: WrittenScope) -> None:
    """
    Refuse a scope that names no place there could be. Whether it is there is not looked at.

    Raises:
        StowageError: `invalid_request` with the member that is wrong.
    """
    if scope.backend_id != ANY:
        _check_backend_id(scope.backend_id)
    if scope.bucket != ANY and not is_bucket_name(scope.bucket):
        raise rejected("scopes", f"{scope.bucket[:80]} is no bucket name")
    if scope.prefix:
        try:
            parse_object_key(scope.prefix)
        except StowageError as error:
            raise rejected("scopes", error.message.rstrip(".")) from error
    parse_access(scope.access)


def intersect(scopes: Sequence[Scope], bounds: Sequence[Scope]) -> tuple[Scope, ...]:
    """
    Return what both allow: each pair's common place with the levels that both give there.

    Since levels add up over scopes, the union of the pairs is exactly what `authorize` would
    allow by both lists. The source is that of the bound: what was granted, not what was asked for.
    """
    pairs = (_common(scope, bound) for scope in scopes for bound in bounds)
    return tuple(scope for scope in pairs if scope is not None)


def _common(left: Scope, right: Scope) -> Scope | None:
    levels = left.levels & right.levels
    backend_id = _narrower(left.backend_id, right.backend_id)
    bucket = _narrower(left.bucket, right.bucket)
    if not levels or backend_id is None or bucket is None:
        return None
    longer, shorter = sorted((left.prefix, right.prefix), key=len, reverse=True)
    if not longer.startswith(shorter):
        return None
    may_overwrite = left.may_overwrite and right.may_overwrite
    return Scope(backend_id, bucket, longer, levels, may_overwrite, right.source)


def _narrower(left: str, right: str) -> str | None:
    if right in (left, ANY):
        return left
    return right if left == ANY else None


def _check_backend_id(backend_id: str) -> None:
    try:
        is_id = parse_backend_id(backend_id) == backend_id
    except StowageError as error:
        raise rejected("scopes", "this is no backend's id") from error
    if not is_id:
        raise rejected("scopes", "this is no backend's id")
