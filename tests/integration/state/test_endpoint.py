"""
Names of the S3 endpoint and groups, on both databases.
"""

import asyncio

import pytest
from sqlalchemy import insert

from app.audit.event import SYSTEM
from app.audit.log import AuditLog
from app.auth.users import UserService
from app.clock import ManualClock
from app.database.engine import Database
from app.database.tables import backends
from app.endpoint.anonymous import AnonymousService, NewBinding
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.grants.groups import GroupChange, GroupService
from support.state import NOON, make_user


async def add_backend(database: Database, backend_id: str) -> None:
    async with database.write() as connection:
        await connection.execute(
            insert(backends).values(
                id=backend_id,
                name=backend_id,
                endpoint="http://127.0.0.1:9",
                path_style=True,
                capabilities={},
                is_enabled=True,
                is_in_maintenance=False,
                created_at=NOON,
                updated_at=NOON,
            )
        )


async def test_of_two_bindings_of_a_name_at_once_one_is_made(
    database: Database, audit: AuditLog, clock: ManualClock
) -> None:
    anonymous = AnonymousService(database, audit=audit, clock=clock)
    for backend_id in ("one", "two"):
        await add_backend(database, backend_id)

    ended = await asyncio.gather(
        *(anonymous.put(SYSTEM, NewBinding(one, "docs")) for one in ("one", "two")),
        return_exceptions=True,
    )

    (refusal,) = [end for end in ended if isinstance(end, StowageError)]
    assert refusal.entry is errors.CONFLICT
    assert len(await anonymous.list(SYSTEM)) == 1


async def test_a_group_keeps_its_name_and_its_members(
    database: Database, audit: AuditLog, clock: ManualClock, users: UserService
) -> None:
    groups = GroupService(database, audit=audit, clock=clock)
    ada = await make_user(users, "ada")
    group = await groups.create(SYSTEM, GroupChange("team", [ada.id, ada.id]))

    assert list(group.members) == [ada.id]
    with pytest.raises(StowageError) as taken:
        await groups.create(SYSTEM, GroupChange("team"))
    assert taken.value.entry is errors.CONFLICT
    await users.delete(SYSTEM, ada.id)
    assert list((await groups.get(SYSTEM, group.id)).members) == []
