"""
Administration of users.
"""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from app.auth import user as accounts
from app.auth.repository import fold
from app.auth.user import NewUser, UserChange, UserQuery
from dashboard.body import missing
from dashboard.call import Call
from dashboard.lengthy import make_each
from dashboard.schemas import Body, RoleName, Schema, StatusOk, Timestamp, omitted

_PAGE_DEFAULT, _PAGE_MAX = 100, 500
KindName = Literal["person", "service"]


class User(Schema):
    """
    A user as administrators see it.
    """

    id: str
    username: str
    email: str = omitted("")
    role: RoleName
    kind: KindName
    """A service never signs in; it owns credentials."""
    groups: list[str]
    identity_source: str
    enabled: bool
    must_change_pw: bool
    failed_attempts: int
    locked_until: Timestamp | None = omitted()
    created_at: Timestamp
    last_login_at: Timestamp | None = omitted()
    source: str = "dashboard"
    source_file: str = omitted("")
    source_line: int = omitted(0)


class UserList(Schema):
    """
    One page of users, by name.
    """

    users: list[User]
    next_cursor: str = omitted("")


class UserCreate(Body):
    """
    A new local user.
    """

    username: str = Field(min_length=1)
    email: str = ""
    password: str = ""
    """Required for a person; a service has none."""
    role: str = Field(min_length=1)
    must_change_pw: bool = True
    kind: KindName = "person"


class UserPatch(Body):
    """
    What is to change; an empty e-mail clears it.
    """

    role: str | None = None
    enabled: bool | None = None
    email: str | None = None


class PasswordReset(Body):
    """
    The password that an administrator sets.
    """

    new_password: str = ""


async def list_users(call: Call) -> UserList:
    """
    Return one page of users.
    """
    limit, enabled = call.number("limit", _PAGE_DEFAULT), call.query("enabled")
    limit = limit if 0 < limit <= _PAGE_MAX else _PAGE_DEFAULT
    query = UserQuery(
        text=call.query("query"),
        role=call.query("role"),
        identity_source=call.query("source"),
        is_enabled=enabled == "true" if enabled else None,
        after=call.position("cursor"),
        limit=limit + 1,
        offset=max(0, call.number("offset", 0)),
    )
    found = await call.services.users.list(query)
    users, last = found[:limit], fold(found[limit - 1].username) if len(found) > limit else ""
    groups = await call.services.access.groups_of_users([user.id for user in users])
    return UserList(
        users=await make_each(lambda user: _user(user, groups.get(user.id, ())), users),
        next_cursor=call.cursor(last),
    )


async def get_user(call: Call) -> User:
    """
    Return one user.
    """
    user = await call.services.users.get(call.path("id"))
    return _user(user, await call.services.access.groups_of(user.id))


async def create_user(call: Call) -> User:
    """
    Make a local user.
    """
    body = await call.body(UserCreate)
    if body.kind == "person" and not body.password:
        raise missing("password", pointer="/password")
    new = NewUser(
        username=body.username,
        password=body.password,
        role=body.role,
        email=body.email,
        must_change_password=body.must_change_pw,
        kind=body.kind,
    )
    return _user(await call.services.users.create(call.actor, new), ())


async def update_user(call: Call) -> User:
    """
    Change a user's role, e-mail, or whether the user may come in.
    """
    body = await call.body(UserPatch)
    change = UserChange(role=body.role, is_enabled=body.enabled, email=body.email)
    user = await call.services.users.update(call.actor, call.path("id"), change)
    return _user(user, await call.services.access.groups_of(user.id))


async def reset_password(call: Call) -> StatusOk:
    """
    Give a user another password.
    """
    body = await call.body(PasswordReset)
    # A token that was found must not become its owner's password.
    own = call.session.browser.public_id if call.path("id") == call.session.user.id else None
    await call.services.users.reset_password(
        call.actor,
        call.path("id"),
        body.new_password,
        kept_session=own,
    )
    return StatusOk()


async def unlock_user(call: Call) -> StatusOk:
    """
    Lift the lock that wrong passwords brought.
    """
    await call.services.users.unlock(call.actor, call.path("id"))
    return StatusOk()


async def delete_user(call: Call) -> None:
    """
    Delete a user; `transfer_to` names the heir of the credentials.
    """
    heir = call.query("transfer_to") or None
    await call.services.users.delete(call.actor, call.path("id"), transfer_to=heir)


def _user(user: accounts.User, groups: Sequence[str]) -> User:
    return User(
        id=user.id,
        username=user.username,
        email=user.email,
        role=user.role.value,
        kind=user.kind,
        groups=list(groups),
        identity_source=user.identity_source,
        enabled=user.is_enabled,
        must_change_pw=user.must_change_password,
        failed_attempts=user.failed_attempts,
        locked_until=user.locked_until,
        created_at=user.created_at,
        last_login_at=user.last_login_at,
        source=user.source,
        source_file=user.source_file,
        source_line=user.source_line,
    )
