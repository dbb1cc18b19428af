"""
`GrantService`: who holds which levels where, beyond the defaults of the roles.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.actions import AuditAction
from app.audit.event import Actor, DetailValue
from app.audit.log import AuditLog
from app.clock import Clock
from app.database.changes import ChangeKind, record_change
from app.database.declared import DASHBOARD, Declaration, check_owner
from app.database.engine import Database
from app.database.tables import backends, grants, groups, users
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.errors.rejected import rejected
from app.grants.page import Page, PageRequest
from app.rbac.levels import Role, parse_access, render_access
from app.rbac.principal import ANY
from app.types import is_bucket_name, new_ulid, parse_object_key

AccessName = str | list[str]
_TABLES: dict[str, Table] = {"user": users, "group": groups}


@dataclass(frozen=True, slots=True)
class NewGrant:
    """
    A scope, and the subject that is to hold it.
    """

    subject_kind: str
    """`user`, `group` or `role`."""
    subject_id: str
    backend_id: str
    bucket: str
    prefix: str = ""
    access: AccessName = "readwrite"


@dataclass(frozen=True, slots=True)
class Grant:
    """
    A grant as it is stored.
    """

    id: str
    subject_kind: str
    subject_id: str
    backend_id: str
    bucket: str
    prefix: str
    access: AccessName
    source: str
    source_file: str
    source_line: int


class GrantService:
    """
    The grants as they are stored; all of it is an administrator's.
    """

    def __init__(self, database: Database, *, audit: AuditLog, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock

    async def list(self, actor: Actor, page: PageRequest) -> Page[Grant]:
        """
        Return one page of grants, in the order they were made.

        Raises:
            StowageError: `forbidden`.
        """
        actor.require_admin()
        query = select(grants).order_by(grants.c.id).where(grants.c.id > page.cursor)
        async with self._database.read() as connection:
            rows = (await connection.execute(query.limit(page.limit + 1))).mappings().all()
        items = [_grant_of(row) for row in rows[: page.limit]]
        return Page(items, items[-1].id if len(rows) > page.limit else "")

    async def create(self, actor: Actor, new: NewGrant, *, by: Declaration = DASHBOARD) -> Grant:
        """
        Give a scope to a subject; it counts everywhere within a second.

        Raises:
            StowageError: in this order: `forbidden`; `invalid_request`.
        """
        actor.require_admin()
        _check_place(new)
        values = self._row(actor, new, by)
        async with self._database.write() as connection:
            await _check_subject(connection, new)
            await _check_backend(connection, new.backend_id)
            await connection.execute(insert(grants).values(values))
            await record_change(connection, ChangeKind.GRANT, values["id"])
            row = _found(await _find(connection, values["id"]))
        self._record(actor, AuditAction.GRANT_CREATE, row, {})
        return _grant_of(row)

    async def update(
        self, actor: Actor, grant_id: str, access: AccessName, *, by: Declaration = DASHBOARD
    ) -> Grant:
        """
        Change the levels of a grant; subject and place stay.

        Raises:
            StowageError: in this order: `forbidden`; `invalid_request`; `not_found`;
                `yaml_managed`.
        """
        actor.require_admin()
        stored = render_access(parse_access(access))
        async with self._database.write() as connection:
            row = _found(await _find(connection, grant_id))
            check_owner("grant", grant_id, row, source=by.source)
            values = {"access": stored, "updated_at": self._clock.now(), "updated_by": actor.id}
            await connection.execute(update(grants).where(grants.c.id == grant_id).values(values))
            await record_change(connection, ChangeKind.GRANT, grant_id)
            row = _found(await _find(connection, grant_id))
        self._record(actor, AuditAction.GRANT_UPDATE, row, {"fields": ["access"]})
        return _grant_of(row)

    async def delete(self, actor: Actor, grant_id: str, *, by: Declaration = DASHBOARD) -> None:
        """
        Take a grant away; it counts nowhere within a second.

        Raises:
            StowageError: in this order: `forbidden`; `not_found`; `yaml_managed`.
        """
        actor.require_admin()
        async with self._database.write() as connection:
            row = _found(await _find(connection, grant_id))
            check_owner("grant", grant_id, row, source=by.source)
            await connection.execute(delete(grants).where(grants.c.id == grant_id))
            await record_change(connection, ChangeKind.GRANT, grant_id)
        self._record(actor, AuditAction.GRANT_DELETE, row, {})

    def _row(self, actor: Actor, new: NewGrant, by: Declaration) -> dict[str, Any]:
        now = self._clock.now()
        return {
            "id": new_ulid(now.timestamp()),
            "subject_kind": new.subject_kind,
            "subject_id": new.subject_id,
            "backend_id": new.backend_id,
            "bucket": new.bucket,
            "prefix": new.prefix,
            "access": render_access(parse_access(new.access)),
            "created_at": now,
            "created_by": actor.id,
            "updated_at": now,
            "updated_by": actor.id,
            **by.columns(),
        }

    def _record(
        self,
        actor: Actor,
        action: AuditAction,
        row: RowMapping,
        more: dict[str, DetailValue],
    ) -> None:
        detail: dict[str, DetailValue] = {
            "grant_id": row["id"],
            "subject": f"{row['subject_kind']}:{row['subject_id']}",
            "prefix": row["prefix"],
            "access": row["access"],
            **more,
        }
        self._audit.record(
            actor.event(
                self._clock.now(),
                action,
                backend_id=row["backend_id"],
                bucket=row["bucket"],
                detail=detail,
            )
        )


def _check_place(new: NewGrant) -> None:
    parse_access(new.access)
    if new.bucket != ANY and not is_bucket_name(new.bucket):
        raise rejected("bucket", f"{new.bucket[:80]} is no bucket name")
    if not new.prefix:
        return
    try:
        parse_object_key(new.prefix)
    except StowageError as error:
        raise rejected("prefix", error.message.rstrip(".")) from error


async def _check_subject(connection: AsyncConnection, new: NewGrant) -> None:
    if new.subject_kind == "role":
        if new.subject_id not in (Role.USER, Role.READONLY):
            raise rejected("subject", "use the role user or readonly; admin may everything")
        return
    table = _TABLES.get(new.subject_kind)
    if table is None:
        raise rejected("subject", "use the kind user, group or role")
    found = select(table.c.id).where(table.c.id == new.subject_id)
    if await connection.scalar(found) is None:
        raise rejected("subject", f"there is no such {new.subject_kind}")


async def _check_backend(connection: AsyncConnection, backend_id: str) -> None:
    found = select(backends.c.id).where(backends.c.id == backend_id)
    if backend_id != ANY and await connection.scalar(found) is None:
        raise rejected("backend_id", f"there is no backend {backend_id[:80]}")


async def _find(connection: AsyncConnection, grant_id: str) -> RowMapping | None:
    query = select(grants).where(grants.c.id == grant_id)
    return (await connection.execute(query)).mappings().first()


def _found(row: RowMapping | None) -> RowMapping:
    if row is None:
        raise errors.NOT_FOUND(reason="grant.not_found")
    return row


def _grant_of(row: RowMapping) -> Grant:
    return Grant(
        id=row["id"],
        subject_kind=row["subject_kind"],
        subject_id=row["subject_id"],
        backend_id=row["backend_id"],
        bucket=row["bucket"],
        prefix=row["prefix"],
        access=row["access"],
        source=row["source"],
        source_file=row["source_file"],
        source_line=row["source_line"],
    )
