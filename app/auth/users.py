"""
`UserService`: every change of a user, for the API, the commands and the configuration alike.

A change is one transaction with its row in `changes`; its audit event follows. Who may not come in
any more loses the sessions in that same transaction.
"""

from typing import Any

from app.audit.actions import AuditAction
from app.audit.event import Actor, DetailValue
from app.audit.log import AuditLog
from app.auth import repository, rules
from app.auth.lockout import UNLOCKED
from app.auth.passwords import PasswordHashes
from app.auth.policy import check_password
from app.auth.user import LOCAL, NewUser, User, UserChange, UserQuery, user_of
from app.auth.user_rows import alter_user, new_row, stamp, store_user
from app.clock import Clock
from app.config.identity import PasswordConfig
from app.database.declared import DASHBOARD, Declaration, check_owner
from app.database.engine import Database
from app.errors import registry as errors


class UserService:
    """
    The users as they are stored. The static account is none of them.
    """

    def __init__(
        self,
        database: Database,
        *,
        audit: AuditLog,
        clock: Clock,
        hashes: PasswordHashes,
        policy: PasswordConfig,
    ) -> None:
        self.policy = policy
        """What a new password must meet."""
        self._database = database
        self._audit = audit
        self._clock = clock
        self._hashes = hashes

    async def find(self, user_id: str) -> User | None:
        """
        Return a user, or nothing.
        """
        async with self._database.read() as connection:
            row = await repository.find_user(connection, user_id)
        return None if row is None else user_of(row)

    async def find_by_name(self, username: str) -> User | None:
        """
        Return the user of a name, in whatever case it is written, or nothing.
        """
        async with self._database.read() as connection:
            row = await repository.find_by_name(connection, username)
        return None if row is None else user_of(row)

    async def get(self, user_id: str) -> User:
        """
        Return a user.

        Raises:
            StowageError: `not_found`, reason `user.not_found`.
        """
        async with self._database.read() as connection:
            return user_of(rules.found(await repository.find_user(connection, user_id)))

    async def list(self, query: UserQuery) -> list[User]:
        """
        Return one page of users, by name.

        Raises:
            StowageError: `bad_request`: there is no such role.
        """
        async with self._database.read() as connection:
            return [user_of(row) for row in await repository.list_users(connection, query)]

    async def count(self, query: UserQuery) -> int:
        """
        Return how many users match, whatever the page.

        Raises:
            StowageError: `bad_request`: there is no such role.
        """
        async with self._database.read() as connection:
            return await repository.count_users(connection, query)

    async def create(self, actor: Actor, new: NewUser, *, by: Declaration = DASHBOARD) -> User:
        """
        Make a user. A service, and whom a provider proves, has no password here.

        A person whom a file declares has none either, until an administrator sets one.

        Raises:
            StowageError: in this order: `forbidden`; `bad_request` for name, role and e-mail;
                `weak_password`; `username_taken`, `email_taken`.
        """
        actor.require_admin()
        values = new_row(new, by=by, actor=actor, now=self._clock.now())
        if _needs_password(new, by):
            await check_password(new.password, self.policy, about=(new.username, new.email))
            values["password_hash"] = await self._hash(new.password)
        user = await store_user(self._database, values)
        detail = {"target_id": user.id, "username": user.username, "role": user.role.value}
        self._record(actor, AuditAction.USER_CREATE, detail)
        return user

    async def update(
        self, actor: Actor, user_id: str, change: UserChange, *, by: Declaration = DASHBOARD
    ) -> User:
        """
        Change role, e-mail, or whether the user may come in.

        Who gets another role or is disabled is signed out everywhere at once.

        Raises:
            StowageError: in this order: `forbidden`; `static_user`; `not_found`;
                `yaml_managed`; `bad_request` for role and e-mail; `last_admin`;
                `self_role_change`; `email_taken`.
        """
        actor.require_admin()
        rules.refuse_static(user_id)
        now = self._clock.now()
        altered = await alter_user(self._database, user_id, change, by=by, actor=actor, now=now)
        user = altered.user
        detail: dict[str, DetailValue] = {
            "target_id": user.id,
            "username": user.username,
            "fields": altered.fields,
        }
        self._record(actor, AuditAction.USER_UPDATE, detail)
        return user

    async def reset_password(
        self, actor: Actor, user_id: str, new_password: str, *, kept_session: str | None = None
    ) -> None:
        """
        Set somebody's password. They are signed out everywhere and must choose their own.

        An administrator who resets the own password need not choose again, and keeps the session.

        Args:
            actor: An administrator.
            user_id: Whose password.
            new_password: The password.
            kept_session: Public id of the actor's own session.

        Raises:
            StowageError: in this order: `forbidden`; `static_user`; `not_found`; `not_local`;
                `weak_password`.
        """
        actor.require_admin()
        rules.refuse_static(user_id)
        user = await self.get(user_id)
        if user.identity_source != LOCAL or user.kind != "person":
            raise errors.NOT_LOCAL()
        await check_password(new_password, self.policy, about=(user.username, user.email))
        is_own = user_id == actor.id
        values = {
            **UNLOCKED,
            "password_hash": await self._hash(new_password),
            "must_change_password": not is_own,
            "password_changed_at": self._clock.now(),
        }
        async with self._database.write() as connection:
            await repository.update_user(connection, user_id, values | self._stamp(actor))
            await repository.end_sessions(connection, user_id, but=kept_session if is_own else None)
        detail = {"target_id": user_id, "username": user.username}
        self._record(actor, AuditAction.USER_RESET_PASSWORD, detail)

    async def unlock(self, actor: Actor, user_id: str) -> None:
        """
        Lift a lock and forget the wrong passwords that led to it.

        Raises:
            StowageError: in this order: `forbidden`; `static_user`; `not_found`.
        """
        actor.require_admin()
        rules.refuse_static(user_id)
        async with self._database.write() as connection:
            row = rules.found(await repository.find_user(connection, user_id, for_update=True))
            await repository.update_user(connection, user_id, UNLOCKED | self._stamp(actor))
        detail = {"target_id": user_id, "username": row["username"]}
        self._record(actor, AuditAction.USER_UNLOCK, detail)

    async def delete(
        self,
        actor: Actor,
        user_id: str,
        *,
        transfer_to: str | None = None,
        by: Declaration = DASHBOARD,
    ) -> None:
        """
        Delete a user with sessions, pins and grants.

        The credentials go to `transfer_to`, a user's id, or are switched off for good.

        Raises:
            StowageError: in this order: `forbidden`; `static_user`; `self_delete`; `not_found`;
                `yaml_managed`; `last_admin`; `not_found` for the heir.
        """
        actor.require_admin()
        rules.refuse_static(user_id)
        if user_id == actor.id:
            raise errors.SELF_DELETE()
        async with self._database.write() as connection:
            admins = await repository.list_enabled_admins(connection)
            row = rules.found(await repository.find_user(connection, user_id, for_update=True))
            check_owner("user", row["username"], row, source=by.source)
            rules.check_not_last(user_id, admins, stays=False)
            if transfer_to == user_id:
                # Nobody would be there to own it.
                raise errors.NOT_FOUND(reason="user.not_found")
            if transfer_to is not None:
                rules.found(await repository.find_user(connection, transfer_to, for_update=True))
            await repository.delete_user(
                connection, user_id, heir=transfer_to, values=self._stamp(actor)
            )
        detail = {"target_id": user_id, "username": row["username"], "heir": transfer_to or ""}
        self._record(actor, AuditAction.USER_DELETE, detail)

    async def _hash(self, password: str) -> str:
        async with self._hashes.turn():
            return await self._hashes.make(password)

    def _stamp(self, actor: Actor) -> dict[str, Any]:
        return stamp(actor, self._clock.now())

    def _record(self, actor: Actor, action: AuditAction, detail: dict[str, Any]) -> None:
        self._audit.record(actor.event(self._clock.now(), action, detail=detail))


def _needs_password(new: NewUser, by: Declaration) -> bool:
    # No file holds a password. Without one nobody passes as this user: no hash fits none.
    return new.has_password and not (by.is_yaml and not new.password)
