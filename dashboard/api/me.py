"""
The caller's own account: who they are, what they may, their sessions, their password.
"""

from dashboard.schemas import (
    Body,
    LevelName,
    PresetName,
    RoleName,
    Schema,
    Timestamp,
    omitted,
    omitted_if_unknown,
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
