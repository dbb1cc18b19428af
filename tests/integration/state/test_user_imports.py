"""
Users from a file: what a line does, a second time, in a rehearsal, and when it may not.
"""

from collections.abc import Sequence

import pytest

from app.audit.event import SYSTEM
from app.audit.log import AuditLog
from app.auth.imports import LineOutcome, UserImports
from app.auth.user import NewUser, UserQuery
from app.auth.user_lines import parse_lines
from app.auth.users import UserService
from app.clock import ManualClock
from app.database.declared import Declaration
from app.database.engine import Database
from app.errors.raised import StowageError
from support.state import PASSWORD, actor_of, audited, make_user

FILE = f"""username,email,role,password,kind,enabled
ann,ann@x.org,user,{PASSWORD},,
bob,,readonly,{PASSWORD},,false
robot,,user,,service,
""".encode()


@pytest.fixture
def imports(database: Database, users: UserService, clock: ManualClock) -> UserImports:
    return UserImports(database, users, clock)


def _told(outcomes: Sequence[LineOutcome]) -> list[tuple[int, str, str]]:
    return [(one.line, one.action, one.error.code if one.error else "") for one in outcomes]


async def test_a_file_makes_its_users_and_a_second_time_nothing(
    imports: UserImports, users: UserService, audit: AuditLog
) -> None:
    first = await imports.run(SYSTEM, parse_lines(FILE))
    again = await imports.run(SYSTEM, parse_lines(FILE))

    assert _told(first) == [(2, "create", ""), (3, "create", ""), (4, "create", "")]
    assert _told(again) == [(2, "keep", ""), (3, "keep", ""), (4, "keep", "")]
    ann, bob, robot = await users.list(UserQuery())
    assert (ann.email, ann.role, ann.must_change_password) == ("ann@x.org", "user", True)
    assert (bob.role, bob.is_enabled, robot.kind) == ("readonly", False, "service")
    assert len(await audited(audit, "user.")) == 3


async def test_what_differs_is_changed_but_never_a_password(
    imports: UserImports, users: UserService, audit: AuditLog
) -> None:
    ann = await make_user(users, "Ann", email="ann@x.org")

    outcomes = await imports.run(
        SYSTEM, parse_lines(b"username,role,email,password\nann,readonly,,other-secret-hulk-9\n")
    )

    after = await users.get(ann.id)
    assert _told(outcomes) == [(2, "update", "")]
    assert (after.role, after.email, after.username) == ("readonly", "ann@x.org", "Ann")
    assert (await audited(audit, "user.update"))[0][2]["fields"] == ["role"]


async def test_a_rehearsal_says_what_the_run_does_and_leaves_no_trace(
    imports: UserImports, users: UserService, audit: AuditLog
) -> None:
    await make_user(users, "ann", "admin", email="ann@x.org")
    lines = parse_lines(
        b"username,role,email,password\n"
        b"ann,user,,\n"  # the last administrator
        + f"bob,admin,ANN@x.org,{PASSWORD}\n".encode()  # ann's address
        + b"cleo,user,cleo@x.org,short\n"
        + f"dora,admin,bob@x.org,{PASSWORD}\n".encode()
        + f"emil,user,BOB@x.org,{PASSWORD}\n".encode()  # taken two lines up
        + b"f\0,user,,x\n"
    )

    rehearsed = await imports.rehearse(SYSTEM, lines)

    assert _told(rehearsed) == [
        (2, "refuse", "last_admin"),
        (3, "refuse", "email_taken"),
        (4, "refuse", "weak_password"),
        (5, "create", ""),
        (6, "refuse", "email_taken"),
        (7, "refuse", "bad_request"),
    ]
    assert await users.count(UserQuery()) == 1
    assert len(await audited(audit, "user.")) == 1
    assert _told(await imports.run(SYSTEM, lines)) == _told(rehearsed)
    assert await users.count(UserQuery()) == 2


async def test_what_a_line_is_refused_for_is_said_with_line_and_column(
    imports: UserImports, users: UserService
) -> None:
    await make_user(users, "robot", kind="service")

    outcomes = await imports.run(
        SYSTEM,
        parse_lines(b"username,role,kind\nann,chief,service\nrobot,user,person\nzoe,user,\n"),
    )

    pointers = [[item.pointer for item in one.error.errors] for one in outcomes if one.error]
    assert pointers == [["csv:2:role"], ["csv:3:kind"], ["csv:4:password"]]


async def test_what_a_file_declares_is_changed_there_alone(
    imports: UserImports, users: UserService
) -> None:
    declared = Declaration("yaml", "config.yaml", 7, "users/ann")
    ann = await users.create(SYSTEM, NewUser("ann", "", "user"), by=declared)

    outcomes = await imports.run(SYSTEM, parse_lines(b"username,role\nann,readonly\n"))

    assert _told(outcomes) == [(2, "refuse", "yaml_managed")]
    assert (await users.get(ann.id)).role == "user"


async def test_nobody_demotes_oneself_by_a_file(imports: UserImports, users: UserService) -> None:
    ann = await make_user(users, "ann", "admin")
    bob = await make_user(users, "bob", "admin")

    outcomes = await imports.run(
        actor_of(ann), parse_lines(b"username,role,enabled\nann,user,\nbob,,false\n")
    )

    assert _told(outcomes) == [(2, "refuse", "self_role_change"), (3, "update", "")]
    assert not (await users.get(bob.id)).is_enabled


async def test_only_administrators_import(imports: UserImports, users: UserService) -> None:
    uli = actor_of(await make_user(users, "uli"))
    for act in (imports.run, imports.rehearse):
        with pytest.raises(StowageError) as caught:
            await act(uli, parse_lines(FILE))
        assert caught.value.code == "forbidden"
