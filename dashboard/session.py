"""
From the cookie to who is calling, through the gates that stand before every endpoint.

Their order is a contract: session, CSRF, forced password change, rate limit, role. Who is stopped
at one of the first three does not use up the session's calls.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from starlette.requests import Request

from app.auth.sessions import Session, csrf_token
from app.auth.user import User
from app.crypto import is_same
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.rbac.levels import Role
from app.rbac.principal import ANY, Principal
from app.services import Services
from dashboard.cookies import clear_session, read_session
from dashboard.exchange import exchange_of

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "x-csrf-token"


class Gate(StrEnum):
    """
    Who may call a route, as far as that depends on the role alone.
    """

    PUBLIC = "pub"
    OPTIONAL = "optional"
    """Anybody; a session is looked up where there is one."""
    ANY = "any"
    WRITER = "writer"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """
    Who is calling, and through which session.
    """

    user: User
    session: Session
    principal: Principal
    token: str = field(repr=False)
    """The session cookie's value; it stays in this process."""


async def admit(
    request: Request, services: Services, gate: Gate, *, before_rotation: bool
) -> SignedIn | None:
    """
    Let a request through to its endpoint; `None` stands for a stranger where one may pass.

    Raises:
        StowageError: in this order: `unauthorized`, `csrf_invalid`, `password_change_required`,
            `rate_limited`, `forbidden`.
    """
    if gate is Gate.PUBLIC:
        return None
    if gate is Gate.OPTIONAL:
        return await _find(request, services)
    signed_in = await _require(request, services)
    _verify_csrf(request, signed_in)
    if signed_in.session.must_change_password and not before_rotation:
        raise errors.PASSWORD_CHANGE_REQUIRED()
    services.limits.take_session(signed_in.session.public_id)
    _check_role(signed_in.user.role, gate)
    return signed_in


async def _find(request: Request, services: Services) -> SignedIn | None:
    try:
        return await _require(request, services)
    except StowageError as refusal:
        if refusal.entry is errors.UNAUTHORIZED:
            return None
        raise


async def _require(request: Request, services: Services) -> SignedIn:
    exchange = exchange_of(request.scope)
    is_https = exchange.peer.is_https
    token = read_session(request.headers.get("cookie", ""), is_https=is_https)
    if not token:
        raise errors.UNAUTHORIZED()
    try:
        found = await services.sessions.resolve(token)
    except StowageError as refusal:
        if refusal.entry is errors.UNAUTHORIZED:
            exchange.cookies += clear_session(is_https=is_https)
        raise
    exchange.user_id = found.user.id
    principal = await services.access.principal_of(
        user_id=found.user.id, username=found.user.username, role=found.user.role
    )
    return SignedIn(found.user, found.session, principal, token)


def _verify_csrf(request: Request, signed_in: SignedIn) -> None:
    if request.method in _SAFE_METHODS:
        return
    given = request.headers.get(CSRF_HEADER)
    if given is None:
        raise errors.CSRF_INVALID(reason="csrf.header_missing")
    if not is_same(csrf_token(signed_in.token), given):
        raise errors.CSRF_INVALID(reason="csrf.mismatch")


def _check_role(role: Role, gate: Gate) -> None:
    if gate is Gate.ADMIN and role is not Role.ADMIN:
        raise errors.FORBIDDEN(reason="admin.required")
    if gate is Gate.WRITER and role is Role.READONLY:
        raise errors.FORBIDDEN(reason="role.readonly")


def sees(principal: Principal, backend_id: str) -> bool:
    """
    Tell whether the principal holds any level anywhere on the backend.
    """
    return any(scope.levels and scope.backend_id in (ANY, backend_id) for scope in principal.scopes)
