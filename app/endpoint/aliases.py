"""
Bucket aliases: names of the S3 endpoint's own that lead to a bucket of a backend.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.actions import AuditAction
from app.audit.event import Actor
from app.audit.log import AuditLog
from app.clock import Clock
from app.database.changes import ChangeKind, record_change
from app.database.declared import DASHBOARD, Declaration, check_owner
from app.database.engine import Database
from app.database.tables import bucket_aliases
from app.endpoint.names import check_name, check_place
from app.errors import registry as errors
from app.errors.rejected import rejected
from app.types import is_bucket_name


@dataclass(frozen=True, slots=True)
class Alias:
    """
    A name, and the bucket it leads to.
    """

    name: str
    backend_id: str
    bucket: str
    source: str = "dashboard"
    source_file: str = ""
    source_line: int = 0


class AliasService:
    """
    The aliases as they are stored; all of it is an administrator's.
    """

    def __init__(self, database: Database, *, audit: AuditLog, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock

    async def list(self, actor: Actor) -> list[Alias]:
        """
        Return every alias, by name.

        Raises:
            StowageError: `forbidden`.
        """
        actor.require_admin()
        query = select(bucket_aliases).order_by(bucket_aliases.c.name)
        async with self._database.read() as connection:
            return [_alias_of(row) for row in (await connection.execute(query)).mappings()]

    async def create(self, actor: Actor, new: Alias, *, by: Declaration = DASHBOARD) -> Alias:
        """
        Make a name lead to a bucket.

        Raises:
            StowageError: in this order: `forbidden`; `invalid_request`; `conflict`: the name
                is an alias already, or strangers reach another bucket by it.
        """
        actor.require_admin()
        if not is_bucket_name(new.name):
            raise rejected("name", f"{new.name[:80]} is no bucket name")
        async with self._database.write() as connection:
            await check_place(connection, new.backend_id, new.bucket)
            await check_name(connection, new.name, backend_id=new.backend_id, bucket=new.bucket)
            if (old := await _find(connection, new.name)) is not None:
                place = f"{old['backend_id']}/{old['bucket']}"
                raise errors.CONFLICT(
                    reason="name.in_use", params={"name": new.name, "place": place}
                )
            await connection.execute(insert(bucket_aliases).values(self._row(actor, new, by)))
            await record_change(connection, ChangeKind.ALIAS, new.name)
        self._record(actor, AuditAction.ALIAS_CREATE, new)
        return Alias(new.name, new.backend_id, new.bucket, by.source, by.file, by.line)

    async def update(self, actor: Actor, new: Alias, *, by: Declaration = DASHBOARD) -> Alias:
        """
        Make a name lead to another bucket, without a moment in which it leads nowhere.

        Raises:
            StowageError: in this order: `forbidden`; `not_found`; `yaml_managed`;
                `invalid_request`; `conflict`: strangers reach another bucket by the name.
        """
        actor.require_admin()
        table = bucket_aliases
        async with self._database.write() as connection:
            old = _found(await _find(connection, new.name))
            check_owner("alias", new.name, old, source=by.source)
            await check_place(connection, new.backend_id, new.bucket)
            # Its own old place is no other place: it is left at the same moment.
            await connection.execute(delete(table).where(table.c.name == new.name))
            await check_name(connection, new.name, backend_id=new.backend_id, bucket=new.bucket)
            made = {name: old[name] for name in ("created_at", "created_by")}
            values = {**self._row(actor, new, by), **made}
            await connection.execute(insert(table).values(values))
            await record_change(connection, ChangeKind.ALIAS, new.name)
        self._record(actor, AuditAction.ALIAS_UPDATE, new)
        return Alias(new.name, new.backend_id, new.bucket, by.source, by.file, by.line)

    async def delete(self, actor: Actor, name: str, *, by: Declaration = DASHBOARD) -> None:
        """
        Take a name away; it leads nowhere within a second.

        Raises:
            StowageError: in this order: `forbidden`; `not_found`; `yaml_managed`.
        """
        actor.require_admin()
        async with self._database.write() as connection:
            row = _found(await _find(connection, name))
            check_owner("alias", name, row, source=by.source)
            await connection.execute(delete(bucket_aliases).where(bucket_aliases.c.name == name))
            await record_change(connection, ChangeKind.ALIAS, name)
        self._record(actor, AuditAction.ALIAS_DELETE, _alias_of(row))

    def _row(self, actor: Actor, new: Alias, by: Declaration) -> dict[str, Any]:
        now = self._clock.now()
        return {
            "name": new.name,
            "backend_id": new.backend_id,
            "bucket": new.bucket,
            "created_at": now,
            "created_by": actor.id,
            "updated_at": now,
            "updated_by": actor.id,
            **by.columns(),
        }

    def _record(self, actor: Actor, action: AuditAction, alias: Alias) -> None:
        self._audit.record(
            actor.event(
                self._clock.now(),
                action,
                backend_id=alias.backend_id,
                bucket=alias.bucket,
                detail={"name": alias.name},
            )
        )


async def _find(connection: AsyncConnection, name: str) -> RowMapping | None:
    query = select(bucket_aliases).where(bucket_aliases.c.name == name)
    return (await connection.execute(query)).mappings().first()


def _found(row: RowMapping | None) -> RowMapping:
    if row is None:
        raise errors.NOT_FOUND(reason="alias.not_found")
    return row


def _alias_of(row: RowMapping) -> Alias:
    return Alias(
        row["name"],
        row["backend_id"],
        row["bucket"],
        row["source"],
        row["source_file"],
        row["source_line"],
    )
