"""
Sessions: opened at sign-in, looked up at every request, ended by time, by hand or with the user.

The cookie holds 32 random bytes; only their hash is stored, so that nobody who reads the database
can sign in. The CSRF token follows from the cookie's value and is stored nowhere.
"""

import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.actions import AuditAction
from app.audit.event import Actor, DetailValue
from app.audit.log import AuditLog
from app.auth.static import StaticAccount
from app.auth.user import STATIC_ID, User, user_of
from app.clock import Clock
from app.config.identity import SessionConfig
from app.crypto import KeyRing, SealError, Spot, hash_token, new_token
from app.database.engine import Database
from app.database.tables import sessions, users
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.types import new_ulid

Settle = Callable[[AsyncConnection], Awaitable[None]]
TOKEN_LENGTH = 43
_MAX_USER_AGENT = 512
_MAX_IP = 64
_MAX_SID = 255
_CSRF_PURPOSE = b"stowage csrf token"
# How often activity is written down, at most: a write costs more than a request.
_TOUCH_STEP = timedelta(seconds=60)
_TOUCHES_AN_IDLE_TIME = 4
_columns = sessions.c
# Asked at every request, so that they are not built anew each time.
_INSERT = insert(sessions)
_BY_HASH = select(sessions).where(_columns.id_hash == bindparam("wanted"))
_ENABLED_USER = select(users).where(users.c.id == bindparam("wanted"), users.c.is_enabled)


@dataclass(frozen=True, slots=True)
class Session:
    """
    One browser that is signed in. Holds nothing that would let anybody in.
    """

    public_id: str
    """Names the session to its owner; not the cookie's value."""
    user_id: str
    identity_source: str
    must_change_password: bool
    ip: str
    user_agent: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    """The latest end, however busy; the cookies' end."""
    pending: str = ""
    """The proof that is still missing, such as a second factor: till then nothing is open."""


@dataclass(frozen=True, slots=True)
class ProviderProof:
    """
    What an OpenID provider proved, kept with the session to end it here and there.
    """

    source: str
    """`oidc:<issuer host>`."""
    sid: str = ""
    """The provider's own session, where it names one."""
    id_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class EndedSession:
    """
    A session that is no more.
    """

    session: Session
    id_token: str = field(default="", repr=False)
    """The provider's ID token, where there was one and a sealing key to keep it."""


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """
    A session that was just opened, with the two values for the browser.
    """

    session: Session
    token: str = field(repr=False)
    """The value of the session cookie."""

    @property
    def csrf_token(self) -> str:
        """
        The value of the CSRF cookie, and of the header that must equal it.
        """
        return csrf_token(self.token)


@dataclass(frozen=True, slots=True)
class SignedInUser:
    """
    A session that holds, and the user as they are at this moment.
    """

    session: Session
    user: User


