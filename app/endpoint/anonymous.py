"""
Anonymous bindings: buckets that strangers may read through the S3 endpoint.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.actions import AuditAction
from app.audit.event import Actor, DetailValue
from app.audit.log import AuditLog
from app.clock import Clock
from app.database.changes import ChangeKind, record_change
from app.database.declared import DASHBOARD, Declaration, check_owner
from app.database.engine import Database
from app.database.tables import s3_anonymous_bindings
from app.endpoint.names import check_name, check_place
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.errors.rejected import rejected
from app.types import parse_object_key

READ_ONLY = "ReadOnly"
DEFAULT_RPS = 20
MAX_RPS = 1_000_000
_columns = s3_anonymous_bindings.c


@dataclass(frozen=True, slots=True)
class NewBinding:
    """
    What strangers are to be let in to.
    """

    backend_id: str
    bucket: str
    mode: str = READ_ONLY
    prefix: str = ""
    may_list: bool = True
    per_source_ip_rps: int = DEFAULT_RPS
    """Requests a second of one address; 0 means the endpoint's own limit."""


@dataclass(frozen=True, slots=True)
class Binding:
    """
    A bucket that strangers may read.
    """

    backend_id: str
    bucket: str
    mode: str
    prefix: str
    may_list: bool
    per_source_ip_rps: int
    created_at: datetime
    created_by: str
    source: str
    source_file: str
    source_line: int


class AnonymousService:
    """
    The bindings as they are stored; all of it is an administrator's.
    """

    def __init__(self, database: Database, *, audit: AuditLog, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock

    async def list(self, actor: Actor) -> list[Binding]:
        """
        Return every binding, by backend and bucket.

        Raises:
            StowageError: `forbidden`.
        """
        actor.require_admin()
        query = select(s3_anonymous_bindings).order_by(_columns.backend_id, _columns.bucket)
        async with self._database.read() as connection:
            return [_binding_of(row) for row in (await connection.execute(query)).mappings()]

    async def put(self, actor: Actor, new: NewBinding, *, by: Declaration = DASHBOARD) -> Binding:
        """
        Let strangers in, or change on what terms; who made it first, and when, stays.

        Raises:
            StowageError: in this order: `forbidden`; `invalid_request`; `yaml_managed`;
                `conflict`: the name leads strangers to another place.
        """
        actor.require_admin()
        _check(new)
        async with self._database.write() as connection:
            await check_place(connection, new.backend_id, new.bucket)
            old = await _find(connection, new.backend_id, new.bucket)
            check_owner("anonymous binding", _row_id(new), old, source=by.source)
            await check_name(connection, new.bucket, backend_id=new.backend_id, bucket=new.bucket)
            await _store(connection, old, self._row(actor, new, by))
            await record_change(connection, ChangeKind.ANONYMOUS, _row_id(new))
            row = _found(await _find(connection, new.backend_id, new.bucket))
        binding = _binding_of(row)
        detail: dict[str, DetailValue] = {
            "mode": binding.mode,
            "per_source_ip_rps": binding.per_source_ip_rps,
            "list": binding.may_list,
            "prefix": binding.prefix,
        }
        self._record(actor, AuditAction.S3_ANONYMOUS_UPSERT, new.backend_id, new.bucket, detail)
        return binding

    async def delete(
        self, actor: Actor, backend_id: str, bucket: str, *, by: Declaration = DASHBOARD
    ) -> None:
        """
        Shut strangers out; they are refused everywhere within a second.

        Raises:
            StowageError: in this order: `forbidden`; `not_found`; `yaml_managed`.
        """
        actor.require_admin()
        async with self._database.write() as connection:
            row = _found(await _find(connection, backend_id, bucket))
            row_id = f"{backend_id}/{bucket}"
            check_owner("anonymous binding", row_id, row, source=by.source)
            table = s3_anonymous_bindings
            await connection.execute(delete(table).where(_is(backend_id, bucket)))
            await record_change(connection, ChangeKind.ANONYMOUS, row_id)
        self._record(actor, AuditAction.S3_ANONYMOUS_DELETE, backend_id, bucket, {})

    def _row(self, actor: Actor, new: NewBinding, by: Declaration) -> dict[str, Any]:
        now = self._clock.now()
        return {
            "backend_id": new.backend_id,
            "bucket": new.bucket,
            "mode": new.mode,
            "prefix": new.prefix,
            "may_list": new.may_list,
            "per_source_ip_rps": new.per_source_ip_rps,
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
        backend_id: str,
        bucket: str,
        detail: dict[str, DetailValue],
    ) -> None:
        self._audit.record(
            actor.event(
                self._clock.now(), action, backend_id=backend_id, bucket=bucket, detail=detail
            )
        )


def _check(new: NewBinding) -> None:
    if new.mode != READ_ONLY:
        raise rejected("mode", f"use {READ_ONLY}")
    if not 0 <= new.per_source_ip_rps <= MAX_RPS:
        raise rejected("per_source_ip_rps", f"use 0 to {MAX_RPS}")
    if not new.prefix:
        return
    try:
        parse_object_key(new.prefix)
    except StowageError as error:
        raise rejected("prefix", error.message.rstrip(".")) from error


def _row_id(new: NewBinding) -> str:
    return f"{new.backend_id}/{new.bucket}"


def _is(backend_id: str, bucket: str) -> ColumnElement[bool]:
    return and_(_columns.backend_id == backend_id, _columns.bucket == bucket)


async def _find(connection: AsyncConnection, backend_id: str, bucket: str) -> RowMapping | None:
    query = select(s3_anonymous_bindings).where(_is(backend_id, bucket))
    return (await connection.execute(query)).mappings().first()


async def _store(
    connection: AsyncConnection, old: RowMapping | None, values: dict[str, Any]
) -> None:
    if old is None:
        await connection.execute(insert(s3_anonymous_bindings).values(values))
        return
    changed = {name: values[name] for name in values if not name.startswith("created_")}
    place = _is(old["backend_id"], old["bucket"])
    await connection.execute(update(s3_anonymous_bindings).where(place).values(changed))


def _found(row: RowMapping | None) -> RowMapping:
    if row is None:
        raise errors.NOT_FOUND(reason="binding.not_found")
    return row


def _binding_of(row: RowMapping) -> Binding:
    return Binding(
        backend_id=row["backend_id"],
        bucket=row["bucket"],
        mode=row["mode"],
        prefix=row["prefix"],
        may_list=row["may_list"],
        per_source_ip_rps=row["per_source_ip_rps"],
        created_at=row["created_at"],
        created_by=row["created_by"] or "",
        source=row["source"],
        source_file=row["source_file"],
        source_line=row["source_line"],
    )
