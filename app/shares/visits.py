"""
`VisitService`: what a stranger with a link may do, decided anew at every request.

A visit never may more than the share's owner may at this moment: the visitor is a principal with
the share's scopes under the owner's as ceiling, and passes the same gate as everybody else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.audit.actions import AuditAction
from app.audit.event import NO_DETAIL, Actor, AuditStatus, DetailValue
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.objects.place import BucketPlace
from app.rbac.levels import Level
from app.rbac.principal import Principal, PrincipalKind, Scope
from app.shares import repository, rules
from app.shares.passes import Passes
from app.shares.share import Share, share_of
from app.shares.surroundings import ShareSurroundings

_CODE = re.compile(r"[A-Za-z0-9_-]{14}")
_LEVELS: Mapping[str, Level] = {
    "object": Level.READ,
    "objects": Level.READ,
    "folder": Level.LIST | Level.READ,
    "upload": Level.WRITE,
}


@dataclass(frozen=True, slots=True)
class Visit:
    """
    A stranger before an open share.
    """

    share: Share
    actor: Actor
    """The visitor for calls on objects, bounded by the share and by its owner's rights."""
    is_counted: bool = False
    """The visitor goes on with a download that was counted before."""

    @property
    def place(self) -> BucketPlace:
        """
        The bucket of what is shared.
        """
        return self.share.target.place


