import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from app.audit.event import SYSTEM, Actor
from app.audit.log import AuditLog
from app.auth.sessions import SessionService
from app.auth.user import NewUser, User, UserChange, UserQuery
from app.auth.users import UserService
from app.clock import ManualClock
from app.config.identity import SessionConfig
from app.database.declared import Declaration
from app.database.engine import Database
from app.database.tables import bucket_pins, changes, grants, s3_credentials
from app.database.tables import users as users_table
from app.errors.raised import StowageError
from app.rbac.levels import Role
from app.rbac.principal import ANONYMOUS
from support.state import NOON, OTHER_PASSWORD, PASSWORD, actor_of, audited, make_user

YAML = Declaration("yaml", "stowage.yaml", 7, "users/ann")


@pytest.fixture
def sessions(database: Database, audit: AuditLog, clock: ManualClock) -> SessionService:
    return SessionService(database, audit=audit, clock=clock, config=SessionConfig(), static=None)


def _code(error: pytest.ExceptionInfo[StowageError]) -> str:
    return error.value.code


async def _changed(database: Database, user_id: str) -> int:
    async with database.read() as connection:
        statement = select(changes.c.revision).where(
            changes.c.kind == "user", changes.c.row_id == user_id
        )
        return len((await connection.scalars(statement)).all())


async def _credential(database: Database, user_id: str, key: str = "AKIA1") -> None:
    async with database.write() as connection:
        await connection.execute(
            insert(s3_credentials).values(
                access_key=key,
                secret_key_sealed=b"x",
                user_id=user_id,
                scopes=[],
                is_enabled=True,
                cidrs=[],
                limits={},
                created_at=NOON,
                updated_at=NOON,
            )
        )


async def test_a_user_is_made_as_asked(
    users: UserService, database: Database, audit: AuditLog
) -> None:
    user = await users.create(
        SYSTEM, NewUser("Ann", PASSWORD, "editor", " Ann@x.org ", must_change_password=True)
    )

    assert user == await users.get(user.id)
    assert (user.username, user.email, user.role) == ("Ann", "Ann@x.org", Role.USER)
    assert (user.is_enabled, user.must_change_password, user.failed_attempts) == (True, True, 0)
    assert (user.created_at, user.created_by, user.source) == (NOON, "system", "dashboard")
    assert len(user.id) == 26
    assert await _changed(database, user.id) == 1
    assert await audited(audit, "user.create") == [
        ("system", "ok", {"target_id": user.id, "username": "Ann", "role": "user"})
    ]


async def test_a_name_is_found_in_any_case(users: UserService) -> None:
    user = await make_user(users, "Ännchen")

    assert await users.find_by_name("äNNCHEN") == user
    assert await users.find_by_name("nobody") is None
    assert await users.find("nobody") is None


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (NewUser("ANN", PASSWORD, "user"), "username_taken"),
        (NewUser("bob", PASSWORD, "user", "ANN@x.org"), "email_taken"),
        (NewUser("", PASSWORD, "user"), "bad_request"),
        (NewUser("bob", PASSWORD, "root"), "bad_request"),
        (NewUser("bob", PASSWORD, "user", "nonsense"), "bad_request"),
        (NewUser("bob", "short", "user"), "weak_password"),
        (NewUser("tumble-Harbor-92", "tumble-Harbor-92", "user"), "weak_password"),
    ],
    ids=["name", "email", "no-name", "role", "address", "short", "own-name"],
)
async def test_a_user_who_cannot_be_is_refused(
    users: UserService, audit: AuditLog, new: NewUser, code: str
) -> None:
    await make_user(users, "ann", email="ann@x.org")

    with pytest.raises(StowageError) as caught:
        await users.create(SYSTEM, new)

    assert _code(caught) == code
    assert await users.count(UserQuery()) == 1
    assert len(await audited(audit, "user.create")) == 1


async def test_two_users_without_an_address_are_no_conflict(users: UserService) -> None:
    await make_user(users, "ann")
    await make_user(users, "bob")

    assert await users.count(UserQuery()) == 2


async def test_a_name_taken_twice_at_once_is_given_once(users: UserService) -> None:
    done = await asyncio.gather(
        *(make_user(users, "ann") for _ in range(5)), return_exceptions=True
    )

    refused = [one.code for one in done if isinstance(one, StowageError)]
    assert refused == ["username_taken"] * 4


async def test_a_service_needs_no_password(users: UserService) -> None:
    user = await users.create(SYSTEM, NewUser("robot", "", "user", kind="service"))

    assert (user.kind, user.must_change_password) == ("service", False)


