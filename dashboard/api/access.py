"""
What somebody may do, and why: one's own rights, those of a user, and one decision with its trace.
"""

from app.auth.user import User
from app.rbac.levels import Access, render_access
from app.rbac.principal import Principal, Scope
from app.snapshot.explainer import Explanation, Question, explain_to
from app.snapshot.past_requests import PastRequest
from dashboard.call import Call
from dashboard.schemas import LevelName, PresetName, RoleName, Schema, Timestamp, omitted_if_unknown


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


class PastRequestSchema(Schema):
    """
    How an S3 request ended.
    """

    at: Timestamp
    operation: str
    """As audit rows name it."""
    status: int
    """What the client was answered."""
    reason: str
    """Why it was refused; empty where it was not."""
    difference: str
    """For a signature that did not fit: what was signed otherwise."""
    canonical_request: str
    """For a signature that did not fit: what the endpoint computed, without secrets."""
    access_key: str
    backend_id: str
    bucket: str
    key: str
    ip: str


class PastDecisionSchema(Schema):
    """
    How an S3 request ended, and what the same would be answered now.
    """

    request: PastRequestSchema
    now: DecisionSchema | None
    """`null` where nobody who is known had asked."""


class EffectiveAccess(Schema):
    """
    What a user may do.
    """

    role: RoleName
    groups: list[str]
    grants: list[GrantSchema]
    decision: DecisionSchema | None = omitted_if_unknown()


async def get_own_access(call: Call) -> EffectiveAccess:
    """
    Say what the caller may do, and with `action` whether one thing is allowed and why.
    """
    return await _access(call, call.session.user, call.principal)


async def get_user_access(call: Call) -> EffectiveAccess:
    """
    Say what a user may do, and with `action` whether one thing is allowed and why.
    """
    user = await call.services.users.get(call.path("id"))
    principal = await call.services.access.principal_of(
        user_id=user.id, username=user.username, role=user.role
    )
    return await _access(call, user, principal)


async def explain_request(call: Call) -> PastDecisionSchema:
    """
    Say how an S3 request ended and why, by the id that its answer carried.
    """
    return _past(await call.services.past_requests.explain(call.actor, call.path("id")))


async def explain_own_request(call: Call) -> PastDecisionSchema:
    """
    Say how an S3 request with one of the caller's access keys ended and why, by its id.
    """
    return _past(await call.services.past_requests.explain_own(call.actor, call.path("id")))


def _past(found: PastRequest) -> PastDecisionSchema:
    event, facts = found.event, found.facts
    return PastDecisionSchema(
        request=PastRequestSchema(
            at=event.at,
            operation=event.action,
            status=int(facts.get("http_status", 0)),
            reason=found.reason,
            difference=str(facts.get("difference", "")),
            canonical_request=str(facts.get("canonical_request", "")),
            access_key=str(facts.get("access_key", "")),
            backend_id=event.backend_id,
            bucket=event.bucket,
            key=event.object_key,
            ip=event.ip,
        ),
        now=None if found.now is None else _decision(found.now),
    )


async def explain_access(call: Call) -> DecisionSchema:
    """
    Say whether a user, an access key or `anonymous` may do something now, and why.
    """
    principal, question = call.required("principal"), _question(call)
    return _decision(await call.services.explainer.explain(call.actor, principal, question))


async def _access(call: Call, user: User, principal: Principal) -> EffectiveAccess:
    return EffectiveAccess(
        role=user.role.value,
        groups=list(await call.services.access.groups_of(user.id)),
        grants=[_grant(scope, user.id) for scope in principal.scopes],
        decision=_decision(explain_to(principal, _question(call)))
        if call.query("action")
        else None,
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


def _question(call: Call) -> Question:
    return Question(
        call.required("action"), call.query("backend_id"), call.query("bucket"), call.query("key")
    )


def _decision(found: Explanation) -> DecisionSchema:
    return DecisionSchema(
        allowed=found.is_allowed,
        reason=found.reason,
        trace=[
            TraceStepSchema(rule=step.rule, source=step.source, matched=step.matched)
            for step in found.trace
        ],
    )
