from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from app.audit.event import SYSTEM
from app.audit.log import AuditLog
from app.auth.sessions import (
    EndedSession,
    OpenedSession,
    ProviderProof,
    SessionService,
    csrf_token,
)
from app.auth.static import StaticAccount
from app.auth.user import User, UserChange
from app.auth.users import UserService
from app.clock import ManualClock
from app.config.identity import SessionConfig
from app.crypto import KeyRing
from app.database.engine import Database
from app.database.tables import sessions as table
from app.database.tables import users as users_table
from app.errors.raised import StowageError
from app.rbac.levels import Role
from support.state import NOON, actor_of, audited, make_user

HOUR = timedelta(hours=1)


@pytest.fixture
def sessions(database: Database, audit: AuditLog, clock: ManualClock) -> SessionService:
    static = StaticAccount("root", "$argon2id$…")
    return SessionService(database, audit=audit, clock=clock, config=SessionConfig(), static=static)


@pytest.fixture
async def ann(users: UserService) -> User:
    return await make_user(users, "ann")


async def _refusal(sessions: SessionService, token: str) -> str | None:
    try:
        await sessions.resolve(token)
    except StowageError as error:
        return error.reason
    return None


async def _count(database: Database) -> int:
    async with database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(table)) or 0


async def test_a_session_is_resolved_to_the_user_of_this_moment(
    sessions: SessionService, users: UserService, ann: User
) -> None:
    opened = await sessions.open(ann, ip="10.0.0.1", user_agent="x" * 1000)
    await users.update(SYSTEM, ann.id, UserChange(email="new@x.org"))

    found = await sessions.resolve(opened.token)

    assert found.session == opened.session
    assert found.user.email == "new@x.org"
    assert (found.session.created_at, found.session.expires_at) == (NOON, NOON + 8 * HOUR)
    assert (found.session.ip, len(found.session.user_agent)) == ("10.0.0.1", 512)


async def test_a_session_that_lacks_a_further_proof_opens_nothing(
    sessions: SessionService, ann: User
) -> None:
    opened = await sessions.open(ann, pending="second_factor")

    assert await _refusal(sessions, opened.token) == "session.pending"
    ended = await sessions.end(opened.token)
    assert ended is not None
    assert ended.session.pending == "second_factor"


@pytest.mark.parametrize("ring", [None, KeyRing({0: bytes(32)})], ids=["keyless", "with a key"])
async def test_the_providers_token_is_kept_sealed_or_not_at_all(
    database: Database, audit: AuditLog, clock: ManualClock, ann: User, ring: KeyRing | None
) -> None:
    sessions = SessionService(
        database, audit=audit, clock=clock, config=SessionConfig(), static=None, ring=ring
    )
    proof = ProviderProof("oidc:id.example", "sid-1", "header.claims.signature")
    opened = await sessions.open(ann, proof=proof)

    async with database.read() as connection:
        row = (await connection.execute(select(table))).mappings().one()
    ended = await sessions.end(opened.token)

    assert b"claims" not in (row["id_token_sealed"] or b"")
    assert ended is not None
    assert ended.id_token == ("" if ring is None else proof.id_token)
    assert ended.session.identity_source == "oidc:id.example"


async def test_a_provider_ends_its_session_or_all_of_a_person(
    sessions: SessionService, database: Database, ann: User
) -> None:
    source = "oidc:id.example"
    async with database.write() as connection:
        await connection.execute(update(users_table).values(oidc_subject="sub-ann"))
    for sid in ("a", "b", "c"):
        await sessions.open(ann, proof=ProviderProof(source, sid))
    await sessions.open(ann)

    strange = await sessions.end_of_provider(source, subject="sub-bob", sid="a")
    one = await sessions.end_of_provider(source, subject="sub-ann", sid="a")
    left_by_one = await _count(database)
    rest = await sessions.end_of_provider(source, subject="sub-ann", sid="")

    assert (strange, one, rest) == ([], [ann.id], [ann.id])
    assert (left_by_one, await _count(database)) == (3, 1)


