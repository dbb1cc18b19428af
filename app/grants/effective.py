"""
From role and grants to scopes: pure, so that the dashboard and the snapshot agree.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.config.identity import AuthConfig, ScopeConfig
from app.rbac.levels import READONLY_CEILING, ROLE_DEFAULTS, Access, Role, parse_access
from app.rbac.principal import ANY, EVERYTHING, Scope

RoleScopes = Mapping[Role, tuple[Scope, ...]]


@dataclass(frozen=True, slots=True)
class GrantRow:
    """
    A grant as the table has it.
    """

    id: str
    subject_kind: str
    """`user`, `group` or `role`."""
    subject_id: str
    backend_id: str
    bucket: str
    prefix: str
    access: str | Sequence[str]

    def to_scope(self) -> Scope:
        """
        Return what it gives, with its own id as the source.
        """
        access = parse_access(self.access)
        return Scope(
            self.backend_id,
            self.bucket,
            self.prefix,
            access.levels,
            access.may_overwrite,
            f"grant:{self.id}",
        )


def role_scopes(auth: AuthConfig) -> RoleScopes:
    """
    Return what each role may do without a grant: the defaults, or what the configuration says.
    """
    configured = {Role.USER: auth.role_grants.user, Role.READONLY: auth.role_grants.readonly}
    scopes = {role: _scopes_of_role(role, configured[role]) for role in configured}
    return {**scopes, Role.ADMIN: (EVERYTHING,)}


def effective_scopes(
    role: Role, defaults: RoleScopes, grants: Iterable[GrantRow]
) -> tuple[Scope, ...]:
    """
    Return everything somebody of this role may do, given the grants that concern them.

    The role `readonly` is a ceiling: only `list` and `read` of any grant remain.
    """
    if role is Role.ADMIN:
        return (EVERYTHING,)
    scopes = (*defaults[role], *(grant.to_scope() for grant in grants))
    if role is not Role.READONLY:
        return scopes
    return tuple(_read_only(scope) for scope in scopes if scope.levels & READONLY_CEILING)


def concerns(grant: GrantRow, *, user_id: str, role: Role, group_ids: Iterable[str]) -> bool:
    """
    Tell whether a grant is for this user, one of their groups, or their role.
    """
    match grant.subject_kind:
        case "user":
            return grant.subject_id == user_id
        case "role":
            return grant.subject_id == role
        case _:
            return grant.subject_id in group_ids


def _scopes_of_role(role: Role, configured: Sequence[ScopeConfig] | None) -> tuple[Scope, ...]:
    source = f"role:{role}"
    if configured is None:
        access = ROLE_DEFAULTS[role]
        return (Scope(ANY, ANY, "", access.levels, access.may_overwrite, source),)
    return tuple(_configured_scope(scope, source) for scope in configured)


def _configured_scope(scope: ScopeConfig, source: str) -> Scope:
    access: Access = parse_access(scope.access)
    return Scope(
        scope.backend, scope.bucket, scope.prefix, access.levels, access.may_overwrite, source
    )


def _read_only(scope: Scope) -> Scope:
    return Scope(
        scope.backend_id,
        scope.bucket,
        scope.prefix,
        scope.levels & READONLY_CEILING,
        scope.may_overwrite,
        scope.source,
    )
