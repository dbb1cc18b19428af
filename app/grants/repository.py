"""
The SQL of grants and group memberships.
"""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Select, and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.database.tables import grants, group_members, groups
from app.grants.effective import GrantRow

_GRANT = (
    grants.c.id,
    grants.c.subject_kind,
    grants.c.subject_id,
    grants.c.backend_id,
    grants.c.bucket,
    grants.c.prefix,
    grants.c.access,
)
_MEMBERSHIPS = select(group_members.c.group_id).where(
    group_members.c.user_id == bindparam("wanted")
)
# Asked at every request, so that they are not built anew each time.
_GRANTS_FOR = (
    select(*_GRANT)
    .where(
        or_(
            and_(grants.c.subject_kind == "user", grants.c.subject_id == bindparam("wanted")),
            and_(grants.c.subject_kind == "role", grants.c.subject_id == bindparam("wanted_role")),
            and_(grants.c.subject_kind == "group", grants.c.subject_id.in_(_MEMBERSHIPS)),
        )
    )
    .order_by(grants.c.id)
)
_GROUP_NAMES = (
    select(groups.c.name)
    .join(group_members, group_members.c.group_id == groups.c.id)
    .where(group_members.c.user_id == bindparam("wanted"))
    .distinct()
    .order_by(groups.c.name)
)


async def list_grants(connection: AsyncConnection) -> Sequence[GrantRow]:
    """
    Return every grant, in the order they were made.
    """
    return await _fetch(connection, select(*_GRANT).order_by(grants.c.id))


async def list_grants_for(
    connection: AsyncConnection, *, user_id: str, role: str
) -> Sequence[GrantRow]:
    """
    Return the grants to a user, to their groups and to their role.
    """
    return await _fetch(connection, _GRANTS_FOR, {"wanted": user_id, "wanted_role": str(role)})


async def list_group_names(connection: AsyncConnection, user_id: str) -> Sequence[str]:
    """
    Return the names of a user's groups, sorted.
    """
    rows = await connection.execute(_GROUP_NAMES, {"wanted": user_id})
    return rows.scalars().all()


async def list_group_names_of(
    connection: AsyncConnection, user_ids: Collection[str]
) -> Mapping[str, Sequence[str]]:
    """
    Return the names of several users' groups, sorted, by user id.
    """
    rows = await connection.execute(
        select(group_members.c.user_id, groups.c.name)
        .join(groups, groups.c.id == group_members.c.group_id)
        .where(group_members.c.user_id.in_(user_ids))
        .distinct()
        .order_by(groups.c.name)
    )
    found: dict[str, list[str]] = {}
    for user_id, name in rows.all():
        found.setdefault(user_id, []).append(name)
    return found


async def load_memberships(connection: AsyncConnection) -> Mapping[str, frozenset[str]]:
    """
    Return the ids of each user's groups, by user id.
    """
    rows = await connection.execute(select(group_members.c.user_id, group_members.c.group_id))
    found: dict[str, set[str]] = {}
    for user_id, group_id in rows.all():
        found.setdefault(user_id, set()).add(group_id)
    return {user_id: frozenset(ids) for user_id, ids in found.items()}


async def _fetch(
    connection: AsyncConnection,
    query: Select[tuple[object, ...]],
    values: Mapping[str, str] | None = None,
) -> list[GrantRow]:
    rows = await connection.execute(query, values)
    return [GrantRow(**row) for row in rows.mappings()]
