"""
The SQL of backends: their rows, what probing found, and what hangs on a backend.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.backends.rows import BackendRow
from app.database.changes import ChangeKind, record_change
from app.database.endings import end_shares_at, forget_usage_at
from app.database.tables import (
    backend_probes,
    backends,
    bucket_aliases,
    bucket_pins,
    buckets,
    grants,
    quotas,
    s3_anonymous_bindings,
    s3_bucket_cors,
    s3_credentials,
)

_COLUMNS = tuple(one.name for one in fields(BackendRow))


async def list_backends(connection: AsyncConnection) -> Sequence[BackendRow]:
    """
    Return every row, by id.
    """
    rows = await connection.execute(select(backends).order_by(backends.c.id))
    return [_to_row(row) for row in rows.mappings()]


async def find_backend(connection: AsyncConnection, backend_id: str) -> BackendRow | None:
    """
    Return one row, or nothing.
    """
    rows = await connection.execute(select(backends).where(backends.c.id == backend_id))
    row = rows.mappings().first()
    return None if row is None else _to_row(row)


async def insert_backend(connection: AsyncConnection, row: BackendRow) -> None:
    """
    Store a new row.
    """
    await connection.execute(insert(backends).values(_values(row)))


async def update_backend(connection: AsyncConnection, row: BackendRow) -> None:
    """
    Replace the row of the same id.
    """
    await connection.execute(update(backends).where(backends.c.id == row.id).values(_values(row)))


async def delete_backend(connection: AsyncConnection, backend_id: str) -> None:
    """
    Delete a row and everything that hangs on it, so that a later backend of the id inherits none.

    Credentials lose their scopes there; one that has no other is switched off. Shares end. Every
    row that goes or changes is written to `changes`.
    """
    await _delete_grants(connection, backend_id)
    await _delete_bucket_rows(connection, backend_id)
    await _delete_quotas(connection, backend_id)
    await _restrict_credentials(connection, backend_id)
    await end_shares_at(connection, backend_id)
    await forget_usage_at(connection, backend_id)
    await connection.execute(delete(bucket_pins).where(bucket_pins.c.backend_id == backend_id))
    await connection.execute(delete(backends).where(backends.c.id == backend_id))


async def load_probes(connection: AsyncConnection) -> Mapping[str, Mapping[str, bool]]:
    """
    Return what probing found, by backend.
    """
    rows = await connection.execute(
        select(backend_probes.c.backend_id, backend_probes.c.capabilities)
    )
    return {row.backend_id: row.capabilities for row in rows}


async def save_probe(
    connection: AsyncConnection, backend_id: str, values: Mapping[str, Any]
) -> None:
    """
    Replace what probing found for a backend.
    """
    await delete_probe(connection, backend_id)
    await connection.execute(insert(backend_probes).values(backend_id=backend_id, **values))


async def delete_probe(connection: AsyncConnection, backend_id: str) -> None:
    """
    Forget what probing found, because it was another place.
    """
    await connection.execute(
        delete(backend_probes).where(backend_probes.c.backend_id == backend_id)
    )


async def _delete_grants(connection: AsyncConnection, backend_id: str) -> None:
    gone = await connection.execute(
        delete(grants).where(grants.c.backend_id == backend_id).returning(grants.c.id)
    )
    for grant_id in gone.scalars().all():
        await record_change(connection, ChangeKind.GRANT, grant_id)


async def _delete_bucket_rows(connection: AsyncConnection, backend_id: str) -> None:
    kinds: tuple[tuple[Table, str, ChangeKind], ...] = (
        (s3_bucket_cors, "bucket", ChangeKind.CORS),
        (s3_anonymous_bindings, "bucket", ChangeKind.ANONYMOUS),
        (buckets, "name", ChangeKind.BUCKET),
    )
    for table, column, kind in kinds:
        gone = await connection.execute(
            delete(table).where(table.c.backend_id == backend_id).returning(table.c[column])
        )
        for bucket in gone.scalars().all():
            await record_change(connection, kind, f"{backend_id}/{bucket}")
    gone = await connection.execute(
        delete(bucket_aliases)
        .where(bucket_aliases.c.backend_id == backend_id)
        .returning(bucket_aliases.c.name)
    )
    for name in gone.scalars().all():
        await record_change(connection, ChangeKind.ALIAS, name)


async def _delete_quotas(connection: AsyncConnection, backend_id: str) -> None:
    gone = await connection.execute(
        delete(quotas)
        .where(
            quotas.c.kind == "bucket",
            quotas.c.subject_id.startswith(f"{backend_id}/", autoescape=True),
        )
        .returning(quotas.c.subject_id)
    )
    for subject_id in gone.scalars().all():
        await record_change(connection, ChangeKind.QUOTA, subject_id)


async def _restrict_credentials(connection: AsyncConnection, backend_id: str) -> None:
    rows = await connection.execute(select(s3_credentials.c.access_key, s3_credentials.c.scopes))
    for access_key, scopes in rows.all():
        left = [scope for scope in scopes if scope.get("backend_id") != backend_id]
        if len(left) == len(scopes):
            continue
        # The scopes of a key that is switched off stay, to show what it was for.
        values = {"scopes": left} if left else {"is_enabled": False}
        await connection.execute(
            update(s3_credentials).where(s3_credentials.c.access_key == access_key).values(values)
        )
        await record_change(connection, ChangeKind.CREDENTIAL, access_key)


def _values(row: BackendRow) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in _COLUMNS}
    values["capabilities"] = dict(row.capabilities)
    return values


def _to_row(row: Mapping[Any, Any]) -> BackendRow:
    return BackendRow(**{name: row[name] for name in _COLUMNS})
