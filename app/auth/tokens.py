"""
API tokens: what a script shows instead of a session's cookie.

A token belongs to a user and may do what its scopes and its owner's rights both allow at that
moment. Only its hash is stored; the token itself is in the answer that makes it and never again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.actions import AuditAction
from app.audit.event import Actor, DetailValue
from app.audit.log import AuditLog
from app.auth import repository, rules
from app.auth.user import User, user_of
from app.clock import Clock
from app.config.identity import TokensConfig
from app.crypto import hash_token, new_token
from app.database.engine import Database
from app.database.tables import api_tokens, users
from app.errors import registry as errors
from app.errors.rejected import rejected
from app.rbac.levels import Role
from app.rbac.written import WrittenScope, check_written
from app.types import new_ulid

PREFIX = "stw_"
"""How every token begins, so that scanners for leaked secrets can know one."""
MAX_NAME = 128
MAX_TOKENS = 100
MAX_SCOPES = 100

_LENGTH = len(PREFIX) + 43
# How often use is written down, at most: a write costs more than a request.
_TOUCH_STEP = timedelta(seconds=60)
_columns = api_tokens.c


@dataclass(frozen=True, slots=True)
class ApiToken:
    """
    A token as it is listed. Holds nothing that would let anybody in.
    """

    id: str
    user_id: str
    name: str
    scopes: tuple[WrittenScope, ...]
    """None at all: everything that the owner may do."""
    is_admin: bool
    expires_at: datetime
    last_used_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewToken:
    """
    A token to be made.
    """

    name: str
    expires_at: datetime
    scopes: Sequence[WrittenScope] = ()
    is_admin: bool = False
    """Administers as well; only for administrators, and without scopes."""


@dataclass(frozen=True, slots=True)
class MadeToken:
    """
    A token that was just made, and the one chance to read it.
    """

    token: ApiToken
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """
    A token that holds, and its owner as they are at this moment.
    """

    token: ApiToken
    owner: User

    @property
    def user(self) -> User:
        """
        The owner with a role that is only as high as the token's.
        """
        is_lowered = self.owner.role is Role.ADMIN and not self.token.is_admin
        return replace(self.owner, role=Role.USER) if is_lowered else self.owner


class TokenService:
    """
    The tokens as they are stored.
    """

    def __init__(
        self, database: Database, *, audit: AuditLog, clock: Clock, config: TokensConfig
    ) -> None:
        self.config = config
        """The longest a token may be valid."""
        self._database = database
        self._audit = audit
        self._clock = clock

    async def create(self, actor: Actor, new: NewToken) -> MadeToken:
        """
        Make a token of the actor's own.

        Raises:
            StowageError: in this order: `static_user`; `forbidden` where only an administrator
                may ask for it; `invalid_request`.
        """
        rules.refuse_static(actor.id)
        if new.is_admin:
            actor.require_admin()
        secret, now = PREFIX + new_token(), self._clock.now()
        values = {**self._new_row(actor.id, new, now), "token_hash": hash_token(secret)}
        async with self._database.write() as connection:
            # Held, so that two who make their last one at the same time are both counted.
            rules.found(await repository.find_user(connection, actor.id, for_update=True))
            await _check_room(connection, actor.id)
            await connection.execute(insert(api_tokens).values(values))
            row = await _find(connection, _columns.id == values["id"])
        token = _token_of(rules.found(row))
        self._record(actor, AuditAction.TOKEN_CREATE, token)
        return MadeToken(token, secret)

    async def list(self, actor: Actor, user_id: str) -> list[ApiToken]:
        """
        Return the tokens of a user, the newest first, expired ones too until they are purged.

        Raises:
            StowageError: `forbidden` for somebody else's.
        """
        _require_self_or_admin(actor, user_id)
        statement = select(api_tokens).where(_columns.user_id == user_id)
        async with self._database.read() as connection:
            rows = await connection.execute(statement.order_by(_columns.id.desc()))
        return [_token_of(row) for row in rows.mappings()]

    async def revoke(self, actor: Actor, user_id: str, token_id: str) -> None:
        """
        Delete a token of a user; its next request is refused.

        Raises:
            StowageError: `forbidden` for somebody else's; `not_found`, reason `token.not_found`,
                also for one that belongs to another user.
        """
        _require_self_or_admin(actor, user_id)
        chosen = (_columns.user_id == user_id) & (_columns.id == token_id)
        async with self._database.write() as connection:
            row = await _find(connection, chosen)
            if row is None:
                raise errors.NOT_FOUND(reason="token.not_found")
            await connection.execute(delete(api_tokens).where(chosen))
        self._record(actor, AuditAction.TOKEN_DELETE, _token_of(row))

    async def resolve(self, secret: str) -> TokenHolder:
        """
        Return token and owner of a secret. Writes down, now and then, that it was used.

        Raises:
            StowageError: `unauthorized`: `token.unknown`, also when the owner is disabled or
                gone; `token.expired`.
        """
        if len(secret) != _LENGTH or not secret.startswith(PREFIX):
            raise errors.UNAUTHORIZED(reason="token.unknown")
        chosen = _columns.token_hash == hash_token(secret)
        async with self._database.glance() as connection:
            row = await _find(connection, chosen)
            owner = None if row is None else await _find_owner(connection, row["user_id"])
        if row is None or owner is None:
            raise errors.UNAUTHORIZED(reason="token.unknown")
        token, now = _token_of(row), self._clock.now()
        if now >= token.expires_at:
            raise errors.UNAUTHORIZED(reason="token.expired")
        if token.last_used_at is None or now - token.last_used_at >= _TOUCH_STEP:
            await self._touch(token.id, now)
        return TokenHolder(token, owner)

    async def purge(self, before: datetime) -> None:
        """
        Delete the tokens that had expired by then.
        """
        async with self._database.write() as connection:
            await connection.execute(delete(api_tokens).where(_columns.expires_at < before))

    def _new_row(self, user_id: str, new: NewToken, now: datetime) -> dict[str, Any]:
        name = new.name.strip()
        if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
            raise rejected("name", f"use 1 to {MAX_NAME} printable characters")
        if new.expires_at <= now:
            raise rejected("expires_at", "this time is past")
        if (new.expires_at - now).total_seconds() > self.config.max_lifetime:
            days = round(self.config.max_lifetime / 86400, 2)
            raise rejected("expires_at", f"a token is valid for at most {days:g} days")
        if new.is_admin and new.scopes:
            raise rejected("scopes", "a token that administers reaches everything")
        if len(new.scopes) > MAX_SCOPES:
            raise rejected("scopes", f"at most {MAX_SCOPES}")
        for scope in new.scopes:
            check_written(scope)
        return {
            "id": new_ulid(now.timestamp()),
            "user_id": user_id,
            "name": name,
            "scopes": [scope.as_json() for scope in new.scopes],
            "is_admin": new.is_admin,
            "expires_at": new.expires_at,
            "created_at": now,
        }

    async def _touch(self, token_id: str, now: datetime) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                update(api_tokens).where(_columns.id == token_id).values(last_used_at=now)
            )

    def _record(self, actor: Actor, action: AuditAction, token: ApiToken) -> None:
        detail: dict[str, DetailValue] = {
            "token_id": token.id,
            "name": token.name,
            "target_id": token.user_id,
            "scopes": len(token.scopes),
            "admin": token.is_admin,
        }
        self._audit.record(actor.event(self._clock.now(), action, detail=detail))


_FIELDS = tuple(ApiToken.__dataclass_fields__)


def _require_self_or_admin(actor: Actor, user_id: str) -> None:
    if actor.id != user_id:
        actor.require_admin()


async def _check_room(connection: AsyncConnection, user_id: str) -> None:
    own = select(func.count()).select_from(api_tokens).where(_columns.user_id == user_id)
    if (await connection.scalar(own) or 0) >= MAX_TOKENS:
        raise rejected("name", f"a user has at most {MAX_TOKENS} tokens; revoke one")


async def _find(connection: AsyncConnection, chosen: ColumnElement[bool]) -> RowMapping | None:
    return (await connection.execute(select(api_tokens).where(chosen))).mappings().first()


async def _find_owner(connection: AsyncConnection, user_id: str) -> User | None:
    statement = select(users).where(users.c.id == user_id, users.c.is_enabled)
    row = (await connection.execute(statement)).mappings().first()
    return None if row is None else user_of(row)


def _token_of(row: RowMapping) -> ApiToken:
    values = {name: row[name] for name in _FIELDS}
    scopes = tuple(WrittenScope(**scope) for scope in row["scopes"])
    return ApiToken(**{**values, "scopes": scopes})
