"""
What the store tests share: places for empty databases, users, and the actors who act.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from app.audit.event import SYSTEM, Actor
from app.audit.log import AuditLog
from app.audit.query import AuditQuery
from app.auth.argon import HashCost
from app.auth.user import NewUser, User
from app.auth.users import UserService
from app.database.engine import Database, Place, open_database
from app.rbac.levels import Role
from app.rbac.principal import EVERYTHING, Principal, PrincipalKind

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
PASSWORD = "tumble-Harbor-92-oak"
OTHER_PASSWORD = "velvet-Anchor-17-elm"
CHEAP_HASHES = HashCost(memory_kib=8, passes=1, lanes=1)


@dataclass(frozen=True, slots=True)
class Places:
    """
    Where the product's database and the audit log of one test lie.
    """

    product: Place
    audit: Place


async def migrate_places(places: Places) -> None:
    """
    Make the tables of both databases.
    """
    async with (
        open_database(places.product, "product"),
        open_database(places.audit, "audit"),
    ):
        pass


@asynccontextmanager
async def open_product(places: Places) -> AsyncIterator[Database]:
    """
    Open the product's database as one more process would.
    """
    async with open_database(places.product, "product") as database:
        yield database


async def make_user(users: UserService, username: str, role: str = "user", **more: object) -> User:
    """
    Make a user with `PASSWORD` who need not change it.
    """
    facts = {"must_change_password": False, **more}
    return await users.create(SYSTEM, NewUser(username, PASSWORD, role, **facts))  # type: ignore[arg-type]  # names of fields


def actor_of(user: User) -> Actor:
    """
    Return the user as the actor of a request.
    """
    principal = Principal(
        PrincipalKind.USER,
        user.id,
        role=user.role,
        user_id=user.id,
        name=user.username,
        scopes=(EVERYTHING,) if user.role is Role.ADMIN else (),
    )
    return Actor(principal, request_id="r-1", ip="10.0.0.1", user_agent="test")


async def audited(log: AuditLog, action: str) -> list[tuple[str, str, dict[str, object]]]:
    """
    Return user id, status and detail of every event of an action, oldest first.
    """
    await log.flush()
    page = await log.search(AuditQuery(action=action, after_id=0, limit=1000))
    return [(event.user_id, event.status, json.loads(event.detail)) for event in page.events]