class VisitService:
    """
    The doors of all shares.
    """

    def __init__(self, around: ShareSurroundings) -> None:
        self.passes = Passes(around.ring, around.clock)
        """What a visitor's browser keeps."""
        self._database = around.database
        self._owners = around.owners
        self._audit = around.audit
        self._clock = around.clock
        self._hashes = around.hashes
        self._limits = around.limits
        self.config = around.config
        """What the administrator allows."""

    async def find(self, code: str) -> Share | None:
        """
        Return the share of a link, in whatever state it is, or nothing.
        """
        if not self.config.enabled or not _CODE.fullmatch(code):
            return None
        async with self._database.read() as connection:
            row = await repository.find_by_code(connection, code)
        return None if row is None else share_of(row)

    async def enter(
        self, share: Share | None, visitor: Actor, *, unlocked: str, continues: bool = False
    ) -> Visit:
        """
        Let a visitor in.

        Args:
            share: What `find` gave.
            visitor: The facts of the request.
            unlocked: The visitor's `unlock` pass; empty where there is none.
            continues: The visitor goes on with a download that was counted before.

        Raises:
            StowageError: in this order: `not_found`; `revoked`, also where the owner is gone,
                switched off or may not share any more; `expired`; `exhausted`;
                `not_yet_active`; `password_required`.
        """
        visit = await self._approach(share, visitor, continues=continues)
        is_open = not visit.share.has_password
        if not is_open and not self.passes.holds(unlocked, "unlock", visit.share):
            raise errors.PASSWORD_REQUIRED()
        return replace(visit, is_counted=continues)

    async def unlock(self, share: Share | None, visitor: Actor, password: str) -> Visit:
        """
        Let a visitor in who knows the password; a share without one opens for everybody.

        Tries are counted for each share, whoever makes them.

        Raises:
            StowageError: as `enter`; `rate_limited`; `password_mismatch`.
        """
        visit = await self._approach(share, visitor)
        found = visit.share
        if not found.has_password:
            return visit
        await self._limits.take_unlock(found.id)
        async with self._hashes.turn():
            is_right = await self._hashes.verify(found.password_hash, password)
        if not is_right:
            self._record(found, visitor, AuditStatus.DENIED, {"reason": "password_mismatch"})
            raise errors.PASSWORD_MISMATCH()
        await self._limits.give_back_unlock(found.id)
        return visit

    async def count_download(
        self, visit: Visit, key: str, detail: Mapping[str, DetailValue] = NO_DETAIL
    ) -> None:
        """
        Count one download, just before its first byte.

        Raises:
            StowageError: `revoked`, `expired`, `exhausted`: it came to its end meanwhile.
        """
        await self._count(visit, 0)
        self._record(visit.share, visit.actor, AuditStatus.OK, detail, key=key)

    def note_upload(self, visit: Visit, key: str, size_bytes: int) -> None:
        """
        Write down that a visitor's file is stored.
        """
        detail: dict[str, DetailValue] = {"upload": True, "size": size_bytes}
        self._record(visit.share, visit.actor, AuditStatus.OK, detail, key=key)

    async def hold_upload(self, visit: Visit, size_bytes: int) -> None:
        """
        Take one file of this size from what an `upload` share still allows.

        The caller gives it back where the upload fails.

        Raises:
            StowageError: as `count_download`; `too_large`: so many bytes are not left.
        """
        limit = visit.share.max_bytes
        if limit and visit.share.uploaded_bytes + size_bytes > limit:
            raise errors.TOO_LARGE(reason="share.limit", params={"limit": limit})
        await self._count(visit, size_bytes)

    async def give_back_upload(self, visit: Visit, size_bytes: int) -> None:
        """
        Return what `hold_upload` took.
        """
        async with self._database.write() as connection:
            await repository.give_back(connection, visit.share.id, uploaded_bytes=size_bytes)

    async def _count(self, visit: Visit, uploaded_bytes: int) -> None:
        share, now = visit.share, self._clock.now()
        async with self._database.write() as connection:
            is_counted = await repository.count_use(
                connection, share.id, now, uploaded_bytes=uploaded_bytes
            )
        if is_counted:
            return
        latest = await self.find(share.code)
        self._check_state(latest or share, visit.actor, continues=False)
        raise errors.TOO_LARGE(reason="share.limit", params={"limit": share.max_bytes})

    async def _approach(
        self, share: Share | None, visitor: Actor, *, continues: bool = False
    ) -> Visit:
        if share is None:
            raise errors.NOT_FOUND(reason="share.not_found")
        owner = None if share.revoked_at else await self._find_owner(share)
        if owner is None:
            self._record(share, visitor, AuditStatus.DENIED, {"reason": "revoked"})
            raise errors.REVOKED()
        self._check_state(share, visitor, continues=continues)
        return Visit(share, _actor(share, owner, visitor))

    async def _find_owner(self, share: Share) -> Principal | None:
        owner = await self._owners.find(share.owner_id)
        if owner is None:
            return None
        try:
            rules.check_policy(self.config, owner.role, share.target)
        except StowageError:
            return None
        return owner

    def _check_state(self, share: Share, visitor: Actor, *, continues: bool) -> None:
        state = share.state(self._clock.now())
        if state == "active" or (state == "exhausted" and continues):
            return
        self._record(share, visitor, AuditStatus.DENIED, {"reason": state})
        if state == "scheduled" and share.starts_at is not None:
            starts_at = share.starts_at.isoformat()
            raise errors.NOT_YET_ACTIVE(
                reason="share.starts_later", params={"starts_at": starts_at}
            )
        raise {"expired": errors.EXPIRED, "exhausted": errors.EXHAUSTED}.get(
            state, errors.REVOKED
        )()

    def _record(
        self,
        share: Share,
        visitor: Actor,
        status: AuditStatus,
        detail: Mapping[str, DetailValue],
        *,
        key: str = "",
    ) -> None:
        place = share.target.place
        event = visitor.event(
            self._clock.now(),
            AuditAction.SHARE_ACCESS,
            status=status,
            backend_id=place.backend_id,
            bucket=place.bucket,
            object_key=key or share.main_key,
            detail={"share_id": share.id, **detail},
        )
        # Nobody signed in: the row names the share, and no user.
        self._audit.record(replace(event, user_id=""))


def _actor(share: Share, owner: Principal, visitor: Actor) -> Actor:
    target = share.target
    scopes = tuple(
        Scope(
            target.place.backend_id,
            target.place.bucket,
            prefix,
            _LEVELS[target.kind],
            may_overwrite=False,
            source=f"share:{share.id}",
        )
        for prefix in target.keys or (target.prefix,)
    )
    principal = Principal(
        PrincipalKind.SHARE,
        share.id,
        role=owner.role,
        name="share",
        scopes=scopes,
        ceiling=owner.scopes,
        answered_by=owner.user_id,
    )
    return Actor(principal, visitor.request_id, visitor.ip, visitor.user_agent)
