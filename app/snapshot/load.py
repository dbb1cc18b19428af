"""
Reading everything a snapshot is made of, in one read of the database.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import func, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.credentials.sealed import open_secret_key, open_session_token
from app.crypto import KeyRing, SealError
from app.database.tables import (
    bucket_aliases,
    changes,
    s3_anonymous_bindings,
    s3_bucket_cors,
    s3_credentials,
    users,
)
from app.grants.effective import RoleScopes
from app.grants.repository import list_grants, load_memberships
from app.quotas import repository as quota_repository
from app.quotas.limits import Limits, QuotaSubject, parse_row_id
from app.quotas.usage import list_usage
from app.rbac.levels import Role
from app.snapshot.compile import CredentialRow, Owner, World
from app.snapshot.values import AnonymousBinding, BucketQuota, BucketTarget, CorsRule

_log = structlog.get_logger(__name__)
# Revisions may commit out of their order on PostgreSQL; the last few are looked at again.
OVERLAP = 256


@dataclass(frozen=True, slots=True)
class Change:
    """
    One row of the `changes` table.
    """

    revision: int
    kind: str
    row_id: str


async def load_revision(connection: AsyncConnection) -> int:
    """
    Return the newest revision; 0 before the first change.
    """
    return int(await connection.scalar(select(func.max(changes.c.revision))) or 0)


async def load_changes(connection: AsyncConnection, after: int) -> Sequence[Change]:
    """
    Return the changes after a revision, and the few before it that may have come late.
    """
    rows = await connection.execute(
        select(changes.c.revision, changes.c.kind, changes.c.row_id)
        .where(changes.c.revision > after - OVERLAP)
        .order_by(changes.c.revision)
    )
    return [Change(*row) for row in rows.all()]


async def load_world(
    connection: AsyncConnection, defaults: RoleScopes, *, has_static: bool
) -> World:
    """
    Read owners, groups, grants and aliases.
    """
    owners = await connection.execute(
        select(users.c.id, users.c.username, users.c.role, users.c.is_enabled)
    )
    aliases = await connection.execute(
        select(bucket_aliases.c.name, bucket_aliases.c.backend_id, bucket_aliases.c.bucket)
    )
    limits = await quota_repository.list_limits(connection)
    return World(
        owners={
            row.id: Owner(row.id, row.username, Role(row.role), row.is_enabled)
            for row in owners.all()
        },
        groups=await load_memberships(connection),
        grants=await list_grants(connection),
        defaults=defaults,
        aliases={row.name: BucketTarget(row.backend_id, row.bucket) for row in aliases.all()},
        limited={one for one in limits if not one.is_bucket},
        has_static=has_static,
    )


async def load_credentials(
    connection: AsyncConnection, ring: KeyRing | None, only: Collection[str] | None = None
) -> Sequence[CredentialRow]:
    """
    Read credentials and open their secrets; one that does not open is left out and logged.

    `only` names the access keys to read; all of them are read if it is not given.
    """
    query = select(s3_credentials)
    if only is not None:
        query = query.where(s3_credentials.c.access_key.in_(only))
    rows = (await connection.execute(query)).mappings().all()
    if ring is None:
        if rows:
            _log.warning("credentials are unusable without a sealing key", count=len(rows))
        return ()
    return [row for row in (_open(row, ring) for row in rows) if row is not None]


def _open(row: RowMapping, ring: KeyRing) -> CredentialRow | None:
    access_key = row["access_key"]
    token = row["session_token_sealed"]
    try:
        secret = open_secret_key(ring, access_key, row["secret_key_sealed"])
        token_text = None if token is None else open_session_token(ring, access_key, token)
    except SealError as error:
        _log.warning("a credential's secret does not open", access_key=access_key, why=str(error))
        return None
    return CredentialRow(
        access_key=access_key,
        secret_key=secret,
        session_token=token_text,
        user_id=row["user_id"],
        scopes=row["scopes"],
        is_enabled=row["is_enabled"],
        not_before=row["not_before"],
        expires_at=row["expires_at"],
        cidrs=row["cidrs"],
        limits=row["limits"],
        created_at=row["created_at"],
    )


async def load_cors(connection: AsyncConnection) -> Mapping[BucketTarget, tuple[CorsRule, ...]]:
    """
    Read the CORS rules of every bucket that has some.
    """
    rows = await connection.execute(
        select(s3_bucket_cors.c.backend_id, s3_bucket_cors.c.bucket, s3_bucket_cors.c.rules)
    )
    return {
        BucketTarget(row.backend_id, row.bucket): tuple(_cors_rule(rule) for rule in row.rules)
        for row in rows.all()
    }


def _cors_rule(rule: Mapping[str, object]) -> CorsRule:
    def names(member: str) -> tuple[str, ...]:
        value = rule.get(member) or ()
        return tuple(str(name) for name in value) if isinstance(value, (list, tuple)) else ()

    age = rule.get("max_age_seconds")
    return CorsRule(
        names("allowed_origins"),
        names("allowed_methods"),
        names("allowed_headers"),
        names("expose_headers"),
        age if isinstance(age, int) else 0,
    )


async def load_anonymous(
    connection: AsyncConnection, aliases: Mapping[str, BucketTarget]
) -> Mapping[str, AnonymousBinding]:
    """
    Read the buckets that strangers may read, under their names and their aliases.
    """
    rows = (await connection.execute(select(s3_anonymous_bindings))).mappings().all()
    found: dict[str, AnonymousBinding] = {}
    for row in rows:
        target = BucketTarget(row["backend_id"], row["bucket"])
        names = [name for name, place in aliases.items() if place == target]
        for name in (*names, target.bucket):
            found[name] = AnonymousBinding(
                name, target, row["may_list"], row["prefix"], float(row["per_source_ip_rps"])
            )
    return found


@dataclass(frozen=True, slots=True)
class LoadedLimits:
    """
    Every limit of bytes.
    """

    buckets: Mapping[BucketTarget, BucketQuota]
    charged: Mapping[QuotaSubject, Limits]
    """Those of users, groups and credentials."""


async def load_quotas(connection: AsyncConnection) -> LoadedLimits:
    """
    Read every limit, and which of the buckets keep versions.
    """
    limits = await quota_repository.list_limits(connection)
    places = {parse_row_id(one.id): limits[one] for one in limits if one.is_bucket}
    usage = await list_usage(connection) if places else {}
    buckets = {
        BucketTarget(*place): BucketQuota(
            limit.soft_bytes,
            limit.hard_bytes,
            keeps_versions=place in usage and usage[place].keeps_versions,
        )
        for place, limit in places.items()
    }
    return LoadedLimits(buckets, {one: limits[one] for one in limits if not one.is_bucket})
