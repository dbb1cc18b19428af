"""
`authorize`: the one function that decides everything, on every surface.

It is pure and knows neither HTTP nor a database. The common answer, allowed, allocates nothing
but the answer itself; the trace that explains a refusal is built only for refusals and for
`explain`.
"""

from dataclasses import dataclass, field

from app.rbac.levels import READONLY_CEILING, Level, Role, level_names
from app.rbac.principal import ANY, Principal, PrincipalKind, Scope


@dataclass(frozen=True, slots=True)
class Action:
    """
    One row of the S3 operation table or of the API route table, as far as rights go.
    """

    name: str
    levels: Level
    """All of these are needed; `Level.NONE` with `any_level` set means any one of them."""
    any_level: bool = False
    whole_bucket: bool = False
    """The levels must be held without a prefix, as for bucket settings."""
    whole_backend: bool = False
    """The levels must be held on bucket `*`, as for creating and deleting buckets."""
    admin_only: bool = False
    """Belongs to the role `admin`, never to a level."""


@dataclass(frozen=True, slots=True)
class Resource:
    """
    What an action is done to. `key` for an object, `prefix` for a listing, neither for a bucket.
    """

    backend_id: str
    bucket: str
    key: str | None = None
    prefix: str | None = None


@dataclass(frozen=True, slots=True)
class TraceStep:
    """
    One rule that was looked at, and whether it gave the missing right.
    """

    rule: str
    source: str
    matched: bool


@dataclass(frozen=True, slots=True)
class Allowed:
    """
    Yes. `may_overwrite` is false where only append-only scopes gave the right to write.
    """

    may_overwrite: bool = True
    visible_prefixes: tuple[str, ...] = ()
    """For a listing above the granted prefixes: what may be shown. Empty: everything asked for."""
    trace: tuple[TraceStep, ...] = field(default=())

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Denied:
    """
    No, with the registry reason (of `forbidden`) and the rules that were looked at.
    """

    reason: str
    missing: Level = Level.NONE
    trace: tuple[TraceStep, ...] = field(default=())

    def __bool__(self) -> bool:
        return False


Decision = Allowed | Denied
_ALLOWED = Allowed()
_ALLOWED_APPEND_ONLY = Allowed(may_overwrite=False)


def authorize(principal: Principal, action: Action, resource: Resource) -> Decision:
    """
    Decide whether the principal may do the action to the resource, now.

    Both the principal's scopes and, where it has one, its ceiling must give every level.
    """
    if action.admin_only:
        return _ALLOWED if principal.is_admin else Denied("admin.required")
    own = _decide(principal.scopes, action, resource)
    if isinstance(own, Denied):
        return _explain_denial(principal, principal.scopes, action, resource, own)
    if principal.ceiling is None:
        return own
    bound = _decide(principal.ceiling, action, resource)
    if isinstance(bound, Denied):
        return _explain_ceiling(principal, action, resource, bound)
    return _narrower(own, bound)


def explain(principal: Principal, action: Action, resource: Resource) -> Decision:
    """
    Decide as `authorize` does, with a trace in both cases.
    """
    decision = authorize(principal, action, resource)
    if isinstance(decision, Denied):
        return decision
    steps = _trace(principal.scopes, action, resource)
    if principal.ceiling is not None:
        steps += _trace(principal.ceiling, action, resource)
    return Allowed(decision.may_overwrite, decision.visible_prefixes, steps)


def is_uniform(principal: Principal, backend_id: str, bucket: str) -> bool:
    """
    Tell whether every decision about this bucket is the same for all of its keys and prefixes.
    """
    scopes = principal.scopes if principal.ceiling is None else principal.scopes + principal.ceiling
    return not any(scope.prefix and scope.covers_place(backend_id, bucket) for scope in scopes)


def effective_levels(principal: Principal, resource: Resource) -> Level:
    """
    Return every level the principal holds at this place.
    """
    own = _levels_at(principal.scopes, resource)
    return own if principal.ceiling is None else own & _levels_at(principal.ceiling, resource)


def _levels_at(scopes: tuple[Scope, ...], resource: Resource) -> Level:
    levels = Level.NONE
    for scope in scopes:
        if scope.covers_place(resource.backend_id, resource.bucket) and _reaches(scope, resource):
            levels |= scope.levels
    return levels


