import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.audit.event import SYSTEM
from app.audit.log import AuditLog
from app.auth import hashing, passwords
from app.auth.argon import HashCost, hash_password
from app.auth.journal import Caller
from app.auth.login import LoginService
from app.auth.passwords import PasswordHashes
from app.auth.sessions import SessionService
from app.auth.static import StaticAccount
from app.auth.user import NewUser, User, UserChange
from app.auth.users import UserService
from app.clock import ManualClock
from app.config.identity import AuthConfig
from app.database.engine import Database
from app.database.tables import rate_events
from app.database.tables import users as users_table
from app.errors.raised import StowageError
from app.metrics import Metrics
from app.rbac.levels import Role
from support.state import (
    CHEAP_HASHES,
    NOON,
    OTHER_PASSWORD,
    PASSWORD,
    actor_of,
    audited,
    make_user,
)

CALLER = Caller("r-1", "10.0.0.1", "test")
STATIC = StaticAccount("root", hash_password(PASSWORD, CHEAP_HASHES))


class Door:
    """
    A sign-in of some configuration, and what it is made of.
    """

    def __init__(
        self,
        database: Database,
        audit: AuditLog,
        clock: ManualClock,
        hashes: PasswordHashes,
        metrics: Metrics,
    ) -> None:
        self.metrics = metrics
        self._parts = (database, audit, clock, hashes)

    def open(self, *modes: str) -> tuple[LoginService, SessionService]:
        """
        Return the sign-in and the sessions for these modes.
        """
        database, audit, clock, hashes = self._parts
        config = AuthConfig(modes=modes or ("local",))  # type: ignore[arg-type]  # names of modes
        sessions = SessionService(
            database, audit=audit, clock=clock, config=config.session, static=STATIC
        )
        login = LoginService(
            database,
            audit=audit,
            clock=clock,
            metrics=self.metrics,
            hashes=hashes,
            sessions=sessions,
            config=config,
            static=STATIC,
        )
        return login, sessions


@pytest.fixture
def door(
    database: Database,
    audit: AuditLog,
    clock: ManualClock,
    hashes: PasswordHashes,
    metrics: Metrics,
) -> Door:
    return Door(database, audit, clock, hashes, metrics)


@pytest.fixture
def login(door: Door) -> LoginService:
    return door.open()[0]


@pytest.fixture
async def ann(users: UserService) -> User:
    return await make_user(users, "ann")


async def _code(work: Awaitable[object]) -> str:
    try:
        await work
    except StowageError as error:
        return error.code
    return "ok"


async def _try(login: LoginService, password: str, username: str = "ann") -> str:
    return await _code(login.sign_in(username, password, CALLER))


async def test_the_right_password_opens_a_session(
    door: Door, users: UserService, audit: AuditLog, ann: User
) -> None:
    login, sessions = door.open()

    done = await login.sign_in("ANN", PASSWORD, CALLER)

    found = await sessions.resolve(done.opened.token)
    assert (found.user.id, done.user.id, done.source) == (ann.id, ann.id, "local")
    assert (found.session.ip, found.session.user_agent) == ("10.0.0.1", "test")
    assert (await users.get(ann.id)).last_login_at == NOON
    assert await audited(audit, "auth.login") == [(ann.id, "ok", {"source": "local"})]


async def test_a_wrong_password_is_refused_and_audited(
    login: LoginService, audit: AuditLog, metrics: Metrics, ann: User
) -> None:
    assert await _try(login, "wrong") == "invalid_credentials"

    assert await audited(audit, "auth.login") == [
        (
            "",
            "denied",
            {"source": "local", "reason": "invalid_credentials", "username": ann.username},
        )
    ]
    failures = b'stowage_login_failures_total{reason="invalid_credentials"} 1.0'
    assert failures in metrics.render()[0]


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("nobody", PASSWORD),
        ("", PASSWORD),
        ("ann", ""),
        ("ann\0", PASSWORD),
        ("\ud800", PASSWORD),
        ("static", PASSWORD),
        ("root", PASSWORD),
        ("x" * 100_000, PASSWORD),
    ],
    ids=["unknown", "no-name", "no-password", "nul", "surrogate", "static", "root", "long"],
)
async def test_who_is_not_a_local_user_gets_the_same_answer(
    login: LoginService, audit: AuditLog, ann: User, username: str, password: str
) -> None:
    assert ann
    assert await _code(login.sign_in(username, password, CALLER)) == "invalid_credentials"

    ((user_id, status, detail),) = await audited(audit, "auth.login")
    assert (user_id, status) == ("", "denied")
    assert len(str(detail["username"])) <= 128


async def test_a_disabled_user_a_service_and_an_outsider_get_the_same_answer(
    login: LoginService, users: UserService, database: Database, ann: User
) -> None:
    service = await users.create(SYSTEM, NewUser("robot", "", "user", kind="service"))
    outsider = await make_user(users, "olga")
    await users.update(SYSTEM, ann.id, UserChange(is_enabled=False))
    async with database.write() as connection:
        await connection.execute(
            update(users_table)
            .where(users_table.c.id == outsider.id)
            .values(identity_source="oidc:idp.example")
        )

    for user in (ann, service, outsider):
        assert await _try(login, PASSWORD, user.username) == "invalid_credentials"