async def test_the_database_holds_nothing_that_lets_anybody_in(
    sessions: SessionService, database: Database, ann: User
) -> None:
    opened = await sessions.open(ann)

    async with database.read() as connection:
        row = (await connection.execute(select(table))).mappings().one()

    stored = [str(value) for value in row.values()]
    assert opened.token not in stored
    assert opened.csrf_token not in stored
    for value in stored:
        assert await _refusal(sessions, value) == "session.unknown"


async def test_no_two_sessions_share_a_secret(sessions: SessionService, ann: User) -> None:
    first, second = await sessions.open(ann), await sessions.open(ann)

    assert len({first.token, second.token, first.csrf_token, second.csrf_token}) == 4
    assert len(first.token) == len(first.csrf_token) == 43
    assert first.csrf_token == csrf_token(first.token)


async def test_no_secret_shows_in_a_repr(sessions: SessionService, ann: User) -> None:
    opened: OpenedSession = await sessions.open(ann)

    assert opened.token not in repr(opened)
    assert opened.csrf_token not in repr(opened)


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 44, "ü" * 43, "\ud800" * 43])
async def test_what_is_no_session_is_unknown(sessions: SessionService, token: str) -> None:
    assert await _refusal(sessions, token) == "session.unknown"


async def test_a_session_ends_after_the_idle_time(
    sessions: SessionService, clock: ManualClock, database: Database, ann: User
) -> None:
    token = (await sessions.open(ann)).token
    clock.advance(HOUR - timedelta(seconds=1))
    assert await _refusal(sessions, token) is None

    clock.advance(HOUR)

    assert await _refusal(sessions, token) == "session.expired"
    assert await _count(database) == 0
    assert await _refusal(sessions, token) == "session.unknown"


async def test_a_busy_session_ends_after_its_lifetime(
    sessions: SessionService, clock: ManualClock, ann: User
) -> None:
    token = (await sessions.open(ann)).token
    for _ in range(15):
        clock.advance(HOUR / 2)
        assert await _refusal(sessions, token) is None

    clock.advance(HOUR / 2)

    assert await _refusal(sessions, token) == "session.expired"


async def test_a_stricter_configuration_holds_for_open_sessions(
    sessions: SessionService, clock: ManualClock, ann: User
) -> None:
    token = (await sessions.open(ann)).token
    clock.advance(HOUR / 2)
    sessions.config = SessionConfig(lifetime=1000.0, idle_timeout=1000.0)

    assert await _refusal(sessions, token) == "session.expired"


async def test_activity_is_written_down_now_and_then(
    sessions: SessionService, clock: ManualClock, ann: User
) -> None:
    token = (await sessions.open(ann)).token
    seen = []
    for _ in range(4):
        clock.advance(timedelta(seconds=40))
        seen.append((await sessions.resolve(token)).session.last_seen_at - NOON)

    assert [moment.seconds for moment in seen] == [0, 0, 80, 80]


@pytest.mark.parametrize("fate", ["disabled", "deleted"])
async def test_a_session_of_somebody_who_may_not_come_in_is_over(
    sessions: SessionService, database: Database, ann: User, fate: str
) -> None:
    token = (await sessions.open(ann)).token
    async with database.write() as connection:
        if fate == "deleted":
            await connection.execute(delete(users_table))
        else:
            await connection.execute(update(users_table).values(is_enabled=False))

    assert await _refusal(sessions, token) == "session.expired"
    assert await _count(database) == 0


async def test_the_static_account_has_sessions_while_it_is_configured(
    sessions: SessionService, database: Database, audit: AuditLog, clock: ManualClock
) -> None:
    static = StaticAccount("root", "$argon2id$…")
    opened = await sessions.open(static.as_user(clock))
    found = await sessions.resolve(opened.token)
    assert (found.user.id, found.user.role, found.user.identity_source) == (
        "static",
        Role.ADMIN,
        "static",
    )

    without = SessionService(
        database, audit=audit, clock=clock, config=SessionConfig(), static=None
    )

    assert await _refusal(without, opened.token) == "session.expired"


