import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app.audit.event import SYSTEM
from app.audit.log import AuditLog
from app.auth.oidc.accounts import Accounts, Settled
from app.auth.oidc.claims import Claimed
from app.auth.user import NewUser, UserChange
from app.auth.users import UserService
from app.clock import ManualClock
from app.config.identity import OidcConfig
from app.database.engine import Database
from app.database.tables import users as users_table
from app.errors.raised import StowageError
from app.grants.groups import GroupChange, GroupService
from app.rbac.levels import Role
from support.state import NOON, make_user

SOURCE = "oidc:id.example"
ANN = Claimed("sub-ann", "ann", "ann@x.org", None, Role.USER, frozenset({"dev"}))


async def settle(database: Database, claimed: Claimed, config: OidcConfig | None = None) -> Settled:
    accounts = Accounts(SOURCE, config or OidcConfig())
    async with database.write() as connection:
        return await accounts.settle(connection, claimed, NOON)


async def reason_of(database: Database, claimed: Claimed, config: OidcConfig | None = None) -> str:
    with pytest.raises(StowageError) as caught:
        await settle(database, claimed, config)
    assert caught.value.code == "oidc_failed"
    return caught.value.reason or ""


async def test_one_subject_is_one_account_however_it_is_called(database: Database) -> None:
    first = await settle(database, ANN)
    renamed = await settle(database, replace(ANN, username="anna", email="anna@x.org"))

    assert (first.is_new, renamed.is_new) == (True, False)
    assert renamed.row["id"] == first.row["id"]
    assert (renamed.row["username"], renamed.row["email"]) == ("anna", "anna@x.org")
    assert set(renamed.fields) == {"username", "email"}


async def test_two_first_sign_ins_at_once_make_one_account(database: Database) -> None:
    results = await asyncio.gather(
        settle(database, ANN), settle(database, ANN), return_exceptions=True
    )

    # On PostgreSQL the slower one meets the constraint, and the service asks again.
    assert any(isinstance(result, Settled) for result in results)
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(users_table)) == 1


async def test_groups_come_and_go_with_the_claims(
    database: Database, audit: AuditLog, clock: ManualClock
) -> None:
    groups = GroupService(database, audit=audit, clock=clock)
    dev = await groups.create(SYSTEM, GroupChange("devs", (), ("dev", "engineers")))
    ops = await groups.create(SYSTEM, GroupChange("ops", (), ("ops",)))

    user_id = (await settle(database, ANN)).row["id"]
    before = [(await groups.get(SYSTEM, one.id)).members for one in (dev, ops)]
    await settle(database, replace(ANN, groups=frozenset({"ops", "other"})))
    after = [(await groups.get(SYSTEM, one.id)).members for one in (dev, ops)]

    assert [list(members) for members in before] == [[user_id], []]
    assert [list(members) for members in after] == [[], [user_id]]


async def test_a_name_that_is_taken_gets_the_providers_host(
    database: Database, users: UserService
) -> None:
    await make_user(users, "Ann")

    made = await settle(database, ANN)
    again = await settle(database, ANN)
    await make_user(users, "bob")
    await make_user(users, "bob@id.example")
    bob = replace(ANN, subject="sub-bob", username="bob", email="")

    assert made.row["username"] == again.row["username"] == "ann@id.example"
    assert await reason_of(database, bob) == "oidc.name_taken"


async def test_an_address_that_is_said_to_be_false_is_not_kept(database: Database) -> None:
    made = await settle(database, replace(ANN, is_email_verified=False))

    assert made.row["email"] is None


async def test_a_service_and_a_disabled_user_do_not_come_in(
    database: Database, users: UserService
) -> None:
    made = await settle(database, ANN)
    await users.update(SYSTEM, made.row["id"], UserChange(is_enabled=False))
    await users.create(SYSTEM, NewUser("robot", "", "user", email="r@x.org", kind="service"))
    robot = replace(ANN, subject="sub-r", email="r@x.org", is_email_verified=True)
    linking = OidcConfig(link_by_email=True)

    assert await reason_of(database, ANN) == "oidc.account_disabled"
    assert await reason_of(database, robot, linking) == "oidc.account_disabled"


async def test_the_last_administrator_is_not_demoted_by_a_claim(
    database: Database, users: UserService
) -> None:
    await settle(database, replace(ANN, role=Role.ADMIN))
    alone = await settle(database, ANN)
    await make_user(users, "root", "admin")
    of_two = await settle(database, ANN)

    assert (alone.row["role"], of_two.row["role"]) == ("admin", "user")
    assert (alone.fields, of_two.fields) == ((), ("role",))
