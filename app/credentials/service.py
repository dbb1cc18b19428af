"""
`CredentialService`: every change of a virtual credential, for administrators and their owners.

With `owner` a call reaches the credentials of that user alone, and one of somebody else is not
there; without, the actor must be an administrator.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.actions import AuditAction
from app.audit.event import Actor, DetailValue
from app.audit.log import AuditLog
from app.clock import Clock
from app.credentials import repository, rotation, rules
from app.credentials.credential import (
    KEEP,
    Credential,
    CredentialChange,
    MadeCredential,
    NewCredential,
    credential_of,
)
from app.credentials.sealed import NewSecrets, is_same_secret, seal_chosen, seal_new
from app.crypto import KeyRing
from app.database.declared import DASHBOARD, Declaration, check_owner
from app.database.endings import pass_on_quota
from app.database.engine import Database
from app.errors import registry as errors
from app.errors.rejected import rejected

STATIC_ID = "static"
"""The account that stands in the configuration alone, without a row."""

_API_NAMES = {
    "is_enabled": "enabled",
    "secret_key_sealed": "secret",
    "session_token_sealed": "session_token",
}
_ON_LOOP_ROWS = 200
_EVER = datetime.min.replace(tzinfo=UTC)


class CredentialService:
    """
    The virtual credentials as they are stored.
    """

    def __init__(
        self, database: Database, *, audit: AuditLog, clock: Clock, ring: KeyRing | None
    ) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._ring = ring
        self._used: dict[str, float] = {}

    async def list(self, actor: Actor, *, owner: str | None = None) -> list[Credential]:
        """
        Return the credentials of an owner, or all, by access key.

        Raises:
            StowageError: `forbidden`.
        """
        _check_reach(actor, owner)
        async with self._database.read() as connection:
            rows = await repository.list_credentials(connection, owner=owner)
        if len(rows) <= _ON_LOOP_ROWS:
            return [credential_of(row) for row in rows]
        return await asyncio.to_thread(lambda: [credential_of(row) for row in rows])

    async def list_declared(
        self, actor: Actor, access_keys: Collection[str]
    ) -> Sequence[Credential]:
        """
        Return those of these keys, and those that a file declared, by access key.

        It costs as much as there are of these, however many others there are.

        Raises:
            StowageError: `forbidden`.
        """
        _check_reach(actor, None)
        async with self._database.read() as connection:
            rows = await repository.list_declared(connection, access_keys)
        return [credential_of(row) for row in rows]

    async def get(self, actor: Actor, access_key: str, *, owner: str | None = None) -> Credential:
        """
        Return one credential.

        Raises:
            StowageError: `forbidden`; `not_found`, reason `credential.not_found`.
        """
        _check_reach(actor, owner)
        async with self._database.read() as connection:
            row = await repository.find_credential(connection, access_key)
        return credential_of(_found(row, owner))

    async def create(
        self,
        actor: Actor,
        new: NewCredential,
        *,
        owner: str | None = None,
        by: Declaration = DASHBOARD,
    ) -> MadeCredential:
        """
        Make a credential. Its secret is in the answer and nowhere else in clear.

        Raises:
            StowageError: in this order: `forbidden`; `secret_key_unset`; `invalid_request`;
                `conflict` if there is such a key id already.
        """
        _check_reach(actor, owner)
        rules.check_may_change(actor.principal)
        ring = self._require_ring()
        user_id = new.user_id if owner is None else owner
        values = self._new_row(actor, new, user_id, by)
        made = _seal(ring, values["access_key"], new)
        try:
            async with self._database.write() as connection:
                await _check_backends(connection, values["scopes"])
                await _check_user(connection, user_id)
                await repository.insert_credential(connection, {**values, **made.columns})
                row = await repository.find_credential(connection, values["access_key"])
        except IntegrityError as error:
            raise errors.CONFLICT() from error
        credential = credential_of(_found(row, None))
        detail: dict[str, DetailValue] = {
            "buckets": credential.buckets,
            "description": credential.description,
        }
        self._record(actor, AuditAction.S3_CREDENTIAL_CREATE, credential, owner, detail)
        return MadeCredential(credential, made.secret_key, made.session_token)

    async def update(
        self,
        actor: Actor,
        access_key: str,
        change: CredentialChange,
        *,
        owner: str | None = None,
        by: Declaration = DASHBOARD,
    ) -> Credential:
        """
        Change what a credential may do, or whether and when it works.

        Raises:
            StowageError: in this order: `forbidden`; `not_found`; `yaml_managed`;
                `invalid_request`.
        """
        _check_reach(actor, owner)
        rules.check_may_change(actor.principal)
        async with self._database.write() as connection:
            row = _found(
                await repository.find_credential(connection, access_key, for_update=True), owner
            )
            check_owner("credential", access_key, row, source=by.source)
            values = self._changed_columns(actor, row, change, by)
            if "scopes" in values:
                await _check_backends(connection, values["scopes"])
            if "user_id" in values:
                await _check_user(connection, values["user_id"] or "")
            stamped = {**values, **self._stamp(actor)}
            await repository.update_credential(connection, access_key, stamped)
            row = _found(await repository.find_credential(connection, access_key), owner)
        credential = credential_of(row)
        fields = [_API_NAMES.get(name, name) for name in values]
        self._record(actor, AuditAction.S3_CREDENTIAL_UPDATE, credential, owner, {"fields": fields})
        return credential

    async def delete(
        self,
        actor: Actor,
        access_key: str,
        *,
        owner: str | None = None,
        by: Declaration = DASHBOARD,
    ) -> None:
        """
        Delete a credential; it is refused everywhere within a second.

        Raises:
            StowageError: in this order: `forbidden`; `not_found`; `yaml_managed`.
        """
        _check_reach(actor, owner)
        rules.check_may_change(actor.principal)
        async with self._database.write() as connection:
            row = _found(
                await repository.find_credential(connection, access_key, for_update=True), owner
            )
            check_owner("credential", access_key, row, source=by.source)
            await repository.delete_credential(connection, access_key)
        self._record(actor, AuditAction.S3_CREDENTIAL_DELETE, credential_of(row), owner, {})

    async def rotate(
        self, actor: Actor, access_key: str, *, overlap_days: int, owner: str | None = None
    ) -> MadeCredential:
        """
        Make a second key with the same rights; the first one works on for the overlap.

        Raises:
            StowageError: in this order: `forbidden`; `secret_key_unset`; `not_found`;
                `yaml_managed`; `invalid_request`; `conflict` if chance makes a key id twice.
        """
        _check_reach(actor, owner)
        rules.check_may_change(actor.principal)
        ring, now = self._require_ring(), self._clock.now()
        try:
            async with self._database.write() as connection:
                old = _found(
                    await repository.find_credential(connection, access_key, for_update=True), owner
                )
                check_owner("credential", access_key, old, source=DASHBOARD.source)
                end = rotation.last_moment(old, overlap_days, now)
                stamp = self._stamp(actor)
                values = {
                    **rotation.successor_of(old),
                    "created_at": now,
                    "created_by": actor.id,
                    **DASHBOARD.columns(),
                    **stamp,
                }
                made = seal_new(ring, values["access_key"], is_temporary=False)
                await repository.insert_credential(connection, {**values, **made.columns})
                await pass_on_quota(connection, "credential", access_key, heir=values["access_key"])
                await repository.update_credential(
                    connection, access_key, {"expires_at": end, **stamp}
                )
                row = await repository.find_credential(connection, values["access_key"])
        except IntegrityError as error:
            raise errors.CONFLICT() from error
        fresh = credential_of(_found(row, None))
        detail: dict[str, DetailValue] = {
            "new_access_key": fresh.access_key,
            "expires_at": end.isoformat(),
        }
        self._record(actor, AuditAction.S3_CREDENTIAL_ROTATE, credential_of(old), owner, detail)
        return MadeCredential(fresh, made.secret_key, None)

    def note_used(self, seen: Mapping[str, float]) -> None:
        """
        Note when each access key last proved itself, in seconds since the epoch.

        It is written down with the next `store_used`, not here: many keys, one transaction.
        """
        now = self._clock.now().timestamp()
        for access_key, seconds in seen.items():
            self._used[access_key] = max(min(seconds, now), self._used.get(access_key, 0.0))

    async def store_used(self) -> None:
        """
        Write down what was noted. After a failure it is tried again with the next call.

        Raises:
            StowageError: the database does not answer.
        """
        if not self._used:
            return
        async with self._database.write() as connection:
            noted, self._used = self._used, {}
            try:
                await repository.mark_used(connection, noted)
            except BaseException:
                self.note_used(noted)
                raise

    def _require_ring(self) -> KeyRing:
        if self._ring is None:
            raise errors.SECRET_KEY_UNSET()
        return self._ring

    def _new_row(
        self, actor: Actor, new: NewCredential, user_id: str, by: Declaration
    ) -> dict[str, Any]:
        now = self._clock.now()
        scopes = rules.choose_scopes(new, is_admin=actor.principal.is_admin)
        expires_at = new.expires_at
        if new.ttl_seconds > 0:
            end = now + timedelta(seconds=new.ttl_seconds)
            expires_at = end if expires_at is None else min(end, expires_at)
        # What a file says may be over: it stands there for years.
        rules.check_times(new.not_before, expires_at, _EVER if by.is_yaml else now)
        return {
            "access_key": new.chosen.access_key if new.chosen else rules.new_access_key(),
            "user_id": user_id or None,
            "description": rules.check_description(new.description),
            "scopes": [scope.as_json() for scope in scopes],
            "is_enabled": new.is_enabled,
            "not_before": new.not_before,
            "expires_at": expires_at,
            "cidrs": rules.check_cidrs(new.cidrs),
            "limits": rules.check_limits(new.limits).as_json(),
            "created_at": now,
            "created_by": actor.id,
            **by.columns(),
            **self._stamp(actor),
        }

    async def holds_secret(self, access_key: str, secret_key: str) -> bool:
        """
        Tell whether this is the secret of a credential, in constant time. No key, no secret.
        """
        async with self._database.read() as connection:
            row = await repository.find_credential(connection, access_key)
        if row is None or self._ring is None:
            return False
        return is_same_secret(self._ring, access_key, row["secret_key_sealed"], secret_key)

    def _changed_columns(
        self, actor: Actor, row: RowMapping, change: CredentialChange, by: Declaration
    ) -> dict[str, Any]:
        wanted: dict[str, Any] = {}
        is_admin = actor.principal.is_admin
        scopes = rules.revise_scopes(credential_of(row), change, is_admin=is_admin)
        if scopes is not None:
            wanted["scopes"] = [scope.as_json() for scope in scopes]
        if change.description is not None:
            wanted["description"] = rules.check_description(change.description)
        if change.is_enabled is not None:
            wanted["is_enabled"] = change.is_enabled
        if change.cidrs is not None:
            wanted["cidrs"] = rules.check_cidrs(change.cidrs)
        if change.limits is not None:
            wanted["limits"] = rules.check_limits(change.limits).as_json()
        if change.user_id is not None:
            wanted["user_id"] = change.user_id or None
        if change.secret_key is not None:
            secret_key = rules.check_secret_key(change.secret_key)
            wanted |= seal_chosen(self._require_ring(), row["access_key"], secret_key).columns
        wanted |= self._changed_times(row, change, by)
        return {name: value for name, value in wanted.items() if row[name] != value}

    def _changed_times(
        self, row: RowMapping, change: CredentialChange, by: Declaration
    ) -> dict[str, Any]:
        wanted = {"not_before": change.not_before, "expires_at": change.expires_at}
        changed = {name: value for name, value in wanted.items() if value is not KEEP}
        if changed:
            after = {**row, **changed}
            # An end that has passed meanwhile may stay; only a new one must lie ahead.
            end = after["expires_at"] if "expires_at" in changed else None
            now = _EVER if by.is_yaml else self._clock.now()
            rules.check_times(after["not_before"], end, now)
        return changed

    def _stamp(self, actor: Actor) -> dict[str, Any]:
        return {"updated_at": self._clock.now(), "updated_by": actor.id}

    def _record(
        self,
        actor: Actor,
        action: AuditAction,
        credential: Credential,
        owner: str | None,
        detail: Mapping[str, DetailValue],
    ) -> None:
        facts: dict[str, DetailValue] = {"access_key": credential.access_key, **detail}
        if owner is not None:
            facts["self"] = True
        self._audit.record(
            actor.event(self._clock.now(), action, backend_id=credential.backend_id, detail=facts)
        )


def _seal(ring: KeyRing, access_key: str, new: NewCredential) -> NewSecrets:
    if new.chosen is None:
        return seal_new(ring, access_key, is_temporary=new.ttl_seconds > 0)
    return seal_chosen(ring, access_key, rules.check_secret_key(new.chosen.secret_key))


def _check_reach(actor: Actor, owner: str | None) -> None:
    if owner is None or owner != actor.id:
        actor.require_admin()


def _found(row: RowMapping | None, owner: str | None) -> RowMapping:
    if row is None or (owner is not None and row["user_id"] != owner):
        raise errors.NOT_FOUND(reason="credential.not_found")
    return row


async def _check_backends(connection: AsyncConnection, scopes: Sequence[Mapping[str, Any]]) -> None:
    wanted = sorted({scope["backend_id"] for scope in scopes})
    if unknown := await repository.list_unknown_backends(connection, wanted):
        raise rejected("backend_id", f"there is no backend {unknown[0][:80]}")


async def _check_user(connection: AsyncConnection, user_id: str) -> None:
    if user_id and user_id != STATIC_ID and not await repository.has_user(connection, user_id):
        raise rejected("user_id", "there is no such user")
