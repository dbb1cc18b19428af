"""
From rows to the entries of a snapshot: pure, one function per kind.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict
from urllib.parse import urlsplit

from app.backends.registry import Upstream
from app.grants.effective import GrantRow, RoleScopes, concerns, effective_scopes
from app.quotas.limits import QuotaKind, QuotaSubject
from app.rbac.levels import Role, parse_access
from app.rbac.principal import ANY, EVERYTHING, Principal, PrincipalKind, Scope
from app.snapshot.values import (
    BackendRoute,
    BucketTarget,
    CredentialEntry,
    CredentialLimits,
)

STATIC_USER_ID = "static"
"""The account that stands in the configuration alone: an administrator without a row."""


class ScopeJson(TypedDict):
    """
    A scope as the table of credentials keeps it.
    """

    backend_id: str
    bucket: str
    prefix: str
    access: str | list[str]


@dataclass(frozen=True, slots=True)
class CredentialRow:
    """
    A credential as the table has it, its secrets opened.
    """

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(repr=False)
    user_id: str | None
    scopes: Sequence[ScopeJson]
    is_enabled: bool
    not_before: datetime | None
    expires_at: datetime | None
    cidrs: Sequence[str]
    limits: Mapping[str, float]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Owner:
    """
    The user behind a credential.
    """

    id: str
    username: str
    role: Role
    is_enabled: bool


_STATIC = Owner(STATIC_USER_ID, STATIC_USER_ID, Role.ADMIN, is_enabled=True)


@dataclass(frozen=True, slots=True)
class World:
    """
    What credentials are compiled against.
    """

    owners: Mapping[str, Owner]
    groups: Mapping[str, frozenset[str]]
    grants: Sequence[GrantRow]
    defaults: RoleScopes
    aliases: Mapping[str, BucketTarget]
    limited: AbstractSet[QuotaSubject] = frozenset()
    """The users, groups and credentials that have a limit of bytes."""
    has_static: bool = False
    """Whether the static account is configured, which owns credentials but has no row."""


def compile_backend(upstream: Upstream) -> BackendRoute | None:
    """
    Return the route to a backend; `None` while there is no key to sign with.
    """
    if upstream.key is None:
        return None
    address = urlsplit(upstream.info.endpoint)
    is_tls = address.scheme == "https"
    return BackendRoute(
        id=upstream.info.id,
        scheme=address.scheme,
        host=address.hostname or "",
        port=address.port or (443 if is_tls else 80),
        region=upstream.info.region,
        path_style=upstream.info.path_style,
        access_key=upstream.key.access_key,
        secret_key=upstream.key.secret_key,
        is_in_maintenance=upstream.info.is_in_maintenance,
        ca_file=upstream.info.ca_file,
        capabilities=upstream.capabilities.names,
        session_token=upstream.key.session_token,
    )


def compile_credential(row: CredentialRow, world: World) -> CredentialEntry | None:
    """
    Return a credential's entry; `None` if it is disabled, or its owner is disabled or gone.
    """
    if not row.is_enabled:
        return None
    owner = _find_owner(row, world)
    if row.user_id is not None and (owner is None or not owner.is_enabled):
        return None
    scopes = tuple(_compile_scope(scope) for scope in row.scopes)
    principal = Principal(
        PrincipalKind.CREDENTIAL,
        row.access_key,
        role=owner.role if owner else None,
        user_id=row.user_id,
        name=owner.username if owner else row.access_key,
        scopes=scopes,
        ceiling=_compile_ceiling(owner, world),
    )
    return CredentialEntry(
        access_key=row.access_key,
        secret_key=row.secret_key,
        principal=principal,
        buckets=_compile_buckets(scopes, world.aliases),
        wildcard_backend_id=next((s.backend_id for s in scopes if s.bucket == ANY), None),
        session_token=row.session_token,
        not_before=row.not_before.timestamp() if row.not_before else None,
        expires_at=row.expires_at.timestamp() if row.expires_at else None,
        cidrs=tuple(row.cidrs),
        limits=_compile_limits(row.limits),
        charged=_compile_charged(row, world),
        created_at=row.created_at.timestamp(),
    )


def _compile_charged(row: CredentialRow, world: World) -> tuple[QuotaSubject, ...]:
    """
    Return whose limits apply to what a credential writes; a user without a limit costs nothing.
    """
    if not world.limited:
        return ()
    subjects = [QuotaSubject(QuotaKind.CREDENTIAL, row.access_key)]
    if row.user_id is not None:
        groups = sorted(world.groups.get(row.user_id, ()))
        subjects.append(QuotaSubject(QuotaKind.USER, row.user_id))
        subjects += [QuotaSubject(QuotaKind.GROUP, group_id) for group_id in groups]
    return tuple(one for one in subjects if one in world.limited)


def _find_owner(row: CredentialRow, world: World) -> Owner | None:
    if row.user_id == STATIC_USER_ID:
        return _STATIC if world.has_static else None
    return None if row.user_id is None else world.owners.get(row.user_id)


def _compile_scope(scope: ScopeJson) -> Scope:
    access = parse_access(scope["access"])
    return Scope(
        scope["backend_id"],
        scope["bucket"],
        scope.get("prefix", ""),
        access.levels,
        access.may_overwrite,
        "credential",
    )


def _compile_ceiling(owner: Owner | None, world: World) -> tuple[Scope, ...] | None:
    """
    Return what the owner may do now; `None` for nobody, whose key its scopes alone bound.
    """
    if owner is None:
        return None
    if owner.role is Role.ADMIN:
        return (EVERYTHING,)
    groups = world.groups.get(owner.id, frozenset())
    own = [
        grant
        for grant in world.grants
        if concerns(grant, user_id=owner.id, role=owner.role, group_ids=groups)
    ]
    return effective_scopes(owner.role, world.defaults, own)


def _compile_buckets(
    scopes: Sequence[Scope], aliases: Mapping[str, BucketTarget]
) -> Mapping[str, BucketTarget]:
    """
    Return the names a credential may use: its buckets, and the aliases of places it reaches.

    A name of its own wins over an alias of the same name.
    """
    names = {
        name: target
        for name, target in aliases.items()
        if any(scope.covers_place(target.backend_id, target.bucket) for scope in scopes)
    }
    for scope in scopes:
        if scope.bucket != ANY:
            names[scope.bucket] = BucketTarget(scope.backend_id, scope.bucket)
    return names


def _compile_limits(limits: Mapping[str, float]) -> CredentialLimits | None:
    if not any(limits.values()):
        return None
    return CredentialLimits(
        requests_per_second=limits.get("rps", 0.0),
        concurrency=int(limits.get("concurrency", 0)),
        bytes_per_second=int(limits.get("bytes_per_second", 0)),
    )
