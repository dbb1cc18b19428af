"""
The caller's own account: who they are, their sessions, their password.
"""

from app.auth.sessions import Session
from dashboard.call import Call
from dashboard.schemas import (
    Body,
    RoleName,
    Schema,
    StatusOk,
    Timestamp,
    omitted,
)


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
        must_change_pw=call.session.must_change_password,
        email=user.email,
        groups=list(await call.services.access.groups_of(user.id)),
    )


async def change_password(call: Call) -> StatusOk:
    """
    Change the caller's own password; every other session of theirs ends.
    """
    session = call.session.browser
    call.services.login.require_own_password(session)
    body = await call.body(PasswordChange)
    await call.services.login.change_password(
        call.actor, session, current=body.current_password, new=body.new_password
    )
    return StatusOk()


async def list_sessions(call: Call) -> SessionList:
    """
    Return where the caller is signed in.
    """
    return await _sessions(call, call.session.user.id, current=call.session.browser.public_id)


async def list_sessions_of_user(call: Call) -> SessionList:
    """
    Return where a user is signed in.
    """
    user, own = await call.services.users.get(call.path("id")), call.session.session
    return await _sessions(call, user.id, current=own.public_id if own else "")


async def end_sessions_of_user(call: Call) -> None:
    """
    End every session of a user.
    """
    user = await call.services.users.get(call.path("id"))
    await call.services.sessions.revoke_all(call.actor, user.id)


async def end_session(call: Call) -> None:
    """
    End one session of the caller.
    """
    await call.services.sessions.revoke(call.actor, call.session.user.id, call.path("id"))


async def end_other_sessions(call: Call) -> None:
    """
    End every session of the caller but this one.
    """
    own = call.session.browser.public_id
    await call.services.sessions.revoke_all(call.actor, call.session.user.id, but=own)


async def _sessions(call: Call, user_id: str, *, current: str) -> SessionList:
    found = await call.services.sessions.list(user_id)
    return SessionList(
        sessions=[_session(one, is_current=one.public_id == current) for one in found]
    )


def _session(session: Session, *, is_current: bool) -> SessionSchema:
    return SessionSchema(
        id=session.public_id,
        current=is_current,
        ip=session.ip,
        user_agent=session.user_agent,
        created_at=session.created_at,
        last_seen_at=session.last_seen_at,
    )
