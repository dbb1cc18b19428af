import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.event import SYSTEM
from app.audit.log import AuditLog
from app.auth.tokens import MAX_TOKENS, MadeToken, NewToken, TokenService
from app.auth.user import User, UserChange
from app.auth.users import UserService
from app.clock import ManualClock
from app.config.identity import TokensConfig
from app.database.engine import Database
from app.database.tables import api_tokens
from app.errors.raised import StowageError
from app.rbac.levels import Role
from app.rbac.written import WrittenScope
from support.state import NOON, actor_of, audited, make_user

DAY = timedelta(days=1)


@pytest.fixture
def tokens(database: Database, audit: AuditLog, clock: ManualClock) -> TokenService:
    return TokenService(
        database,
        audit=audit,
        clock=clock,
        config=TokensConfig(max_lifetime="240h"),  # type: ignore[arg-type]  # as in a file
    )


async def _make(tokens: TokenService, owner: User, **more: object) -> MadeToken:
    facts = {"name": "ci", "expires_at": NOON + DAY, **more}
    return await tokens.create(actor_of(owner), NewToken(**facts))  # type: ignore[arg-type]  # names of fields


async def _refusal(tokens: TokenService, secret: str) -> str | None:
    with pytest.raises(StowageError) as caught:
        await tokens.resolve(secret)
    assert caught.value.code == "unauthorized"
    return caught.value.reason


async def test_a_token_stands_for_its_owner_and_only_its_hash_is_stored(
    tokens: TokenService, users: UserService, database: Database
) -> None:
    owner = await make_user(users, "ann")
    made = await _make(tokens, owner, scopes=[WrittenScope("*", "docs", "a/", "readonly")])

    found = await tokens.resolve(made.secret)

    assert (found.user.id, found.token.id) == (owner.id, made.token.id)
    assert found.token.scopes == (WrittenScope("*", "docs", "a/", "readonly"),)
    assert made.secret.startswith("stw_")
    assert made.secret not in repr(made)
    async with database.read() as connection:
        row = (await connection.execute(select(api_tokens))).mappings().one()
    assert made.secret.removeprefix("stw_") not in str(dict(row))


@pytest.mark.parametrize("secret", ["", "stw_", "x" * 47, "stw_" + "x" * 43])
async def test_what_is_no_token_of_ours_is_unknown(tokens: TokenService, secret: str) -> None:
    assert await _refusal(tokens, secret) == "token.unknown"


async def test_a_token_ends_by_time_by_hand_and_with_its_owner(
    tokens: TokenService, users: UserService, clock: ManualClock
) -> None:
    ann, bob, eve = [await make_user(users, name) for name in ("ann", "bob", "eve")]
    timed, revoked = await _make(tokens, ann), await _make(tokens, ann)
    disabled, deleted = await _make(tokens, bob), await _make(tokens, eve)

    await tokens.revoke(actor_of(ann), ann.id, revoked.token.id)
    await users.update(SYSTEM, bob.id, UserChange(is_enabled=False))
    await users.delete(SYSTEM, eve.id)

    for made in (revoked, disabled, deleted):
        assert await _refusal(tokens, made.secret) == "token.unknown"
    assert (await tokens.resolve(timed.secret)).user.id == ann.id
    clock.advance(DAY)
    assert await _refusal(tokens, timed.secret) == "token.expired"
    await tokens.purge(clock.now() + DAY)
    assert await tokens.list(actor_of(ann), ann.id) == []


