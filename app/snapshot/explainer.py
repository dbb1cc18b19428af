"""
`Explainer`: may somebody do something somewhere, and which rules say so.

It answers with the function that decides, on the facts that decide: the present rights of users,
and for keys and strangers the snapshot that the workers have.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.audit.event import Actor
from app.auth.user import STATIC_ID, User
from app.auth.users import UserService
from app.clock import Clock
from app.credentials.service import CredentialService
from app.errors import registry as errors
from app.grants.service import AccessService
from app.objects import actions as api_actions
from app.rbac.actions import S3_ACTIONS, STRANGERS_MAY
from app.rbac.levels import Level, Role
from app.rbac.policy import Action, Allowed, Resource, TraceStep, explain
from app.rbac.principal import ANONYMOUS, Principal
from app.snapshot.feed import SnapshotFeed
from app.snapshot.strangers import find_stranger
from app.snapshot.values import BucketTarget, CredentialEntry

ACTIONS: Mapping[str, Action] = {
    **{found.name: found for found in vars(api_actions).values() if isinstance(found, Action)},
    **S3_ACTIONS,
}
"""What can be asked about, by name: the S3 operations, and what the API alone knows."""


@dataclass(frozen=True, slots=True)
class Question:
    """
    Something that somebody wants to do somewhere.
    """

    action: str
    backend_id: str = ""
    """May stay empty for keys and strangers: then the bucket's name says which."""
    bucket: str = ""
    key: str = ""
    """Key of an object, or prefix of a listing."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """
    Whether it is allowed, and the rules that were looked at.
    """

    is_allowed: bool
    reason: str
    """A reason of the error registry; empty where it is allowed."""
    trace: tuple[TraceStep, ...]


def explain_to(principal: Principal, question: Question) -> Explanation:
    """
    Answer for a principal that is at hand.

    Raises:
        StowageError: `bad_request`: there is no such action.
    """
    action = _find_action(question.action)
    decision = explain(principal, action, _resource(action, question))
    reason = "" if isinstance(decision, Allowed) else decision.reason
    return Explanation(bool(decision), reason, decision.trace)


@dataclass(frozen=True, slots=True)
class Explainer:
    """
    Answers for anybody, to administrators; for a key, to its owner too.
    """

    users: UserService
    access: AccessService
    credentials: CredentialService
    feed: SnapshotFeed
    clock: Clock
    has_static: bool
    """Whether the static account is configured, which has no row."""

    async def explain(self, actor: Actor, principal: str, question: Question) -> Explanation:
        """
        Say whether a user, an access key or `anonymous` may do this now.

        Raises:
            StowageError: in this order: `forbidden`; `bad_request`: there is no such action;
                `not_found`: there is no such principal.
        """
        actor.require_admin()
        _find_action(question.action)
        if principal == ANONYMOUS.id:
            return self._explain_stranger(question)
        if principal == STATIC_ID and self.has_static:
            return explain_to(await self._principal(STATIC_ID, STATIC_ID, Role.ADMIN), question)
        user = await self.users.find(principal)
        if user is not None:
            return await self._explain_user(user, question)
        return await self._explain_key(actor, principal, question)

    async def explain_own(self, actor: Actor, access_key: str, question: Question) -> Explanation:
        """
        Say to its owner whether a credential may do this now.

        Raises:
            StowageError: in this order: `not_found`: nobody has such a key, or somebody else;
                `bad_request`: there is no such action.
        """
        await self.credentials.get(actor, access_key, owner=actor.id)
        _find_action(question.action)
        return await self._explain_key(actor, access_key, question, owner=actor.id)

    async def _explain_user(self, user: User, question: Question) -> Explanation:
        if not user.is_enabled:
            return _stopped("session.revoked", "the user is enabled", f"user:{user.id}")
        return explain_to(await self._principal(user.id, user.username, user.role), question)

    async def _principal(self, user_id: str, username: str, role: Role) -> Principal:
        return await self.access.principal_of(user_id=user_id, username=username, role=role)

    async def _explain_key(
        self, actor: Actor, access_key: str, question: Question, *, owner: str | None = None
    ) -> Explanation:
        source = f"credential:{access_key}"
        entry = self.feed.current.credentials.get(access_key)
        if entry is None:
            await self.credentials.get(actor, access_key, owner=owner)
            rule = "the credential and its owner are enabled"
            return _stopped("credential.unknown", rule, source)
        now = self.clock.now().timestamp()
        if entry.expires_at is not None and now >= entry.expires_at:
            return _stopped("credential.unknown", "the credential has not expired", source)
        if entry.not_before is not None and now < entry.not_before:
            return _stopped("credential.not_yet_valid", "the credential is valid already", source)
        return explain_to(entry.principal, _at(_target_of(entry, question), question))

    def _explain_stranger(self, question: Question) -> Explanation:
        snapshot, source = self.feed.current, ANONYMOUS.id
        if not snapshot.settings.is_anonymous_enabled:
            return _stopped("s3.unsigned", "s3_proxy.anonymous_enabled", source)
        binding = snapshot.anonymous.get(question.bucket)
        if binding is None:
            return _stopped("s3.unsigned", "the bucket is open to strangers", source)
        if question.action not in STRANGERS_MAY:
            return _stopped("grant.missing", f"one of {', '.join(sorted(STRANGERS_MAY))}", source)
        return explain_to(find_stranger(binding), _at(binding.target, question))


def _find_action(name: str) -> Action:
    action = ACTIONS.get(name)
    if action is None:
        problem = "name an S3 operation, such as GetObject"
        raise errors.BAD_REQUEST(
            reason="field.invalid", params={"field": "action", "problem": problem}
        )
    return action


def _resource(action: Action, question: Question) -> Resource:
    if action.levels == Level.LIST:
        return Resource(question.backend_id, question.bucket, prefix=question.key)
    return Resource(question.backend_id, question.bucket, key=question.key or None)


def _target_of(entry: CredentialEntry, question: Question) -> BucketTarget | None:
    if question.backend_id:
        return None
    if found := entry.buckets.get(question.bucket):
        return found
    wild = entry.wildcard_backend_id
    return None if wild is None else BucketTarget(wild, question.bucket)


def _at(target: BucketTarget | None, question: Question) -> Question:
    if target is None:
        return question
    return Question(question.action, target.backend_id, target.bucket, question.key)


def _stopped(reason: str, rule: str, source: str) -> Explanation:
    """
    Return the answer where a rule before all levels says no.
    """
    return Explanation(
        is_allowed=False, reason=reason, trace=(TraceStep(rule, source, matched=False),)
    )