@pytest.mark.parametrize(
    "calls",
    [
        lambda users, actor: users.create(actor, NewUser("x", PASSWORD, "user")),
        lambda users, actor: users.update(actor, "x", UserChange(role="user")),
        lambda users, actor: users.reset_password(actor, "x", PASSWORD),
        lambda users, actor: users.unlock(actor, "x"),
        lambda users, actor: users.delete(actor, "x"),
    ],
    ids=["create", "update", "reset", "unlock", "delete"],
)
async def test_only_administrators_change_users(users: UserService, calls: object) -> None:
    ann = await make_user(users, "ann")
    assert callable(calls)

    for actor in (actor_of(ann), Actor(ANONYMOUS)):
        with pytest.raises(StowageError) as caught:
            await calls(users, actor)
        assert (caught.value.code, caught.value.reason) == ("forbidden", "admin.required")


QUERIES: list[tuple[dict[str, object], list[str]]] = [
    ({}, ["ann", "Bob", "carl_x", "dora"]),
    ({"text": "B"}, ["Bob"]),
    ({"text": "X.ORG"}, ["ann"]),
    ({"text": "_"}, ["carl_x"]),
    ({"text": "%"}, []),
    ({"role": "admin"}, ["dora"]),
    ({"role": "viewer"}, ["carl_x"]),
    ({"identity_source": "local"}, ["ann", "Bob", "carl_x", "dora"]),
    ({"identity_source": "oidc:x"}, []),
    ({"is_enabled": False}, ["Bob"]),
    ({"is_enabled": True}, ["ann", "carl_x", "dora"]),
    ({"limit": 2, "offset": 1}, ["Bob", "carl_x"]),
]


@pytest.mark.parametrize(("query", "names"), QUERIES, ids=lambda value: str(value)[:40])
async def test_users_are_listed_by_name_as_asked(
    users: UserService, query: dict[str, object], names: list[str]
) -> None:
    await make_user(users, "dora", "admin")
    await make_user(users, "ann", email="ann@x.org")
    bob = await make_user(users, "Bob")
    await make_user(users, "carl_x", "readonly")
    await users.update(SYSTEM, bob.id, UserChange(is_enabled=False))

    asked = UserQuery(**query)  # type: ignore[arg-type]  # names of fields

    assert [user.username for user in await users.list(asked)] == names
    if "limit" not in query:
        assert await users.count(asked) == len(names)


async def test_a_change_is_stored_told_and_audited(
    users: UserService, database: Database, audit: AuditLog
) -> None:
    ann = await make_user(users, "ann", email="ann@x.org")

    after = await users.update(SYSTEM, ann.id, UserChange(role="viewer", email=""))

    assert (after.role, after.email, after.is_enabled) == (Role.READONLY, "", True)
    assert await _changed(database, ann.id) == 2
    assert await audited(audit, "user.update") == [
        (
            "system",
            "ok",
            {"target_id": ann.id, "username": "ann", "fields": ["role", "email"]},
        )
    ]


async def test_an_empty_change_of_nobody_is_not_found(users: UserService) -> None:
    with pytest.raises(StowageError) as caught:
        await users.update(SYSTEM, "nobody", UserChange())

    assert (caught.value.code, caught.value.reason) == ("not_found", "user.not_found")


async def test_an_address_of_somebody_else_is_taken(users: UserService) -> None:
    await make_user(users, "ann", email="ann@x.org")
    bob = await make_user(users, "bob")

    with pytest.raises(StowageError) as caught:
        await users.update(SYSTEM, bob.id, UserChange(email="ANN@X.ORG"))

    assert _code(caught) == "email_taken"


@pytest.mark.parametrize(
    ("change", "ends"),
    [
        (UserChange(is_enabled=False), True),
        (UserChange(role="readonly"), True),
        (UserChange(email="x@y.org"), False),
        (UserChange(role="user", is_enabled=True), False),
    ],
    ids=["disable", "role", "email", "nothing"],
)
async def test_who_may_do_something_else_signs_in_again(
    users: UserService, sessions: SessionService, change: UserChange, *, ends: bool
) -> None:
    ann = await make_user(users, "ann")
    await sessions.open(ann)

    await users.update(SYSTEM, ann.id, change)

    assert bool(await sessions.list(ann.id)) is not ends


