"""
Signing in with a name and a password, and changing one's own.

An unknown name takes the path of a known one: one read, one hash, one write, and a lock after as
many failures. A second factor will stand between the proven password and the session.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from sqlalchemy import RowMapping, bindparam, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.actions import AuditAction
from app.audit.event import Actor
from app.audit.log import AuditLog
from app.auth import repository, rules, strangers
from app.auth.journal import Caller, SignInJournal
from app.auth.lockout import UNLOCKED, Attempts, Lockout
from app.auth.passwords import PasswordHashes
from app.auth.policy import check_password
from app.auth.sessions import EndedSession, OpenedSession, Session, SessionService, Settle
from app.auth.static import StaticAccount
from app.auth.user import LOCAL, STATIC_ID, User, is_username, user_of
from app.clock import Clock
from app.config.identity import AuthConfig
from app.database.engine import Database
from app.database.tables import users
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.metrics import Metrics

# Nobody has it: ULIDs are 26 characters.
_NOBODY = "nobody"

Source = Literal["local", "static"]

_SETTLE = update(users).where(
    users.c.id == bindparam("same_id"),
    users.c.password_changed_at == bindparam("same_password"),
    users.c.is_enabled,
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """
    A sign-in that succeeded.
    """

    opened: OpenedSession
    user: User
    source: Source


@dataclass(frozen=True, slots=True)
class _Proven:
    """
    Whose password was right, and what is written down of that with the session.
    """

    user: User
    settle: Settle | None = None


class LoginService:
    """
    Proves who somebody is by a password.
    """

    def __init__(  # noqa: PLR0913  the parts that a sign-in passes through
        self,
        database: Database,
        *,
        audit: AuditLog,
        clock: Clock,
        metrics: Metrics,
        hashes: PasswordHashes,
        sessions: SessionService,
        config: AuthConfig,
        static: StaticAccount | None,
    ) -> None:
        self.config = config
        """Which ways there are, and the rules of each."""
        self._database = database
        self._audit = audit
        self._clock = clock
        self._journal = SignInJournal(audit, clock=clock, metrics=metrics)
        self._hashes = hashes
        self._sessions = sessions
        self._static = static if "static" in config.modes else None

    def require_password_mode(self) -> None:
        """
        Refuse where nobody signs in with a password.

        Raises:
            StowageError: `mode_disabled`.
        """
        if not {"local", "static"} & set(self.config.modes):
            raise errors.MODE_DISABLED()

    def require_own_password(self, session: Session) -> None:
        """
        Refuse a session whose password is not kept here.

        Raises:
            StowageError: `static_user`, `not_local`.
        """
        if session.user_id == STATIC_ID:
            raise errors.STATIC_USER()
        if session.identity_source != LOCAL:
            raise errors.NOT_LOCAL()

    async def sign_in(self, username: str, password: str, caller: Caller) -> SignIn:
        """
        Open a session for the owner of this name and password. Both outcomes are audited.

        All but `rate_limited`: like every refusal before any work, it is the edge's to merge.

        Raises:
            StowageError: in this order: `mode_disabled`; `invalid_credentials`; `account_locked`
                with `retry_after_seconds`; `rate_limited` when too many sign in at once;
                `session_error`.
        """
        self.require_password_mode()
        is_static = self._static is not None and self._static.is_named(username)
        source: Source = "static" if is_static else "local"
        try:
            done = await self._enter(username, password, source, caller)
        except StowageError as error:
            # Who was turned away before anything was tried is one of a flood, which is merged.
            if error.entry not in (errors.RATE_LIMITED, errors.SESSION_ERROR):
                self._journal.refused(caller, source, error, username=username)
            raise
        self._journal.signed_in(caller, source, done.user.id)
        return done

    async def sign_out(self, token: str, caller: Caller) -> EndedSession | None:
        """
        End the session of a cookie's value and return it; one that is not there is a success.
        """
        ended = await self._sessions.end(token)
        if ended is not None:
            self._journal.signed_out(caller, ended.session.user_id)
        return ended

    async def change_password(
        self, actor: Actor, session: Session, *, current: str, new: str
    ) -> None:
        """
        Change one's own password, and end all other sessions of the user.

        This session goes on, freed from the duty to change.

        Raises:
            StowageError: in this order: `static_user`; `not_local`; `account_locked`;
                `password_mismatch`, which counts towards a lock; `weak_password`.
        """
        self.require_own_password(session)
        async with self._hashes.turn():
            row = rules.found(await self._read(session.user_id))
            if not await self._try(row, current):
                raise errors.PASSWORD_MISMATCH()
        await self._check_new(row, current, new)
        async with self._hashes.turn():
            new_hash = await self._hashes.make(new)
        await self._store_password(row["id"], new_hash, session.public_id)
        event = actor.event(self._clock.now(), AuditAction.AUTH_PASSWORD_CHANGE)
        self._audit.record(event)

    async def _enter(self, username: str, password: str, source: Source, caller: Caller) -> SignIn:
        if not username or not password:
            raise errors.INVALID_CREDENTIALS()
        async with self._hashes.turn():
            if source == "static":
                proven = await self._prove_static(password)
            else:
                proven = await self._prove_local(username, password)
            opened = await self._sessions.open(
                proven.user,
                ip=caller.ip,
                user_agent=caller.user_agent,
                before=caller.session,
                settle=proven.settle,
            )
        return SignIn(opened, proven.user, source)

    async def _prove_static(self, password: str) -> _Proven:
        static = self._static
        if static is None or not await self._hashes.verify(static.password_hash, password):
            await self._count_failure(_NOBODY)
            raise errors.INVALID_CREDENTIALS()
        return _Proven(static.as_user(self._clock))

    async def _prove_local(self, username: str, password: str) -> _Proven:
        row, attempts = await self._read_by_name(username)
        if row is None or not _may_sign_in(row) or "local" not in self.config.modes:
            await self._hashes.verify("", password)
            await self._refuse_stranger(username, attempts)
            raise errors.INVALID_CREDENTIALS()
        if not await self._try(row, password):
            raise errors.INVALID_CREDENTIALS()
        values = {**UNLOCKED, "last_login_at": self._clock.now()}
        if self._hashes.is_outdated(row["password_hash"]):
            values["password_hash"] = await self._hashes.make(password)
        return _Proven(user_of(row), partial(_settle, row, values))

    async def _refuse_stranger(self, username: str, attempts: Attempts) -> None:
        """
        Count a wrong password of a name that nobody signs in with.

        Raises:
            StowageError: `account_locked`, where an account would be.
        """
        lockout, now = Lockout(self.config.local.lockout), self._clock.now()
        if seconds := lockout.seconds_left(attempts, now):
            raise errors.ACCOUNT_LOCKED(retry_after_seconds=seconds)
        async with self._database.write() as connection:
            await strangers.count_failure(connection, username, lockout, now)

    async def _try(self, row: RowMapping, password: str) -> bool:
        """
        Compare a password within the current turn; count a wrong one.

        Raises:
            StowageError: `account_locked`, after the time of a comparison.
        """
        lockout, now = Lockout(self.config.local.lockout), self._clock.now()
        is_right = await self._hashes.verify(row["password_hash"], password)
        if seconds := lockout.seconds_left(row, now):
            raise errors.ACCOUNT_LOCKED(retry_after_seconds=seconds)
        if not is_right:
            await self._count_failure(row["id"])
        return is_right

    async def _count_failure(self, user_id: str) -> None:
        """
        Count a wrong password; for nobody, take the time that it takes.
        """
        lockout, now = Lockout(self.config.local.lockout), self._clock.now()
        async with self._database.write() as connection:
            row = await repository.find_user(connection, user_id, for_update=True)
            values = lockout.after_failure(row or UNLOCKED, now)
            await repository.update_user(connection, user_id, values)

    async def _check_new(self, row: RowMapping, current: str, new: str) -> None:
        policy = self.config.local.password
        if policy.prevent_reuse and new == current:
            raise errors.WEAK_PASSWORD(reason="password.reused")
        await check_password(new, policy, about=(row["username"], row["email"] or ""))

    async def _store_password(self, user_id: str, new_hash: str, public_id: str) -> None:
        now = self._clock.now()
        values = {
            **UNLOCKED,
            "password_hash": new_hash,
            "must_change_password": False,
            "password_changed_at": now,
            "updated_at": now,
            "updated_by": user_id,
        }
        async with self._database.write() as connection:
            await repository.update_user(connection, user_id, values)
            await repository.end_sessions(connection, user_id, but=public_id)
            await repository.free_session(connection, public_id)

    async def _read(self, user_id: str) -> RowMapping | None:
        async with self._database.glance() as connection:
            return await repository.find_user(connection, user_id)

    async def _read_by_name(self, username: str) -> tuple[RowMapping | None, Attempts]:
        # A name that nobody can have may hold what a database does not take.
        asked = username if is_username(username) else _NOBODY
        async with self._database.glance() as connection:
            row = await repository.find_by_name(connection, asked)
            lockout = Lockout(self.config.local.lockout)
            attempts = await strangers.read_attempts(connection, username, lockout)
        return (row if asked == username else None), attempts

    async def purge(self) -> None:
        """
        Forget the wrong passwords of names that nobody signs in with, when they count no more.
        """
        window = Lockout(self.config.local.lockout).window
        async with self._database.write() as connection:
            await strangers.forget_before(connection, self._clock.now() - window)


async def _settle(row: RowMapping, values: dict[str, Any], connection: AsyncConnection) -> None:
    """
    Write a sign-in down at the account.

    Raises:
        StowageError: `invalid_credentials`: it was disabled, deleted or given another password
            while this one was compared. What ended its sessions must not miss this one.
    """
    same = {"same_id": row["id"], "same_password": row["password_changed_at"]}
    done = await connection.execute(_SETTLE, {**values, **same})
    if not done.rowcount:
        raise errors.INVALID_CREDENTIALS()


def _may_sign_in(row: RowMapping) -> bool:
    return bool(row["is_enabled"] and row["identity_source"] == LOCAL and row["kind"] == "person")
