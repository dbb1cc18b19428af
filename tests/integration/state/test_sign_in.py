"""
What a sign-in writes: all of it at once, and nothing where the account changed meanwhile.
"""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.log import AuditLog
from app.auth.journal import Caller
from app.auth.login import LoginService
from app.auth.passwords import PasswordHashes
from app.auth.sessions import SessionService
from app.auth.user import User
from app.auth.users import UserService
from app.clock import ManualClock
from app.config.identity import AuthConfig
from app.database.engine import Database
from app.database.tables import sessions as sessions_table
from app.database.tables import users as users_table
from app.errors.raised import StowageError
from app.metrics import Metrics
from support.state import CHEAP_HASHES, NOON, PASSWORD, make_user


class TellingHashes(PasswordHashes):
    """
    Hashes that tell when a password was compared.
    """

    def __init__(self) -> None:
        super().__init__(CHEAP_HASHES)
        self.compared = asyncio.Event()

    async def verify(self, phc: str, password: str) -> bool:
        is_match = await super().verify(phc, password)
        self.compared.set()
        return is_match


@pytest.fixture
def telling() -> Iterator[TellingHashes]:
    hashes = TellingHashes()
    yield hashes
    hashes.close()


@pytest.fixture
def sessions(database: Database, audit: AuditLog, clock: ManualClock) -> SessionService:
    config = AuthConfig().session
    return SessionService(database, audit=audit, clock=clock, config=config, static=None)


@pytest.fixture
def login(
    database: Database,
    audit: AuditLog,
    clock: ManualClock,
    sessions: SessionService,
    telling: TellingHashes,
) -> LoginService:
    return LoginService(
        database,
        audit=audit,
        clock=clock,
        metrics=Metrics(),
        hashes=telling,
        sessions=sessions,
        config=AuthConfig(modes=("local",)),
        static=None,
    )


@pytest.fixture
async def ann(users: UserService) -> User:
    return await make_user(users, "ann")


async def _count_sessions(database: Database) -> int | None:
    async with database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(sessions_table))


async def test_a_sign_in_is_one_transaction_with_the_end_of_the_session_before(
    database: Database,
    login: LoginService,
    sessions: SessionService,
    ann: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = (await sessions.open(ann)).token
    write, writes = database.write, 0

    def count_write() -> AbstractAsyncContextManager[AsyncConnection]:
        nonlocal writes
        writes += 1
        return write()

    monkeypatch.setattr(database, "write", count_write)

    done = await login.sign_in("ann", PASSWORD, Caller(session=before))

    assert writes == 1
    assert (await sessions.resolve(done.opened.token)).user.last_login_at is not None
    with pytest.raises(StowageError, match="session"):
        await sessions.resolve(before)


@pytest.mark.parametrize(
    "change",
    [{"is_enabled": False}, {"password_changed_at": NOON + timedelta(minutes=1)}],
    ids=["disabled", "another password"],
)
async def test_who_is_shut_out_while_their_password_is_compared_gets_no_session(
    database: Database,
    login: LoginService,
    telling: TellingHashes,
    ann: User,
    change: dict[str, object],
) -> None:
    """
    The act ends every session of the account; one that opens a moment later must not slip by.
    """
    async with database.write() as connection:
        await connection.execute(
            update(users_table).where(users_table.c.id == ann.id).values(**change)
        )
        signing_in = asyncio.create_task(login.sign_in("ann", PASSWORD, Caller()))
        await telling.compared.wait()

    with pytest.raises(StowageError) as caught:
        await signing_in
    assert caught.value.code == "invalid_credentials"
    assert await _count_sessions(database) == 0
