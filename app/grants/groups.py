"""
`GroupService`: groups of users that grants can name.

Members come from the dashboard, from a file or from a claim of the identity provider. A change
here touches the members that were put in here; the others stay what their origin says.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.actions import AuditAction
from app.audit.event import Actor, DetailValue
from app.audit.log import AuditLog
from app.clock import Clock
from app.database.changes import ChangeKind, record_change
from app.database.declared import DASHBOARD, YAML, Declaration, check_owner
from app.database.endings import end_quota
from app.database.engine import Database
from app.database.tables import grants, group_members, groups, users
from app.errors import registry as errors
from app.errors.rejected import rejected
from app.grants.page import Page, PageRequest
from app.types import new_ulid

MAX_NAME = 128
MAX_MEMBERS = 1000
MAX_CLAIM_VALUES = 100
MAX_CLAIM_VALUE = 255
_CLAIM = "oidc"


@dataclass(frozen=True, slots=True)
class GroupChange:
    """
    What is to change of a group, or what a new one is; `None` keeps what is there.
    """

    name: str | None = None
    members: Sequence[str] | None = None
    """User ids."""
    claim_values: Sequence[str] | None = None
    """Values of the provider's group claim that make a member."""


@dataclass(frozen=True, slots=True)
class Group:
    """
    A group, with the ids of all its members wherever they come from.
    """

    id: str
    name: str
    members: Sequence[str]
    written_members: Sequence[str]
    """Those whom somebody put in here or in a file, without those of a claim."""
    claim_values: Sequence[str]
    created_at: datetime
    source: str
    source_file: str
    source_line: int


