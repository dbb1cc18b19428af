"""
`ShareLinks`: shares as their owners and administrators make, see, change and revoke them.
"""

import secrets
from typing import Any

from sqlalchemy import RowMapping

from app.audit.actions import AuditAction
from app.audit.event import Actor, DetailValue
from app.backends.stored import ListQuery, ObjectRef
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.grants.page import Page, PageRequest
from app.objects import actions
from app.shares import repository, rules
from app.shares.share import KEEP, Keep, NewShare, Share, ShareChange, ShareQuery, Target, share_of
from app.shares.surroundings import ShareSurroundings
from app.types import new_ulid

CODE_BYTES = 10
STATES = ("active", "scheduled", "expired", "exhausted", "revoked")


class ShareLinks:
    """
    The shares as they are stored.

    The code of a share opens it: only its owner and administrators are shown it.
    """

    def __init__(self, around: ShareSurroundings) -> None:
        self.config = around.config
        """What the administrator allows."""
        self._database = around.database
        self._gate = around.objects.gate
        self._reading = around.objects.reading
        self._audit = around.audit
        self._clock = around.clock
        self._hashes = around.hashes

    async def create(self, actor: Actor, new: NewShare) -> Share:
        """
        Share something that the caller may read, or for `upload` write, at this moment.

        Raises:
            StowageError: in this order: `feature_disabled`, `forbidden` by policy;
                `invalid_key`, `invalid_prefix`, `too_many_keys`; `bad_request`;
                `weak_password`; `backend_error`; `forbidden`; `not_found`.
        """
        target, now = new.target, self._clock.now()
        rules.check_policy(self.config, actor.principal.role, target)
        rules.check_target(target)
        rules.check_place(target)
        values = rules.changed_columns(new, self.config, now)
        rules.check_password(new.password, self.config)
        await self._verify_there(actor, target)
        values |= {
            "id": new_ulid(now.timestamp()),
            "code": secrets.token_urlsafe(CODE_BYTES),
            **_target_columns(target),
            "owner_id": actor.id,
            "password_hash": await self._hash(new.password),
            "created_at": now,
            "created_by": actor.id,
            **self._stamp(actor),
        }
        async with self._database.write() as connection:
            await repository.insert_share(connection, values)
            share = share_of(_found(await repository.find_share(connection, values["id"])))
        detail: dict[str, DetailValue] = {
            "kind": target.kind,
            "has_password": share.has_password,
            "max_downloads": share.max_downloads,
        }
        self._record(actor, AuditAction.SHARE_CREATE, share, detail)
        return share

    async def list(self, actor: Actor, query: ShareQuery, page: PageRequest) -> Page[Share]:
        """
        Return one page of the caller's own shares, or of all, the newest first.

        Raises:
            StowageError: `forbidden` for the shares of others; `bad_request` for a state.
        """
        if query.owner_id != actor.id:
            actor.require_admin()
        if query.state and query.state not in STATES:
            problem = f"use {', '.join(STATES)}"
            raise errors.BAD_REQUEST(
                reason="field.invalid", params={"field": "state", "problem": problem}
            )
        async with self._database.read() as connection:
            rows = await repository.list_shares(connection, query, page, self._clock.now())
        items = [share_of(row) for row in rows[: page.limit]]
        cursor = items[-1].id if len(rows) > page.limit else ""
        return Page(items, cursor)

    async def update(self, actor: Actor, share_id: str, change: ShareChange) -> Share:
        """
        Change everything about a share but its target.

        Raises:
            StowageError: in this order: `not_found`, also for somebody else's; `revoked`;
                `feature_disabled`, `forbidden` by policy; `bad_request`; `weak_password`.
        """
        async with self._database.read() as connection:
            _own(actor, await repository.find_share(connection, share_id))
        hashed = await self._changed_password(change)
        async with self._database.write() as connection:
            row = await repository.find_share(connection, share_id, for_update=True)
            share = _own(actor, row)
            if share.revoked_at is not None:
                raise errors.REVOKED()
            rules.check_policy(self.config, actor.principal.role, share.target)
            wanted = self._changed_columns(share, change, hashed)
            old = _found(row)
            values = {name: value for name, value in wanted.items() if old[name] != value}
            await repository.update_share(connection, share_id, {**values, **self._stamp(actor)})
            share = share_of(_found(await repository.find_share(connection, share_id)))
        fields = ["password" if name == "password_hash" else name for name in values]
        self._record(actor, AuditAction.SHARE_UPDATE, share, {"fields": sorted(fields)})
        return share

    async def revoke(self, actor: Actor, share_id: str) -> None:
        """
        End a share for good; one that has ended already is a success.

        Raises:
            StowageError: `not_found`, also for somebody else's.
        """
        async with self._database.write() as connection:
            share = _own(actor, await repository.find_share(connection, share_id, for_update=True))
            if share.revoked_at is None:
                values = {"revoked_at": self._clock.now(), **self._stamp(actor)}
                await repository.update_share(connection, share_id, values)
        self._record(actor, AuditAction.SHARE_REVOKE, share, {})

    async def _verify_there(self, actor: Actor, target: Target) -> None:
        """
        Look at what is to be shared with the caller's own rights.
        """
        try:
            await self._look_at(actor, target)
        except StowageError as error:
            if error.reason == "backend.unknown":
                raise errors.BACKEND_ERROR(reason="backend.gone") from error
            raise

    async def _look_at(self, actor: Actor, target: Target) -> None:
        place = target.place
        for key in target.keys:
            await self._reading.head(actor, place, ObjectRef(key, target.version_id))
        if target.kind == "folder":
            self._gate.enter(actor, actions.READ_OBJECT, place, key=target.prefix)
            query = ListQuery(prefix=target.prefix, max_keys=1)
            await self._reading.list_objects(actor, place, query)
        elif target.kind == "upload":
            live, _ = self._gate.enter(actor, actions.WRITE_OBJECT, place, key=target.prefix)
            await live.backend.buckets.verify(place.bucket)

    async def _hash(self, password: str) -> str:
        if not password:
            return ""
        async with self._hashes.turn():
            return await self._hashes.make(password)

    async def _changed_password(self, change: ShareChange) -> str | None:
        if change.password is None:
            return None
        rules.check_password(change.password, self.config)
        return await self._hash(change.password)

    def _changed_columns(
        self, share: Share, change: ShareChange, hashed: str | None
    ) -> dict[str, Any]:
        now = self._clock.now()
        wanted: dict[str, Any] = {}
        starts_at = share.starts_at if isinstance(change.starts_at, Keep) else change.starts_at
        if not isinstance(change.expires_at, Keep):
            wanted["expires_at"] = rules.check_times(starts_at, change.expires_at, self.config, now)
        if change.starts_at is not KEEP:
            rules.check_start(starts_at, wanted.get("expires_at", share.expires_at))
            wanted["starts_at"] = starts_at
        if change.max_downloads is not None:
            wanted["max_downloads"] = rules.check_count("max_downloads", change.max_downloads)
        if change.max_bytes is not None:
            wanted["max_bytes"] = rules.check_count("max_bytes", change.max_bytes)
        if change.disposition is not None:
            wanted["disposition"] = rules.check_disposition(change.disposition)
        if change.note is not None:
            wanted["note"] = rules.check_note(change.note)
        if change.allowed_types is not None:
            wanted["allowed_types"] = rules.check_types(change.allowed_types)
        if hashed is not None:
            wanted["password_hash"] = hashed
        return wanted

    def _stamp(self, actor: Actor) -> dict[str, Any]:
        return {"updated_at": self._clock.now(), "updated_by": actor.id}

    def _record(
        self, actor: Actor, action: AuditAction, share: Share, detail: dict[str, DetailValue]
    ) -> None:
        place = share.target.place
        self._audit.record(
            actor.event(
                self._clock.now(),
                action,
                backend_id=place.backend_id,
                bucket=place.bucket,
                object_key=share.main_key,
                detail={"share_id": share.id, **detail},
            )
        )


def _found(row: RowMapping | None) -> RowMapping:
    if row is None:
        raise errors.NOT_FOUND(reason="share.not_found")
    return row


def _own(actor: Actor, row: RowMapping | None) -> Share:
    share = share_of(_found(row))
    if share.owner_id != actor.id and not actor.principal.is_admin:
        raise errors.NOT_FOUND(reason="share.not_found")
    return share


def _target_columns(target: Target) -> dict[str, Any]:
    return {
        "kind": target.kind,
        "backend_id": target.place.backend_id,
        "bucket": target.place.bucket,
        "keys": list(target.keys),
        "prefix": target.prefix,
        "version_id": target.version_id,
    }