async def test_a_session_that_is_ended_is_unknown(sessions: SessionService, ann: User) -> None:
    opened = await sessions.open(ann)

    assert await sessions.end(opened.token) == EndedSession(opened.session)
    assert await sessions.end(opened.token) is None
    assert await _refusal(sessions, opened.token) == "session.unknown"


async def test_sessions_are_listed_the_latest_first_without_those_that_are_over(
    sessions: SessionService, clock: ManualClock, users: UserService, ann: User
) -> None:
    bob = await make_user(users, "bob")
    await sessions.open(ann)
    clock.advance(timedelta(minutes=59))
    second = await sessions.open(ann)
    await sessions.open(bob)
    clock.advance(timedelta(minutes=2))
    third = await sessions.open(ann)

    listed = await sessions.list(ann.id)

    assert [one.public_id for one in listed] == [
        third.session.public_id,
        second.session.public_id,
    ]


async def test_one_session_is_revoked_by_its_owner(
    sessions: SessionService, audit: AuditLog, ann: User
) -> None:
    keep, drop = await sessions.open(ann), await sessions.open(ann)

    await sessions.revoke(actor_of(ann), ann.id, drop.session.public_id)

    assert await _refusal(sessions, drop.token) == "session.unknown"
    assert await _refusal(sessions, keep.token) is None
    assert await audited(audit, "session.revoke") == [
        (ann.id, "ok", {"target_id": ann.id, "sessions": 1})
    ]


async def test_a_session_of_somebody_else_is_out_of_reach(
    sessions: SessionService, users: UserService, ann: User
) -> None:
    bob = await make_user(users, "bob")
    opened = await sessions.open(bob)
    attempts = [
        sessions.revoke(actor_of(ann), bob.id, opened.session.public_id),
        sessions.revoke(actor_of(ann), ann.id, opened.session.public_id),
        sessions.revoke_all(actor_of(ann), bob.id),
    ]

    codes = []
    for attempt in attempts:
        with pytest.raises(StowageError) as caught:
            await attempt
        codes.append(caught.value.code)

    assert codes == ["forbidden", "not_found", "forbidden"]
    assert await _refusal(sessions, opened.token) is None


async def test_all_sessions_but_one_are_revoked(
    sessions: SessionService, users: UserService, ann: User
) -> None:
    bob = await make_user(users, "bob")
    others = [await sessions.open(bob)]
    mine = [await sessions.open(ann) for _ in range(3)]

    count = await sessions.revoke_all(actor_of(ann), ann.id, but=mine[0].session.public_id)

    assert count == 2
    assert [await _refusal(sessions, one.token) for one in mine] == [
        None,
        "session.unknown",
        "session.unknown",
    ]
    assert await _refusal(sessions, others[0].token) is None


async def test_a_purge_deletes_what_is_over(
    sessions: SessionService, clock: ManualClock, database: Database, ann: User
) -> None:
    await sessions.open(ann)
    clock.advance(timedelta(minutes=61))
    fresh = await sessions.open(ann)

    assert await sessions.purge() == 1

    assert await _count(database) == 1
    assert await _refusal(sessions, fresh.token) is None


async def test_a_session_that_cannot_be_stored_says_so(sessions: SessionService, ann: User) -> None:
    sessions._database = _Away()  # type: ignore[assignment]  # noqa: SLF001  a database that is away

    with pytest.raises(StowageError) as caught:
        await sessions.open(ann)

    assert caught.value.code == "session_error"


class _Away:
    def write(self) -> object:
        from app.errors import registry as errors  # noqa: PLC0415

        raise errors.STORE_UNAVAILABLE()