@pytest.mark.parametrize(
    "change", [UserChange(role="user"), UserChange(is_enabled=False)], ids=["demote", "disable"]
)
async def test_the_last_administrator_stays(users: UserService, change: UserChange) -> None:
    ann = await make_user(users, "ann", "admin")
    bob = await make_user(users, "bob", "admin")
    await users.update(SYSTEM, bob.id, UserChange(is_enabled=False))

    with pytest.raises(StowageError) as caught:
        await users.update(SYSTEM, ann.id, change)

    assert _code(caught) == "last_admin"
    demoted = await users.update(SYSTEM, bob.id, UserChange(role="user"))
    assert demoted.role is Role.USER


async def test_two_administrators_do_not_demote_each_other_at_once(users: UserService) -> None:
    ann = await make_user(users, "ann", "admin")
    bob = await make_user(users, "bob", "admin")

    done = await asyncio.gather(
        users.update(actor_of(ann), bob.id, UserChange(role="user")),
        users.update(actor_of(bob), ann.id, UserChange(role="user")),
        return_exceptions=True,
    )

    assert [one.code for one in done if isinstance(one, StowageError)] == ["last_admin"]
    assert await users.count(UserQuery(role="admin")) == 1


async def test_nobody_changes_the_own_role(users: UserService) -> None:
    ann = await make_user(users, "ann", "admin")
    await make_user(users, "bob", "admin")

    with pytest.raises(StowageError) as caught:
        await users.update(actor_of(ann), ann.id, UserChange(role="user"))

    assert _code(caught) == "self_role_change"


async def test_nobody_deletes_oneself_nor_the_last_administrator(users: UserService) -> None:
    ann = await make_user(users, "ann", "admin")

    for actor, code in ((actor_of(ann), "self_delete"), (SYSTEM, "last_admin")):
        with pytest.raises(StowageError) as caught:
            await users.delete(actor, ann.id)
        assert _code(caught) == code


@pytest.mark.parametrize(
    "calls",
    [
        lambda users: users.update(SYSTEM, "static", UserChange(role="user")),
        lambda users: users.reset_password(SYSTEM, "static", PASSWORD),
        lambda users: users.unlock(SYSTEM, "static"),
        lambda users: users.delete(SYSTEM, "static"),
    ],
    ids=["update", "reset", "unlock", "delete"],
)
async def test_the_static_account_is_changed_in_the_configuration_only(
    users: UserService, calls: object
) -> None:
    assert callable(calls)

    with pytest.raises(StowageError) as caught:
        await calls(users)

    assert _code(caught) == "static_user"


async def test_what_a_file_declares_is_changed_in_the_file_only(users: UserService) -> None:
    ann = await users.create(SYSTEM, NewUser("ann", PASSWORD, "user"), by=YAML)

    for work in (
        users.update(SYSTEM, ann.id, UserChange(role="readonly")),
        users.delete(SYSTEM, ann.id),
    ):
        with pytest.raises(StowageError) as caught:
            await work
        assert _code(caught) == "yaml_managed"
        assert caught.value.params["file"] == "stowage.yaml"
        assert caught.value.params["line"] == 7

    assert (await users.update(SYSTEM, ann.id, UserChange(role="readonly"), by=YAML)).role == (
        Role.READONLY
    )
    await users.delete(SYSTEM, ann.id, by=YAML)


async def test_a_reset_signs_out_unlocks_and_asks_for_a_new_password(
    users: UserService, sessions: SessionService, database: Database, audit: AuditLog
) -> None:
    ann = await make_user(users, "ann")
    await sessions.open(ann)
    async with database.write() as connection:
        await connection.execute(
            update(users_table).values(failed_attempts=5, locked_until=NOON + timedelta(hours=1))
        )

    await users.reset_password(SYSTEM, ann.id, OTHER_PASSWORD)

    after = await users.get(ann.id)
    assert (after.must_change_password, after.failed_attempts, after.locked_until) == (
        True,
        0,
        None,
    )
    assert await sessions.list(ann.id) == []
    assert await audited(audit, "user.reset_password") == [
        ("system", "ok", {"target_id": ann.id, "username": "ann"})
    ]


async def test_who_resets_the_own_password_stays_signed_in(
    users: UserService, sessions: SessionService
) -> None:
    ann = await make_user(users, "ann", "admin")
    here, _elsewhere = await sessions.open(ann), await sessions.open(ann)

    await users.reset_password(
        actor_of(ann), ann.id, OTHER_PASSWORD, kept_session=here.session.public_id
    )

    assert [one.public_id for one in await sessions.list(ann.id)] == [here.session.public_id]
    assert not (await users.get(ann.id)).must_change_password