async def test_a_token_administers_only_where_it_says_so(
    tokens: TokenService, users: UserService
) -> None:
    ada, ann = await make_user(users, "ada", "admin"), await make_user(users, "ann")

    plain, ruling = await _make(tokens, ada), await _make(tokens, ada, is_admin=True)
    with pytest.raises(StowageError) as caught:
        await _make(tokens, ann, is_admin=True)

    assert (await tokens.resolve(plain.secret)).user.role is Role.USER
    assert (await tokens.resolve(ruling.secret)).user.role is Role.ADMIN
    assert caught.value.reason == "admin.required"
    await make_user(users, "root", "admin")
    await users.update(SYSTEM, ada.id, UserChange(role="readonly"))
    assert (await tokens.resolve(ruling.secret)).user.role is Role.READONLY


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 129}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"expires_at": NOON}, "expires_at"),
        ({"expires_at": NOON + 11 * DAY}, "expires_at"),
        ({"scopes": [WrittenScope("UP", "docs")]}, "scopes"),
        ({"scopes": [WrittenScope("*", "No_Bucket")]}, "scopes"),
        ({"scopes": [WrittenScope("*", "docs", "a/../b")]}, "scopes"),
        ({"scopes": [WrittenScope("*", "docs", "", "all")]}, "access"),
        ({"scopes": [WrittenScope("*", "*")] * 101}, "scopes"),
        ({"scopes": [WrittenScope("*", "*")], "is_admin": True}, "scopes"),
    ],
)
async def test_a_token_that_makes_no_sense_is_refused(
    tokens: TokenService, users: UserService, wrong: dict[str, object], field: str
) -> None:
    ada = await make_user(users, "ada", "admin")

    with pytest.raises(StowageError) as caught:
        await _make(tokens, ada, **wrong)

    assert (caught.value.code, caught.value.params["field"]) == ("invalid_request", field)


async def test_nobody_sees_or_revokes_the_tokens_of_others_but_administrators(
    tokens: TokenService, users: UserService
) -> None:
    ada, ann, bob = [
        await make_user(users, name, role)
        for name, role in (("ada", "admin"), ("ann", "user"), ("bob", "user"))
    ]
    made = await _make(tokens, ann)

    for work in (
        tokens.list(actor_of(bob), ann.id),
        tokens.revoke(actor_of(bob), ann.id, made.token.id),
        tokens.revoke(actor_of(bob), bob.id, made.token.id),
    ):
        with pytest.raises(StowageError) as caught:
            await work
        assert caught.value.reason in ("admin.required", "token.not_found")
    assert [token.id for token in await tokens.list(actor_of(ada), ann.id)] == [made.token.id]
    await tokens.revoke(actor_of(ada), ann.id, made.token.id)
    assert await _refusal(tokens, made.secret) == "token.unknown"


async def test_two_last_tokens_at_the_same_moment_are_both_counted(
    tokens: TokenService, users: UserService
) -> None:
    ann = await make_user(users, "ann")
    for _ in range(MAX_TOKENS - 1):
        await _make(tokens, ann)

    results = await asyncio.gather(_make(tokens, ann), _make(tokens, ann), return_exceptions=True)

    assert [type(result) for result in results if isinstance(result, StowageError)] == [
        StowageError
    ]
    assert len(await tokens.list(actor_of(ann), ann.id)) == MAX_TOKENS


async def test_making_and_revoking_is_audited_without_the_token(
    tokens: TokenService, users: UserService, audit: AuditLog
) -> None:
    ann = await make_user(users, "ann")
    made = await _make(tokens, ann)
    await tokens.revoke(actor_of(ann), ann.id, made.token.id)

    events = await audited(audit, "token.")

    detail = {
        "token_id": made.token.id,
        "name": "ci",
        "target_id": ann.id,
        "scopes": 0,
        "admin": False,
    }
    assert events == [(ann.id, "ok", detail)] * 2


async def test_use_is_written_down_once_a_minute(
    tokens: TokenService, users: UserService, clock: ManualClock
) -> None:
    ann = await make_user(users, "ann")
    made = await _make(tokens, ann)
    seen = []
    for _ in range(3):
        clock.advance(timedelta(seconds=40))
        await tokens.resolve(made.secret)
        seen.append((await tokens.list(actor_of(ann), ann.id))[0].last_used_at)

    first = NOON + timedelta(seconds=40)
    assert seen == [first, first, first + timedelta(seconds=80)]
