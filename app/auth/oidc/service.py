"""
`OidcService`: signing in through a provider, and signing out here and there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.exc import IntegrityError

from app.audit.actions import AuditAction
from app.audit.event import Actor
from app.audit.log import AuditLog
from app.auth.journal import Caller, SignInJournal
from app.auth.oidc.accounts import Accounts, Settled
from app.auth.oidc.claims import Claimed, read_claims, source_of
from app.auth.oidc.flow import Flow
from app.auth.oidc.provider import Provider
from app.auth.oidc.signed import SignedTokens
from app.auth.sessions import EndedSession, OpenedSession, ProviderProof, SessionService
from app.auth.user import User, user_of
from app.clock import Clock
from app.config.identity import OidcConfig
from app.crypto import is_same, new_token
from app.database.engine import Database
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.metrics import Metrics
from app.rbac.principal import Principal, PrincipalKind

_DENIED = "access_denied"


@dataclass(frozen=True, slots=True)
class StartedFlow:
    """
    A sign-in that was begun: where the browser goes, and what it must bring back.
    """

    url: str
    flow: Flow = field(repr=False)


@dataclass(frozen=True, slots=True)
class OidcSignIn:
    """
    A sign-in that succeeded.
    """

    opened: OpenedSession
    user: User


class OidcService:
    """
    Proves who somebody is by what a provider says.
    """

    def __init__(  # noqa: PLR0913  the parts that a sign-in passes through
        self,
        database: Database,
        provider: Provider,
        *,
        audit: AuditLog,
        clock: Clock,
        metrics: Metrics,
        sessions: SessionService,
    ) -> None:
        self._database = database
        self._provider = provider
        self._audit = audit
        self._clock = clock
        self._sessions = sessions
        self._signed = SignedTokens(provider, clock=clock)
        self._journal = SignInJournal(audit, clock=clock, metrics=metrics)
        self._source = source_of(provider.config.issuer)
        self._accounts = Accounts(self._source, provider.config)

    def configure(self, config: OidcConfig) -> None:
        """
        Go by other mappings and labels from now on. Issuer and client are those of the start.
        """
        self._provider.config = config
        self._accounts = Accounts(self._source, config)

    async def start(self, redirect_uri: str, caller: Caller) -> StartedFlow:
        """
        Begin a sign-in.

        Raises:
            StowageError: `oidc_failed`: the provider cannot be asked.
        """
        flow = Flow(state=new_token(), verifier=new_token(), nonce=new_token())
        try:
            return StartedFlow(await self._provider.authorization_url(flow, redirect_uri), flow)
        except StowageError as error:
            self._journal.refused(caller, self._source, error)
            raise

    async def finish(
        self, flow: Flow, answer: Mapping[str, str], redirect_uri: str, caller: Caller
    ) -> OidcSignIn:
        """
        Open a session for whom the provider vouches. Both outcomes are audited.

        Args:
            flow: What the browser's cookies say; empty where it brought none.
            answer: The query that the provider sent the browser back with.
            redirect_uri: As in `start`.
            caller: Where it comes from.

        Raises:
            StowageError: `oidc_failed` with its reason; `session_error`.
        """
        username = ""
        try:
            code = await self._check_answer(flow, answer)
            tokens = await self._provider.exchange(code, flow, redirect_uri)
            signed = await self._signed.verify_id_token(tokens, flow.nonce)
            further = await self._provider.user_info(tokens.access_token)
            # Core section 5.3.2: claims about somebody else must not be used.
            if further and further.get("sub") != signed["sub"]:
                raise errors.OIDC_FAILED(reason="oidc.userinfo_failed")
            claimed = read_claims({**further, **signed}, self._provider.config)
            username = claimed.username
            settled = await self._settle(claimed)
        except StowageError as error:
            self._journal.refused(caller, self._source, error, username=username)
            raise
        user, sid = user_of(settled.row), signed.get("sid")
        self._record_account(settled, user, caller)
        proof = ProviderProof(self._source, sid if isinstance(sid, str) else "", tokens.id_token)
        opened = await self._sessions.open(
            user,
            ip=caller.ip,
            user_agent=caller.user_agent,
            proof=proof,
            before=caller.session,
        )
        self._journal.signed_in(caller, self._source, user.id)
        return OidcSignIn(opened, user)

    async def end_by_provider(self, logout_token: str, caller: Caller) -> int:
        """
        End the sessions that the provider says are over, and return of how many people.

        Raises:
            StowageError: `oidc_failed`: the provider did not say so.
        """
        claims = await self._signed.verify_logout_token(logout_token)
        named = {
            name: value for name in ("sub", "sid") if isinstance(value := claims.get(name), str)
        }
        user_ids = await self._sessions.end_of_provider(
            self._source, subject=named.get("sub", ""), sid=named.get("sid", "")
        )
        self._journal.ended(caller, self._source, user_ids)
        return len(user_ids)

    async def logout_url(self, ended: EndedSession, return_to: str) -> str:
        """
        Return where the browser ends its session at the provider; empty where there is no such.
        """
        if ended.session.identity_source != self._source:
            return ""
        try:
            return await self._provider.logout_url(ended.id_token, return_to)
        except StowageError:
            # Signing out here has succeeded; a provider that is away must not undo that.
            return ""

    async def close(self) -> None:
        """
        Close every connection to the provider.
        """
        await self._provider.close()

    async def _check_answer(self, flow: Flow, answer: Mapping[str, str]) -> str:
        state = answer.get("state", "")
        if not (flow.state and flow.verifier and flow.nonce) or not is_same(flow.state, state):
            raise errors.OIDC_FAILED(reason="oidc.state_expired")
        metadata = await self._provider.describe()
        if (
            answer.get("iss", metadata.issuer if not metadata.names_issuer else "")
            != metadata.issuer
        ):
            raise errors.OIDC_FAILED(reason="oidc.issuer_mismatch")
        if problem := answer.get("error"):
            denied = problem == _DENIED
            raise errors.OIDC_FAILED(reason="oidc.denied" if denied else "oidc.provider_error")
        code = answer.get("code", "")
        if not code:
            raise errors.OIDC_FAILED(reason="oidc.code_missing")
        return code

    async def _settle(self, claimed: Claimed) -> Settled:
        try:
            return await self._settle_once(claimed)
        except IntegrityError:
            # The same person, or the same name, at the same moment: now the row is there.
            try:
                return await self._settle_once(claimed)
            except IntegrityError as error:
                raise errors.OIDC_FAILED(reason="oidc.name_taken") from error

    async def _settle_once(self, claimed: Claimed) -> Settled:
        async with self._database.write() as connection:
            return await self._accounts.settle(connection, claimed, self._clock.now())

    def _record_account(self, settled: Settled, user: User, caller: Caller) -> None:
        if not settled.is_new and not settled.fields:
            return
        principal = Principal(PrincipalKind.USER, user.id, role=user.role, user_id=user.id)
        actor = Actor(principal, caller.request_id, caller.ip, caller.user_agent)
        action = AuditAction.USER_CREATE if settled.is_new else AuditAction.USER_UPDATE
        detail = {
            "target_id": user.id,
            "username": user.username,
            "source": self._source,
            **({"role": user.role.value} if settled.is_new else {"fields": list(settled.fields)}),
        }
        self._audit.record(actor.event(self._clock.now(), action, detail=detail))