async def test_a_kept_session_of_somebody_else_is_not_kept(
    users: UserService, sessions: SessionService
) -> None:
    ann = await make_user(users, "ann")
    opened = await sessions.open(ann)

    await users.reset_password(
        SYSTEM, ann.id, OTHER_PASSWORD, kept_session=opened.session.public_id
    )

    assert await sessions.list(ann.id) == []


@pytest.mark.parametrize(
    ("user_id", "password", "code"),
    [
        ("nobody", PASSWORD, "not_found"),
        ("robot", PASSWORD, "not_local"),
        ("ann", "x", "weak_password"),
    ],
)
async def test_a_reset_that_cannot_be_is_refused(
    users: UserService, user_id: str, password: str, code: str
) -> None:
    ids = {"ann": (await make_user(users, "ann")).id}
    robot = await users.create(SYSTEM, NewUser("robot", "", "user", kind="service"))
    ids["robot"] = robot.id

    with pytest.raises(StowageError) as caught:
        await users.reset_password(SYSTEM, ids.get(user_id, user_id), password)

    assert _code(caught) == code


async def test_an_unlock_lifts_the_lock(
    users: UserService, database: Database, audit: AuditLog
) -> None:
    ann = await make_user(users, "ann")
    async with database.write() as connection:
        await connection.execute(
            update(users_table).values(failed_attempts=5, locked_until=NOON + timedelta(hours=1))
        )

    await users.unlock(SYSTEM, ann.id)

    after = await users.get(ann.id)
    assert (after.failed_attempts, after.locked_until) == (0, None)
    assert len(await audited(audit, "user.unlock")) == 1


async def _hang_things_on(user: User, database: Database) -> None:
    await _credential(database, user.id)
    async with database.write() as connection:
        await connection.execute(
            insert(bucket_pins).values(user_id=user.id, backend_id="b", bucket="x", created_at=NOON)
        )
        await connection.execute(
            insert(grants).values(
                id="g1",
                subject_kind="user",
                subject_id=user.id,
                backend_id="*",
                bucket="*",
                access="full",
                created_at=NOON,
                updated_at=NOON,
            )
        )


async def test_a_deleted_user_leaves_nothing_that_works(
    users: UserService, sessions: SessionService, database: Database, audit: AuditLog
) -> None:
    ann = await make_user(users, "ann")
    await sessions.open(ann)
    await _hang_things_on(ann, database)

    await users.delete(SYSTEM, ann.id)

    assert await users.find(ann.id) is None
    assert await sessions.list(ann.id) == []
    async with database.read() as connection:
        assert (await connection.scalars(select(bucket_pins.c.bucket))).all() == []
        assert (await connection.scalars(select(grants.c.id))).all() == []
        assert (await connection.scalars(select(s3_credentials.c.is_enabled))).all() == [False]
        told = (await connection.execute(select(changes.c.kind, changes.c.row_id))).all()
    assert {("grant", "g1"), ("credential", "AKIA1"), ("user", ann.id)} <= {
        tuple(row) for row in told
    }
    assert await audited(audit, "user.delete") == [
        ("system", "ok", {"target_id": ann.id, "username": "ann", "heir": ""})
    ]


async def test_an_heir_takes_over_the_credentials(users: UserService, database: Database) -> None:
    ann, bob = await make_user(users, "ann"), await make_user(users, "bob")
    await _hang_things_on(ann, database)

    await users.delete(SYSTEM, ann.id, transfer_to=bob.id)

    async with database.read() as connection:
        statement = select(s3_credentials.c.user_id, s3_credentials.c.is_enabled)
        assert [tuple(row) for row in await connection.execute(statement)] == [(bob.id, True)]


async def test_nothing_is_deleted_for_an_heir_who_is_not_there(users: UserService) -> None:
    ann = await make_user(users, "ann")

    for heir in ("nobody", ann.id):
        with pytest.raises(StowageError) as caught:
            await users.delete(SYSTEM, ann.id, transfer_to=heir)
        assert _code(caught) == "not_found"

    assert await users.find(ann.id) == ann


async def _outcome(work: Awaitable[object]) -> object:
    try:
        return await work
    except StowageError as error:
        return error.code


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"], ids=["nul", "surrogate"])
async def test_a_text_that_cannot_be_stored_finds_nobody_and_breaks_nothing(
    users: UserService, text: str
) -> None:
    for work in (users.find(text), users.find_by_name(text), users.list(UserQuery(text=text))):
        assert await _outcome(work) in (None, [], "bad_request")
