"""
Administration of users.
"""

from pydantic import Field

from dashboard.schemas import Body, RoleName, Schema, Timestamp, omitted


class User(Schema):
    """
    A user as administrators see it.
    """

    id: str
    username: str
    email: str = omitted("")
    role: RoleName
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


class UserCreate(Body):
    """
    A new local user.
    """

    username: str = Field(min_length=1)
    email: str = ""
    password: str = Field(min_length=1)
    role: str = Field(min_length=1)
    must_change_pw: bool = True


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