def csrf_token(token: str) -> str:
    """
    Return the CSRF token of a session cookie's value. It tells nothing about that value.
    """
    digest = hmac.digest(token.encode(), _CSRF_PURPOSE, hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


class SessionService:
    """
    The sessions as they are stored.
    """

    def __init__(  # noqa: PLR0913  what the sessions stand on
        self,
        database: Database,
        *,
        audit: AuditLog,
        clock: Clock,
        config: SessionConfig,
        static: StaticAccount | None,
        ring: KeyRing | None = None,
    ) -> None:
        self.config = config
        """Idle time and lifetime; both are enforced."""
        self._database = database
        self._audit = audit
        self._clock = clock
        self._static = static
        self._ring = ring

    async def open(  # noqa: PLR0913  the facts of a session
        self,
        user: User,
        *,
        ip: str = "",
        user_agent: str = "",
        proof: ProviderProof | None = None,
        pending: str = "",
        before: str = "",
        settle: Settle | None = None,
    ) -> OpenedSession:
        """
        Open a session for a user who has proved who they are. Its token exists only in the answer.

        Args:
            user: Who it is.
            ip: Where from; told to the user.
            user_agent: With which browser; told to the user.
            proof: What a provider proved; `None` where a password did.
            pending: The further proof that is still missing, or nothing.
            before: The cookie's value that the browser had till now; that session ends.
            settle: What else belongs into the same transaction; the session opens only after it.

        Raises:
            StowageError: `session_error`: it could not be stored; and what `settle` refuses.
        """
        token, now = new_token(), self._clock.now()
        session = Session(
            public_id=new_ulid(now.timestamp()),
            user_id=user.id,
            identity_source=proof.source if proof else user.identity_source,
            # Who came through a provider has no password here to change.
            must_change_password=user.must_change_password and proof is None,
            ip=ip[:_MAX_IP],
            user_agent=user_agent[:_MAX_USER_AGENT],
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(seconds=self.config.lifetime),
            pending=pending,
        )
        values = {**_values(session, token), **self._proof_columns(session, proof)}
        try:
            async with self._database.write() as connection:
                if settle is not None:
                    await settle(connection)
                if before:
                    gone = delete(sessions).where(_columns.id_hash == hash_token(before))
                    await connection.execute(gone)
                await connection.execute(_INSERT, values)
        except StowageError as error:
            if error.entry not in (errors.STORE_UNAVAILABLE, errors.INTERNAL):
                raise
            raise errors.SESSION_ERROR() from error
        return OpenedSession(session, token)

    async def resolve(self, token: str) -> SignedInUser:
        """
        Return session and user of a cookie's value. Writes down, now and then, that it was seen.

        Raises:
            StowageError: `unauthorized`: `session.unknown`; `session.expired` after the idle
                time or the lifetime, or when the user is disabled or gone; `session.pending`
                while a further proof is missing.
        """
        if len(token) != TOKEN_LENGTH:
            raise errors.UNAUTHORIZED(reason="session.unknown")
        id_hash = hash_token(token)
        async with self._database.glance() as connection:
            row = await _find(connection, id_hash)
            owner = await self._find_owner(connection, row)
        if row is None:
            raise errors.UNAUTHORIZED(reason="session.unknown")
        session, now = _session_of(row), self._clock.now()
        if owner is None or self._is_over(session, now):
            await self._delete(id_hash)
            raise errors.UNAUTHORIZED(reason="session.expired")
        if session.pending:
            raise errors.UNAUTHORIZED(reason="session.pending")
        if now - session.last_seen_at >= self._touch_step():
            await self._touch(id_hash, now)
        return SignedInUser(session, owner)

    async def end(self, token: str) -> EndedSession | None:
        """
        End the session of a cookie's value and return it; nothing if there is none.
        """
        id_hash = hash_token(token)
        async with self._database.write() as connection:
            row = await _find(connection, id_hash)
            await connection.execute(delete(sessions).where(_columns.id_hash == id_hash))
        return None if row is None else EndedSession(_session_of(row), self._id_token(row))

    async def end_of_provider(self, source: str, *, subject: str, sid: str) -> list[str]:
        """
        End what a provider says is over: the session it names, else all of the person.

        Returns the ids of the users concerned.
        """
        chosen = _columns.identity_source == source
        if sid:
            chosen &= _columns.oidc_sid == sid
        if subject:
            same = select(users.c.id).where(users.c.oidc_subject == subject)
            chosen &= _columns.user_id.in_(same)
        async with self._database.write() as connection:
            gone = await connection.scalars(
                delete(sessions).where(chosen).returning(_columns.user_id)
            )
            return sorted(set(gone))

    async def list(self, user_id: str) -> Sequence[Session]:
        """
        Return the open sessions of a user, the latest first.
        """
        statement = select(sessions).where(_columns.user_id == user_id)
        async with self._database.read() as connection:
            rows = await connection.execute(statement.order_by(_columns.last_seen_at.desc()))
        now = self._clock.now()
        found = [_session_of(row) for row in rows.mappings()]
        return [session for session in found if not self._is_over(session, now)]

    async def revoke(self, actor: Actor, user_id: str, public_id: str) -> None:
        """
        End one session of a user.

        Raises:
            StowageError: `forbidden` for somebody else's; `not_found`, also for one that belongs
                to another user.
        """
        _require_self_or_admin(actor, user_id)
        chosen = (_columns.user_id == user_id) & (_columns.public_id == public_id)
        async with self._database.write() as connection:
            done = await connection.execute(delete(sessions).where(chosen))
        if not done.rowcount:
            raise errors.NOT_FOUND(reason="session.not_found")
        self._record_revoke(actor, user_id, 1)

    async def revoke_all(self, actor: Actor, user_id: str, *, but: str | None = None) -> int:
        """
        End every session of a user, all but the one of that public id; return how many.

        Raises:
            StowageError: `forbidden` for somebody else's.
        """
        _require_self_or_admin(actor, user_id)
        statement = delete(sessions).where(_columns.user_id == user_id)
        if but is not None:
            statement = statement.where(_columns.public_id != but)
        async with self._database.write() as connection:
            count = (await connection.execute(statement)).rowcount
        self._record_revoke(actor, user_id, count)
        return count

    async def purge(self) -> int:
        """
        Delete the sessions that are over, and return how many are left.
        """
        now = self._clock.now()
        idle_since = now - timedelta(seconds=self.config.idle_timeout)
        over = (_columns.expires_at <= now) | (_columns.last_seen_at < idle_since)
        async with self._database.write() as connection:
            await connection.execute(delete(sessions).where(over))
            return await connection.scalar(select(func.count()).select_from(sessions)) or 0

    def _is_over(self, session: Session, now: datetime) -> bool:
        # The configuration may have become stricter since the session was opened.
        age, idle = now - session.created_at, now - session.last_seen_at
        return (
            now >= session.expires_at
            or age.total_seconds() >= self.config.lifetime
            or idle.total_seconds() >= self.config.idle_timeout
        )

    def _proof_columns(self, session: Session, proof: ProviderProof | None) -> dict[str, Any]:
        if proof is None:
            return {}
        sealed = None
        if self._ring is not None and proof.id_token:
            sealed = self._ring.seal(proof.id_token.encode(), _spot(session.public_id))
        return {"oidc_sid": proof.sid[:_MAX_SID] or None, "id_token_sealed": sealed}

    def _id_token(self, row: RowMapping) -> str:
        if self._ring is None or row["id_token_sealed"] is None:
            return ""
        try:
            return self._ring.open(row["id_token_sealed"], _spot(row["public_id"])).decode()
        except SealError:
            # Sealed with a key that is gone; then the provider asks before it signs anybody out.
            return ""

    def _touch_step(self) -> timedelta:
        part = timedelta(seconds=self.config.idle_timeout / _TOUCHES_AN_IDLE_TIME)
        return min(_TOUCH_STEP, part)

    async def _find_owner(self, connection: AsyncConnection, row: RowMapping | None) -> User | None:
        if row is None:
            return None
        if row["user_id"] == STATIC_ID:
            return None if self._static is None else self._static.as_user(self._clock)
        found = await connection.execute(_ENABLED_USER, {"wanted": row["user_id"]})
        owner = found.mappings().first()
        return None if owner is None else user_of(owner)

    async def _touch(self, id_hash: str, now: datetime) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                update(sessions).where(_columns.id_hash == id_hash).values(last_seen_at=now)
            )

    async def _delete(self, id_hash: str) -> None:
        async with self._database.write() as connection:
            await connection.execute(delete(sessions).where(_columns.id_hash == id_hash))

    def _record_revoke(self, actor: Actor, user_id: str, count: int) -> None:
        detail: dict[str, DetailValue] = {"target_id": user_id, "sessions": count}
        event = actor.event(self._clock.now(), AuditAction.SESSION_REVOKE, detail=detail)
        self._audit.record(event)


def _require_self_or_admin(actor: Actor, user_id: str) -> None:
    if actor.id != user_id:
        actor.require_admin()


async def _find(connection: AsyncConnection, id_hash: str) -> RowMapping | None:
    return (await connection.execute(_BY_HASH, {"wanted": id_hash})).mappings().first()


def _spot(public_id: str) -> Spot:
    return Spot("sessions", "id_token_sealed", public_id)


def _values(session: Session, token: str) -> dict[str, Any]:
    return {
        "id_hash": hash_token(token),
        **{name: getattr(session, name) for name in Session.__dataclass_fields__},
    }


def _session_of(row: RowMapping) -> Session:
    return Session(**{name: row[name] for name in Session.__dataclass_fields__})
