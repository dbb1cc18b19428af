"""
From cookie or API token to who is calling, through the gates that stand before every endpoint.

Their order is a contract: session, CSRF, forced password change, rate limit, role. Who is stopped
at one of the first three does not use up the session's calls. An API token needs no CSRF header: no
browser attaches it by itself. Where both are sent, the token alone counts.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from starlette.requests import Request

from app.auth.sessions import Session, csrf_token
from app.auth.tokens import ApiToken
from app.auth.user import User
from app.crypto import is_same
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.rbac.levels import Role
from app.rbac.principal import ANY, Principal
from app.rbac.written import intersect
from app.services import Services
from dashboard.cookies import clear_session, read_session
from dashboard.exchange import exchange_of
from dashboard.reach import Reach

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
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
    Who is calling, and through which session or token.
    """

    user: User
    principal: Principal
    session: Session | None = None
    """The browser's session; `None` with an API token."""
    token: ApiToken | None = None
    secret: str = field(default="", repr=False)
    """The session cookie's value; it stays in this process."""

    @property
    def budget(self) -> str:
        """
        What the calls of this caller are counted under.
        """
        return self.token.id if self.token else self.browser.public_id

    @property
    def browser(self) -> Session:
        """
        The browser's session.

        Raises:
            StowageError: `forbidden`, reason `token.session_required`.
        """
        if self.session is None:
            raise errors.FORBIDDEN(reason="token.session_required")
        return self.session

    @property
    def must_change_password(self) -> bool:
        """
        Tell whether another password must be chosen before anything else.
        """
        if self.session is None:
            return self.user.must_change_password
        return self.session.must_change_password


async def admit(
    request: Request, services: Services, gate: Gate, *, before_rotation: bool, reach: Reach
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
    if signed_in.must_change_password and not before_rotation:
        raise errors.PASSWORD_CHANGE_REQUIRED()
    await services.limits.take_session(signed_in.budget)
    _check_reach(signed_in.token, reach)
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
    bearer = _bearer(request)
    found = await (_by_cookie(request, services) if bearer is None else _by_token(bearer, services))
    exchange_of(request.scope).user_id = found.user.id
    return found


async def _by_cookie(request: Request, services: Services) -> SignedIn:
    exchange = exchange_of(request.scope)
    is_https = exchange.peer.is_https
    secret = read_session(request.headers.get("cookie", ""), is_https=is_https)
    if not secret:
        raise errors.UNAUTHORIZED()
    try:
        found = await services.sessions.resolve(secret)
    except StowageError as refusal:
        if refusal.entry is errors.UNAUTHORIZED:
            exchange.cookies += clear_session(is_https=is_https)
        raise
    principal = await _principal(services, found.user)
    return SignedIn(found.user, principal, session=found.session, secret=secret)


async def _by_token(bearer: str, services: Services) -> SignedIn:
    found = await services.tokens.resolve(bearer)
    # Every level that the owner holds, even where the token does not administer.
    owner = await _principal(services, found.owner)
    scopes = owner.scopes
    if found.token.scopes:
        scopes = intersect([scope.as_scope() for scope in found.token.scopes], scopes)
    principal = replace(owner, role=found.user.role, scopes=scopes)
    return SignedIn(found.user, principal, token=found.token)


async def _principal(services: Services, user: User) -> Principal:
    return await services.access.principal_of(
        user_id=user.id, username=user.username, role=user.role
    )


def _bearer(request: Request) -> str | None:
    # RFC 6750 section 2.1; the scheme's name matches in any case (RFC 9110 section 11.1).
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None


def _verify_csrf(request: Request, signed_in: SignedIn) -> None:
    if signed_in.session is None or request.method in SAFE_METHODS:
        return
    given = request.headers.get(CSRF_HEADER)
    if given is None:
        raise errors.CSRF_INVALID(reason="csrf.header_missing")
    if not is_same(csrf_token(signed_in.secret), given):
        raise errors.CSRF_INVALID(reason="csrf.mismatch")


def _check_reach(token: ApiToken | None, reach: Reach) -> None:
    if token is None:
        return
    if reach is Reach.SESSION:
        raise errors.FORBIDDEN(reason="token.session_required")
    if token.scopes and reach is not Reach.ANY:
        raise errors.FORBIDDEN(reason="token.scope")


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