async def test_every_refusal_takes_one_hash_and_one_write(
    door: Door, database: Database, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The work is the same whether the name is known, so the time tells nothing.
    """
    login, _ = door.open("local", "static")
    counted: list[str] = []
    real = hashing.matches

    def count(phc: str, password: str) -> bool:
        counted.append("m=" + phc.split("m=")[1].split("$", maxsplit=1)[0])
        return real(phc, password)

    monkeypatch.setattr(hashing, "matches", count)
    writes = 0
    write = database.write

    def count_write() -> object:
        nonlocal writes
        writes += 1
        return write()

    monkeypatch.setattr(database, "write", count_write)
    work = []
    for username in (ann.username, "nobody", "ann\0", "root"):
        counted.clear()
        writes = 0
        assert await _try(login, "wrong", username) == "invalid_credentials"
        work.append((list(counted), writes))

    assert work == [(["m=8,t=1,p=1"], 1)] * 4


async def test_five_wrong_passwords_lock_the_account_for_a_while(
    login: LoginService, users: UserService, clock: ManualClock, ann: User, audit: AuditLog
) -> None:
    assert [await _try(login, "wrong") for _ in range(5)] == ["invalid_credentials"] * 5

    with pytest.raises(StowageError) as caught:
        await login.sign_in("ann", PASSWORD, CALLER)
    assert (caught.value.code, caught.value.retry_after_seconds) == ("account_locked", 900)
    assert (await users.get(ann.id)).locked_until == NOON + timedelta(minutes=15)
    reasons = [detail["reason"] for _, _, detail in await audited(audit, "auth.login")]
    assert reasons == ["invalid_credentials"] * 5 + ["account_locked"]

    clock.advance(timedelta(minutes=15))
    assert await _try(login, "wrong") == "invalid_credentials"
    assert await _try(login, PASSWORD) == "ok"
    after = await users.get(ann.id)
    assert (after.failed_attempts, after.locked_until) == (0, None)


async def test_a_locked_account_does_not_say_whether_the_password_is_right(
    login: LoginService, ann: User
) -> None:
    assert ann
    for _ in range(5):
        await _try(login, "wrong")

    assert await _try(login, "wrong") == await _try(login, PASSWORD) == "account_locked"


async def test_a_name_that_nobody_has_is_locked_like_an_account(
    door: Door, clock: ManualClock, database: Database, ann: User
) -> None:
    """
    Otherwise six wrong passwords would tell which names are taken.
    """
    login, _ = door.open()

    async def tell(username: str) -> list[tuple[str, int | None]]:
        told = []
        for number in range(14):
            if number == 8:
                clock.advance(timedelta(minutes=15))
            with pytest.raises(StowageError) as caught:
                await login.sign_in(username, "wrong", CALLER)
            told.append((caught.value.code, caught.value.retry_after_seconds))
            clock.advance(timedelta(seconds=1))
        return told

    known = await tell(ann.username)

    assert [code for code, _ in known].count("account_locked") == 4
    for username in ("nobody", "ann\0", "\ud800", "Nobody2"):
        assert await tell(username) == known
    assert await _try(login, "wrong", "NOBODY2") == "account_locked"
    clock.advance(timedelta(minutes=15, seconds=1))
    await login.purge()
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(rate_events)) == 0


async def test_a_sign_in_forgets_wrong_passwords(login: LoginService, ann: User) -> None:
    assert ann
    for _ in range(3):
        assert [await _try(login, "wrong") for _ in range(4)] == ["invalid_credentials"] * 4
        assert await _try(login, PASSWORD) == "ok"


async def test_guesses_at_once_do_not_pass_the_lock(
    login: LoginService, database: Database, ann: User
) -> None:
    outcomes = await asyncio.gather(*(_try(login, f"wrong-{guess}") for guess in range(30)))

    # One guess may be under way while the one that locks is written down.
    assert outcomes.count("invalid_credentials") <= 5 + passwords.AT_ONCE - 1
    assert outcomes.count("account_locked") == 30 - outcomes.count("invalid_credentials")
    async with database.read() as connection:
        row = (await connection.execute(select(users_table.c.locked_until))).one()
    assert row.locked_until is not None
    assert ann


async def test_many_right_passwords_at_once_all_come_in(login: LoginService, ann: User) -> None:
    assert ann
    assert await asyncio.gather(*(_try(login, PASSWORD) for _ in range(20))) == ["ok"] * 20


async def test_a_hash_of_another_cost_is_made_anew_at_sign_in(
    login: LoginService, database: Database, ann: User
) -> None:
    old = hash_password(PASSWORD, HashCost(16, 1, 1))
    async with database.write() as connection:
        await connection.execute(update(users_table).values(password_hash=old))

    assert await _try(login, PASSWORD) == "ok"

    async with database.read() as connection:
        new = await connection.scalar(select(users_table.c.password_hash))
    assert new is not None
    assert "m=8,t=1,p=1" in new
    assert await _try(login, PASSWORD) == "ok"
    assert ann


async def test_the_static_account_signs_in_by_its_exact_name(door: Door, audit: AuditLog) -> None:
    login, sessions = door.open("static")

    done = await login.sign_in("root", PASSWORD, CALLER)

    assert (done.source, done.user.id, done.user.role) == ("static", "static", Role.ADMIN)
    assert (await sessions.resolve(done.opened.token)).user.username == "root"
    for username, password in (("ROOT", PASSWORD), ("root", "wrong")):
        assert await _code(login.sign_in(username, password, CALLER)) == "invalid_credentials"
    events = await audited(audit, "auth.login")
    assert events[0] == ("static", "ok", {"source": "static"})
    assert [status for _, status, _ in events] == ["ok", "denied", "denied"]


async def test_the_static_account_is_never_locked(door: Door) -> None:
    login, _ = door.open("static")

    outcomes = [await _try(login, "wrong", "root") for _ in range(8)]

    assert outcomes == ["invalid_credentials"] * 8
    assert await _try(login, PASSWORD, "root") == "ok"


async def test_a_local_user_of_the_static_name_waits_until_static_is_off(
    door: Door, users: UserService
) -> None:
    await make_user(users, "root")

    both = await door.open("local", "static")[0].sign_in("root", PASSWORD, CALLER)
    local = await door.open("local")[0].sign_in("root", PASSWORD, CALLER)

    assert (both.source, local.source) == ("static", "local")


async def test_a_mode_that_is_off_lets_nobody_in(door: Door, ann: User) -> None:
    assert ann
    static_only, _ = door.open("static")
    oidc_only, _ = door.open("oidc")

    assert await _try(static_only, PASSWORD) == "invalid_credentials"
    assert await _try(oidc_only, PASSWORD) == "mode_disabled"
    with pytest.raises(StowageError):
        oidc_only.require_password_mode()


async def test_a_session_of_who_must_change_says_so(door: Door, users: UserService) -> None:
    login, sessions = door.open()
    await make_user(users, "new", must_change_password=True)

    done = await login.sign_in("new", PASSWORD, CALLER)

    assert (await sessions.resolve(done.opened.token)).session.must_change_password


async def test_signing_out_ends_the_session_once(door: Door, audit: AuditLog, ann: User) -> None:
    login, sessions = door.open()
    done = await login.sign_in("ann", PASSWORD, CALLER)

    await login.sign_out(done.opened.token, CALLER)
    await login.sign_out(done.opened.token, CALLER)

    assert await _code(sessions.resolve(done.opened.token)) == "unauthorized"
    assert await audited(audit, "auth.logout") == [(ann.id, "ok", {})]


async def test_a_changed_password_frees_this_session_and_ends_the_others(
    door: Door, users: UserService, audit: AuditLog
) -> None:
    login, sessions = door.open()
    user = await make_user(users, "new", must_change_password=True)
    here = (await login.sign_in("new", PASSWORD, CALLER)).opened
    there = (await login.sign_in("new", PASSWORD, CALLER)).opened

    await login.change_password(actor_of(user), here.session, current=PASSWORD, new=OTHER_PASSWORD)

    assert not (await sessions.resolve(here.token)).session.must_change_password
    assert await _code(sessions.resolve(there.token)) == "unauthorized"
    assert await _try(login, PASSWORD, "new") == "invalid_credentials"
    assert await _try(login, OTHER_PASSWORD, "new") == "ok"
    assert not (await users.get(user.id)).must_change_password
    assert await audited(audit, "auth.password.change") == [(user.id, "ok", {})]


async def test_a_wrong_current_password_counts_towards_the_lock(door: Door, ann: User) -> None:
    login, _ = door.open()
    here = (await login.sign_in("ann", PASSWORD, CALLER)).opened.session

    outcomes = [
        await _code(login.change_password(actor_of(ann), here, current="wrong", new=OTHER_PASSWORD))
        for _ in range(6)
    ]

    assert outcomes == ["password_mismatch"] * 5 + ["account_locked"]
    assert await _try(login, PASSWORD) == "account_locked"


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        (PASSWORD, "password.reused"),
        ("short", "password.length"),
        ("ann" * 5, "password.guessable"),
    ],
)
async def test_a_new_password_that_is_weak_changes_nothing(
    door: Door, ann: User, new: str, reason: str
) -> None:
    login, _ = door.open()
    here = (await login.sign_in("ann", PASSWORD, CALLER)).opened.session

    with pytest.raises(StowageError) as caught:
        await login.change_password(actor_of(ann), here, current=PASSWORD, new=new)

    assert (caught.value.code, caught.value.reason) == ("weak_password", reason)
    assert await _try(login, PASSWORD) == "ok"


async def test_the_static_account_has_no_password_to_change_here(
    door: Door, clock: ManualClock
) -> None:
    login, _ = door.open("static")
    here = (await login.sign_in("root", PASSWORD, CALLER)).opened.session
    actor = actor_of(STATIC.as_user(clock))

    work = login.change_password(actor, here, current=PASSWORD, new=OTHER_PASSWORD)

    assert await _code(work) == "static_user"
