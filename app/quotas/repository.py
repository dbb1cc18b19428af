"""
The SQL of limits, of whomever they are, and whether the size of a bucket is counted.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.database.changes import ChangeKind, record_change
from app.database.declared import check_owner
from app.database.tables import (
    bucket_size_tracking,
    buckets,
    group_members,
    groups,
    quotas,
    s3_credentials,
    users,
)
from app.quotas.limits import Limits, QuotaKind, QuotaPlace, QuotaSubject

_tracking = bucket_size_tracking.c
_OWNERS = {
    QuotaKind.USER: users.c.id,
    QuotaKind.GROUP: groups.c.id,
    QuotaKind.CREDENTIAL: s3_credentials.c.access_key,
}


# ---- limits ------------------------------------------------------------------------------------


async def list_limits(connection: AsyncConnection) -> Mapping[QuotaSubject, Limits]:
    """
    Return every limit.
    """
    rows = (await connection.execute(select(quotas))).mappings().all()
    return {subject_of(row): Limits(row["soft_bytes"], row["hard_bytes"]) for row in rows}


def subject_of(row: RowMapping) -> QuotaSubject:
    """
    Return what a row of a limit is about.
    """
    return QuotaSubject(QuotaKind(row["kind"]), row["subject_id"])


async def is_there(connection: AsyncConnection, subject: QuotaSubject) -> bool:
    """
    Tell whether there is such a user, group or credential.
    """
    column = _OWNERS[subject.kind]
    return await connection.scalar(select(column).where(column == subject.id)) is not None


async def check_tracking(connection: AsyncConnection, place: QuotaPlace, *, source: str) -> None:
    """
    Refuse to say whether a bucket is counted where a file says so, but from that file.

    Raises:
        StowageError: `yaml_managed`.
    """
    query = select(buckets).where(
        buckets.c.backend_id == place.backend_id, buckets.c.name == place.bucket
    )
    row = (await connection.execute(query)).mappings().first()
    if row is not None and row["settings"].get("size_tracking") is not None:
        check_owner("bucket setting", f"{place.row_id} size_tracking", row, source=source)


async def list_rows(
    connection: AsyncConnection, kind: QuotaKind | None = None
) -> Sequence[RowMapping]:
    """
    Return the whole row of every limit, or of those of one kind, by kind and id.
    """
    query = select(quotas).order_by(quotas.c.kind, quotas.c.subject_id)
    if kind is not None:
        query = query.where(quotas.c.kind == kind.value)
    return (await connection.execute(query)).mappings().all()


async def list_names(connection: AsyncConnection, subject_ids: Sequence[str]) -> Mapping[str, str]:
    """
    Return how those of them that are users or groups are called.
    """
    found: dict[str, str] = {}
    for table_id, name in ((users.c.id, users.c.username), (groups.c.id, groups.c.name)):
        rows = await connection.execute(select(table_id, name).where(table_id.in_(subject_ids)))
        found |= {row[0]: row[1] for row in rows}
    return found


async def list_rows_about(connection: AsyncConnection, user_id: str) -> Sequence[RowMapping]:
    """
    Return the limits that a user's writes are charged to, each with the `name` of its subject.

    Those of the user, of groups the user is in, and of credentials the user owns.
    """
    in_groups = (
        select(groups.c.id, groups.c.name)
        .join(group_members, group_members.c.group_id == groups.c.id)
        .where(group_members.c.user_id == user_id)
    )
    owned = select(
        s3_credentials.c.access_key,
        func.coalesce(func.nullif(s3_credentials.c.description, ""), s3_credentials.c.access_key),
    ).where(s3_credentials.c.user_id == user_id)
    own = select(users.c.id, users.c.username).where(users.c.id == user_id)
    found: list[RowMapping] = []
    for kind, names in (
        (QuotaKind.USER, own),
        (QuotaKind.GROUP, in_groups),
        (QuotaKind.CREDENTIAL, owned),
    ):
        known = names.distinct().subquery()
        key, name = known.c[0], known.c[1].label("name")
        query = (
            select(quotas, name)
            .join(known, quotas.c.subject_id == key)
            .where(quotas.c.kind == kind.value)
            .order_by(name, key)
        )
        found += (await connection.execute(query)).mappings().all()
    return found


async def find_row(connection: AsyncConnection, subject: QuotaSubject) -> RowMapping | None:
    """
    Return the row of a limit.
    """
    query = select(quotas).where(_is_limit(subject))
    return (await connection.execute(query)).mappings().first()


async def store_limits(
    connection: AsyncConnection, subject: QuotaSubject, values: Mapping[str, Any]
) -> None:
    """
    Make or replace the row of a limit; who made it first, and when, stays.
    """
    if await find_row(connection, subject) is None:
        row = {"kind": subject.kind.value, "subject_id": subject.id, **values}
        await connection.execute(insert(quotas).values(row))
    else:
        changed = {name: values[name] for name in values if not name.startswith("created_")}
        await connection.execute(update(quotas).where(_is_limit(subject)).values(changed))
    await record_change(connection, ChangeKind.QUOTA, subject.name)


async def delete_limits(connection: AsyncConnection, subject: QuotaSubject) -> bool:
    """
    Delete the row of a limit; tell whether there was one.
    """
    gone = await connection.execute(delete(quotas).where(_is_limit(subject)))
    if not gone.rowcount:
        return False
    await record_change(connection, ChangeKind.QUOTA, subject.name)
    return True


def _is_limit(subject: QuotaSubject) -> ColumnElement[bool]:
    return and_(quotas.c.kind == subject.kind.value, quotas.c.subject_id == subject.id)


# ---- size tracking -------------------------------------------------------------------------------


async def find_tracking(connection: AsyncConnection, place: QuotaPlace) -> RowMapping | None:
    """
    Return the row that says whether a bucket's size is counted; `None` means that it is.
    """
    query = select(bucket_size_tracking).where(_is_tracked(place))
    return (await connection.execute(query)).mappings().first()


async def list_untracked(connection: AsyncConnection) -> frozenset[QuotaPlace]:
    """
    Return the buckets whose size is not counted.
    """
    query = select(_tracking.backend_id, _tracking.bucket).where(_tracking.is_enabled.is_(False))
    return frozenset(QuotaPlace(*row) for row in (await connection.execute(query)).all())


async def store_tracking(
    connection: AsyncConnection, place: QuotaPlace, values: Mapping[str, Any]
) -> None:
    """
    Say whether a bucket's size is counted.
    """
    if await find_tracking(connection, place) is None:
        row = {"backend_id": place.backend_id, "bucket": place.bucket, **values}
        await connection.execute(insert(bucket_size_tracking).values(row))
    else:
        changed = update(bucket_size_tracking).where(_is_tracked(place))
        await connection.execute(changed.values(dict(values)))


def _is_tracked(place: QuotaPlace) -> ColumnElement[bool]:
    return and_(_tracking.backend_id == place.backend_id, _tracking.bucket == place.bucket)