class GroupService:
    """
    The groups as they are stored; all of it is an administrator's.
    """

    def __init__(self, database: Database, *, audit: AuditLog, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock

    async def list(self, actor: Actor, page: PageRequest) -> Page[Group]:
        """
        Return one page of groups, in the order they were made.

        Raises:
            StowageError: `forbidden`.
        """
        actor.require_admin()
        query = select(groups).order_by(groups.c.id).where(groups.c.id > page.cursor)
        async with self._database.read() as connection:
            rows = (await connection.execute(query.limit(page.limit + 1))).mappings().all()
            shown = rows[: page.limit]
            members = await _load_members(connection, [row["id"] for row in shown])
        items = [_group_of(row, members) for row in shown]
        return Page(items, items[-1].id if len(rows) > page.limit else "")

    async def get_by_name(self, actor: Actor, name: str) -> Group:
        """
        Return the group of a name.

        Raises:
            StowageError: `forbidden`; `not_found`, reason `group.not_found`.
        """
        actor.require_admin()
        async with self._database.read() as connection:
            found = await connection.scalar(select(groups.c.id).where(groups.c.name == name))
            return await _get(connection, found or "")

    async def get(self, actor: Actor, group_id: str) -> Group:
        """
        Return one group.

        Raises:
            StowageError: `forbidden`; `not_found`, reason `group.not_found`.
        """
        actor.require_admin()
        async with self._database.read() as connection:
            return await _get(connection, group_id)

    async def create(self, actor: Actor, new: GroupChange, *, by: Declaration = DASHBOARD) -> Group:
        """
        Make a group.

        Raises:
            StowageError: in this order: `forbidden`; `invalid_request`; `conflict`, reason
                `group.exists`.
        """
        actor.require_admin()
        now = self._clock.now()
        group_id = new_ulid(now.timestamp())
        values: dict[str, Any] = {
            "id": group_id,
            "claim_values": [],
            **_columns(GroupChange(new.name or "", new.members, new.claim_values)),
            "created_at": now,
            "created_by": actor.id,
            **self._stamp(actor),
            **by.columns(),
        }
        try:
            async with self._database.write() as connection:
                await connection.execute(insert(groups).values(values))
                await _set_members(connection, group_id, new.members or (), origin=by.source)
                await record_change(connection, ChangeKind.GROUP, group_id)
                group = await _get(connection, group_id)
        except IntegrityError as error:
            raise errors.CONFLICT(reason="group.exists") from error
        self._record(actor, AuditAction.GROUP_CREATE, group, {})
        return group

    async def update(
        self, actor: Actor, group_id: str, change: GroupChange, *, by: Declaration = DASHBOARD
    ) -> Group:
        """
        Change name, members or claim values.

        Raises:
            StowageError: in this order: `forbidden`; `not_found`; `yaml_managed`;
                `invalid_request`; `conflict`, reason `group.exists`.
        """
        actor.require_admin()
        try:
            async with self._database.write() as connection:
                row = _found(await _find(connection, group_id))
                check_owner("group", row["name"], row, source=by.source)
                values = {**_columns(change), **self._stamp(actor)}
                await connection.execute(
                    update(groups).where(groups.c.id == group_id).values(values)
                )
                if change.members is not None:
                    await _set_members(connection, group_id, change.members, origin=by.source)
                await record_change(connection, ChangeKind.GROUP, group_id)
                group = await _get(connection, group_id)
        except IntegrityError as error:
            raise errors.CONFLICT(reason="group.exists") from error
        fields = [
            name
            for name in ("name", "members", "claim_values")
            if getattr(change, name) is not None
        ]
        self._record(actor, AuditAction.GROUP_UPDATE, group, {"fields": fields})
        return group

    async def delete(self, actor: Actor, group_id: str, *, by: Declaration = DASHBOARD) -> None:
        """
        Delete a group and the grants to it.

        Raises:
            StowageError: in this order: `forbidden`; `not_found`; `yaml_managed`.
        """
        actor.require_admin()
        async with self._database.write() as connection:
            row = _found(await _find(connection, group_id))
            check_owner("group", row["name"], row, source=by.source)
            subject = (grants.c.subject_kind == "group") & (grants.c.subject_id == group_id)
            gone = await connection.execute(delete(grants).where(subject).returning(grants.c.id))
            for grant_id in gone.scalars().all():
                await record_change(connection, ChangeKind.GRANT, grant_id)
            group = await _get(connection, group_id)
            await end_quota(connection, "group", group_id)
            await connection.execute(delete(groups).where(groups.c.id == group_id))
            await record_change(connection, ChangeKind.GROUP, group_id)
        self._record(actor, AuditAction.GROUP_DELETE, group, {})

    def _stamp(self, actor: Actor) -> dict[str, Any]:
        return {"updated_at": self._clock.now(), "updated_by": actor.id}

    def _record(
        self, actor: Actor, action: AuditAction, group: Group, more: dict[str, DetailValue]
    ) -> None:
        detail: dict[str, DetailValue] = {"group_id": group.id, "name": group.name, **more}
        self._audit.record(actor.event(self._clock.now(), action, detail=detail))


def _columns(change: GroupChange) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if change.name is not None:
        values["name"] = _check_name(change.name)
    if change.claim_values is not None:
        values["claim_values"] = _check_claim_values(change.claim_values)
    if change.members is not None and len(change.members) > MAX_MEMBERS:
        raise rejected("members", f"at most {MAX_MEMBERS}")
    return values


def _check_name(text: str) -> str:
    name = text.strip()
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        raise rejected("name", f"use 1 to {MAX_NAME} printable characters")
    return name


def _check_claim_values(texts: Sequence[str]) -> list[str]:
    if len(texts) > MAX_CLAIM_VALUES:
        raise rejected("claim_values", f"at most {MAX_CLAIM_VALUES}")
    if not all(1 <= len(text) <= MAX_CLAIM_VALUE and text.isprintable() for text in texts):
        raise rejected("claim_values", f"use 1 to {MAX_CLAIM_VALUE} printable characters")
    return list(dict.fromkeys(texts))


async def _set_members(
    connection: AsyncConnection, group_id: str, members: Sequence[str], *, origin: str
) -> None:
    """
    Make exactly these users members by this origin; those in by another need no second row.

    What a file says replaces what was put in by hand, and is not left out because of a claim that
    may lapse.
    """
    wanted = set(members)
    known = set(await connection.scalars(select(users.c.id).where(users.c.id.in_(wanted))))
    if unknown := sorted(wanted - known):
        raise rejected("members", f"there is no user {unknown[0][:80]}")
    replaced = (origin, DASHBOARD.source) if origin == YAML else (origin,)
    mine = (group_members.c.group_id == group_id) & group_members.c.origin.in_(replaced)
    await connection.execute(delete(group_members).where(mine))
    others = select(group_members.c.user_id).where(group_members.c.group_id == group_id)
    fresh = wanted if origin == YAML else wanted - set(await connection.scalars(others))
    rows = [
        {"group_id": group_id, "user_id": user_id, "origin": origin} for user_id in sorted(fresh)
    ]
    if rows:
        await connection.execute(insert(group_members), rows)


async def _load_members(
    connection: AsyncConnection, group_ids: Collection[str]
) -> Mapping[str, Sequence[tuple[str, str]]]:
    """
    Return user id and origin of each membership, by group and sorted.
    """
    query = (
        select(group_members.c.group_id, group_members.c.user_id, group_members.c.origin)
        .where(group_members.c.group_id.in_(group_ids))
        .order_by(group_members.c.user_id, group_members.c.origin)
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for group_id, user_id, origin in (await connection.execute(query)).all():
        found.setdefault(group_id, []).append((user_id, origin))
    return found


async def _find(connection: AsyncConnection, group_id: str) -> RowMapping | None:
    query = select(groups).where(groups.c.id == group_id)
    return (await connection.execute(query)).mappings().first()


async def _get(connection: AsyncConnection, group_id: str) -> Group:
    row = _found(await _find(connection, group_id))
    return _group_of(row, await _load_members(connection, [group_id]))


def _found(row: RowMapping | None) -> RowMapping:
    if row is None:
        raise errors.NOT_FOUND(reason="group.not_found")
    return row


def _group_of(row: RowMapping, members: Mapping[str, Sequence[tuple[str, str]]]) -> Group:
    found = members.get(row["id"], ())
    return Group(
        id=row["id"],
        name=row["name"],
        members=list(dict.fromkeys(user_id for user_id, _ in found)),
        written_members=list(dict.fromkeys(one for one, origin in found if origin != _CLAIM)),
        claim_values=row["claim_values"],
        created_at=row["created_at"],
        source=row["source"],
        source_file=row["source_file"],
        source_line=row["source_line"],
    )
