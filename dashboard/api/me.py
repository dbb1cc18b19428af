"""
The caller's own account: who they are, what they may, their sessions, their password.
"""

from app.auth.sessions import Session
from app.objects import actions
from app.rbac.levels import Access, render_access
from app.rbac.policy import Action, Allowed, Resource, explain
from app.rbac.principal import Scope
from dashboard.body import invalid
from dashboard.call import Call
from dashboard.schemas import (
    Body,
    LevelName,
    PresetName,
    RoleName,
    Schema,
    StatusOk,
    Timestamp,
    omitted,
    omitted_if_unknown,
)

_ACTIONS = {found.name: found for found in vars(actions).values() if isinstance(found, Action)}


class Me(Schema):
    """
    Who is signed in.
    """

    id: str
    username: str
    role: RoleName
    identity_source: str
    """`local`, `static` or `oidc:<host>`."""
    must_change_pw: bool
    email: str = omitted("")
    groups: list[str]


class PasswordChange(Body):
    """
    The caller's present password and the one to come.
    """

    current_password: str = ""
    new_password: str = ""


class GrantSubject(Schema):
    """
    Who holds a grant.
    """

    kind: str
    """`user`, `group` or `role`."""
    id: str


class GrantSchema(Schema):
    """
    A scope given to a subject.
    """

    id: str
    subject: GrantSubject
    backend_id: str
    bucket: str
    prefix: str
    access: PresetName | list[LevelName]
    source: str


class TraceStepSchema(Schema):
    """
    One rule that was looked at.
    """

    rule: str
    source: str
    matched: bool


class DecisionSchema(Schema):
    """
    Whether an action is allowed, and why.
    """

    allowed: bool
    reason: str
    trace: list[TraceStepSchema]


class OwnAccess(Schema):
    """
    What the caller may do.
    """

    role: RoleName
    groups: list[str]
    grants: list[GrantSchema]
    decision: DecisionSchema | None = omitted_if_unknown()


class SessionSchema(Schema):
    """
    One browser that is signed in.
    """

    id: str
    current: bool
    ip: str
    user_agent: str
    created_at: Timestamp
    last_seen_at: Timestamp


class SessionList(Schema):
    """
    Every open session of the caller, the latest first.
    """

    sessions: list[SessionSchema]


async def get_me(call: Call) -> Me:
    """
    Say who is signed in.
    """
    user = call.session.user
    return Me(
        id=user.id,
        username=user.username,
        role=user.role.value,
        identity_source=user.identity_source,
        must_change_pw=call.session.session.must_change_password,
        email=user.email,
        groups=list(await call.services.access.groups_of(user.id)),
    )


async def change_password(call: Call) -> StatusOk:
    """
    Change the caller's own password; every other session of theirs ends.
    """
    session = call.session.session
    call.services.login.require_own_password(session)
    body = await call.body(PasswordChange)
    await call.services.login.change_password(
        call.actor, session, current=body.current_password, new=body.new_password
    )
    return StatusOk()


async def get_access(call: Call) -> OwnAccess:
    """
    Say what the caller may do, and with `action` whether one thing is allowed and why.
    """
    user = call.session.user
    return OwnAccess(
        role=user.role.value,
        groups=list(await call.services.access.groups_of(user.id)),
        grants=[_grant(scope, user.id) for scope in call.principal.scopes],
        decision=_decide(call) if call.query("action") else None,
    )


async def list_sessions(call: Call) -> SessionList:
    """
    Return where the caller is signed in.
    """
    own = call.session.session
    found = await call.services.sessions.list(call.session.user.id)
    return SessionList(
        sessions=[_session(one, is_current=one.public_id == own.public_id) for one in found]
    )


async def end_session(call: Call) -> None:
    """
    End one session of the caller.
    """
    await call.services.sessions.revoke(call.actor, call.session.user.id, call.path("id"))


async def end_other_sessions(call: Call) -> None:
    """
    End every session of the caller but this one.
    """
    own = call.session.session.public_id
    await call.services.sessions.revoke_all(call.actor, call.session.user.id, but=own)


def _session(session: Session, *, is_current: bool) -> SessionSchema:
    return SessionSchema(
        id=session.public_id,
        current=is_current,
        ip=session.ip,
        user_agent=session.user_agent,
        created_at=session.created_at,
        last_seen_at=session.last_seen_at,
    )


def _grant(scope: Scope, user_id: str) -> GrantSchema:
    kind, _, name = scope.source.partition(":")
    is_role = kind == "role"
    return GrantSchema(
        id="" if is_role else name,
        subject=GrantSubject(kind="role" if is_role else "user", id=name if is_role else user_id),
        backend_id=scope.backend_id,
        bucket=scope.bucket,
        prefix=scope.prefix,
        access=render_access(Access(scope.levels, scope.may_overwrite)),
        source=scope.source,
    )


def _decide(call: Call) -> DecisionSchema:
    action = _ACTIONS.get(call.query("action"))
    if action is None:
        raise invalid("query:action", f"use one of {', '.join(sorted(_ACTIONS))}")
    place = Resource(call.query("backend_id"), call.query("bucket"), call.query("key") or None)
    decision = explain(call.principal, action, place)
    return DecisionSchema(
        allowed=bool(decision),
        reason="" if isinstance(decision, Allowed) else decision.reason,
        trace=[
            TraceStepSchema(rule=step.rule, source=step.source, matched=step.matched)
            for step in decision.trace
        ],
    )