def _decide(scopes: tuple[Scope, ...], action: Action, resource: Resource) -> Decision:
    held = Level.NONE
    may_overwrite = False
    visible: list[str] = []
    for scope in scopes:
        if not scope.covers_place(resource.backend_id, resource.bucket):
            continue
        if action.any_level and scope.levels:
            return _ALLOWED
        if action.whole_backend and scope.bucket != ANY:
            continue
        if (action.whole_bucket or action.whole_backend) and scope.prefix:
            continue
        if not _reaches(scope, resource):
            if action.levels in scope.levels and _lies_below(scope, resource):
                visible.append(scope.prefix)
            continue
        held |= scope.levels
        may_overwrite = may_overwrite or (scope.may_overwrite and Level.WRITE in scope.levels)
    if action.levels in held and not action.any_level:
        is_bounded = Level.WRITE in action.levels and not may_overwrite
        return _ALLOWED_APPEND_ONLY if is_bounded else _ALLOWED
    if visible:
        return Allowed(visible_prefixes=tuple(sorted(set(visible))))
    return Denied("grant.missing", action.levels & ~held)


def _reaches(scope: Scope, resource: Resource) -> bool:
    if not scope.prefix:
        return True
    if resource.key is not None:
        return resource.key.startswith(scope.prefix)
    if resource.prefix is not None:
        return resource.prefix.startswith(scope.prefix)
    return False


def _lies_below(scope: Scope, resource: Resource) -> bool:
    return resource.prefix is not None and scope.prefix.startswith(resource.prefix)


def _narrower(own: Allowed, bound: Allowed) -> Decision:
    if own is _ALLOWED and bound is _ALLOWED:
        return _ALLOWED
    visible = _intersect(own.visible_prefixes, bound.visible_prefixes)
    if not visible and own.visible_prefixes and bound.visible_prefixes:
        return Denied("owner.missing_right", Level.LIST)
    return Allowed(own.may_overwrite and bound.may_overwrite, visible)


def _intersect(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[str, ...]:
    if not left or not right:
        return left or right
    longer = {a if a.startswith(b) else b for a in left for b in right if _related(a, b)}
    return tuple(sorted(longer))


def _related(left: str, right: str) -> bool:
    return left.startswith(right) or right.startswith(left)


def _explain_denial(
    principal: Principal,
    scopes: tuple[Scope, ...],
    action: Action,
    resource: Resource,
    denied: Denied,
) -> Denied:
    reason = denied.reason
    if principal.kind is PrincipalKind.USER and principal.role is Role.READONLY:
        reason = "role.readonly" if action.levels & ~READONLY_CEILING else reason
    elif principal.kind is PrincipalKind.CREDENTIAL and not any(
        scope.covers_place(resource.backend_id, resource.bucket) for scope in scopes
    ):
        reason = "bucket.out_of_scope"
    return Denied(reason, denied.missing, _trace(scopes, action, resource))


def _explain_ceiling(
    principal: Principal, action: Action, resource: Resource, denied: Denied
) -> Denied:
    scopes = principal.ceiling or ()
    return Denied("owner.missing_right", denied.missing, _trace(scopes, action, resource))


def _trace(scopes: tuple[Scope, ...], action: Action, resource: Resource) -> tuple[TraceStep, ...]:
    return tuple(
        TraceStep(
            f"{scope.backend_id}/{scope.bucket}/{scope.prefix}: "
            f"{', '.join(level_names(scope.levels))}",
            scope.source,
            _gives(scope, action, resource),
        )
        for scope in scopes
    )


def _gives(scope: Scope, action: Action, resource: Resource) -> bool:
    """
    Tell whether a scope gives anything of what the action needs at this place.
    """
    if not scope.covers_place(resource.backend_id, resource.bucket):
        return False
    if action.any_level:
        return bool(scope.levels)
    if action.whole_backend and scope.bucket != ANY:
        return False
    if (action.whole_bucket or action.whole_backend) and scope.prefix:
        return False
    is_there = _reaches(scope, resource) or _lies_below(scope, resource)
    return is_there and bool(action.levels & scope.levels)
