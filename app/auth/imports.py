"""
`UserImports`: many users from a file, in one call that may be made again.

A line about a name that nobody has makes a user; a line about one who is there changes what
differs, and never the password. Each line is a change by itself, with its audit event: what one
line is refused for does not keep the others back, and the corrected file can be sent whole.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Literal, Protocol

from sqlalchemy import RowMapping

from app.audit.event import Actor
from app.auth import repository, rules
from app.auth.policy import check_password
from app.auth.user import NewUser, User, UserChange, is_username, parse_username
from app.auth.user_lines import UserLine, invalid_cell, placed
from app.auth.user_rows import alter_user, new_row, store_user
from app.auth.users import UserService
from app.clock import Clock
from app.database.declared import DASHBOARD
from app.database.engine import Database
from app.errors.raised import StowageError

LineAction = Literal["create", "update", "keep", "refuse"]
_FIRST_FAULT_OF_OURS = 500


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """
    What became of a line, or would become of it.
    """

    line: int
    username: str
    action: LineAction
    error: StowageError | None = None
    """Why it was refused."""


class _Hands(Protocol):
    """
    What makes and changes users: the service, or the one that only rehearses.
    """

    async def create(self, actor: Actor, new: NewUser) -> User: ...

    async def update(self, actor: Actor, user_id: str, change: UserChange) -> User: ...


class UserImports:
    """
    Takes files of users over.
    """

    def __init__(self, database: Database, users: UserService, clock: Clock) -> None:
        self._database = database
        self._users = users
        self._clock = clock

    async def run(self, actor: Actor, lines: Sequence[UserLine]) -> Sequence[LineOutcome]:
        """
        Make and change users, line by line. A second time the same file changes nothing.

        Raises:
            StowageError: `forbidden`; a fault of the server, with the lines before it done.
        """
        actor.require_admin()
        return [await self._take(actor, line, self._users) for line in lines]

    async def rehearse(self, actor: Actor, lines: Sequence[UserLine]) -> Sequence[LineOutcome]:
        """
        Say what `run` would do now, and change nothing.

        Raises:
            StowageError: `forbidden`; a fault of the server.
        """
        actor.require_admin()
        hands = _Rehearsal(self._database, self._clock, await self._weak(lines))
        async with _taken_back(self._database):
            return [await self._take(actor, line, hands) for line in lines]

    async def _take(self, actor: Actor, line: UserLine, hands: _Hands) -> LineOutcome:
        try:
            action = await self._follow(actor, line, hands)
        except StowageError as error:
            if error.status >= _FIRST_FAULT_OF_OURS:
                raise
            return LineOutcome(line.number, line.username, "refuse", placed(error, line.number))
        return LineOutcome(line.number, line.username, action)

    async def _follow(self, actor: Actor, line: UserLine, hands: _Hands) -> LineAction:
        if line.fault is not None:
            raise line.fault
        row = await self._find(parse_username(line.username))
        if row is None:
            await hands.create(actor, line.new_user())
            return "create"
        change = line.change()
        if line.kind not in (None, row["kind"]):
            raise invalid_cell("kind", f"{row['username']} is a {row['kind']} and stays one")
        if not rules.changed_columns(row, change):
            return "keep"
        await hands.update(actor, row["id"], change)
        return "update"

    async def _weak(self, lines: Sequence[UserLine]) -> Mapping[str, StowageError]:
        """
        Return what is wrong with the passwords of new users, by name: slow, and so done before.
        """
        weak: dict[str, StowageError] = {}
        for line in lines:
            password = line.cells.get("password", "")
            if not password or not is_username(line.username) or await self._find(line.username):
                continue
            about = (line.username, line.cells.get("email", ""))
            try:
                await check_password(password, self._users.policy, about=about)
            except StowageError as error:
                weak[line.username] = error
        return weak

    async def _find(self, username: str) -> RowMapping | None:
        async with self._database.read() as connection:
            return await repository.find_by_name(connection, username)


class _UndoneError(Exception):
    """
    Takes back what was rehearsed.
    """


@asynccontextmanager
async def _taken_back(database: Database) -> AsyncIterator[None]:
    """
    Make one transaction of what is written within, and let none of it stay.
    """
    with suppress(_UndoneError):
        async with database.together():
            yield
            raise _UndoneError


@dataclass(frozen=True, slots=True)
class _Rehearsal:
    """
    Does what the service does to rows, within a transaction that is taken back.
    """

    database: Database
    clock: Clock
    weak: Mapping[str, StowageError]

    async def create(self, actor: Actor, new: NewUser) -> User:
        values = new_row(new, by=DASHBOARD, actor=actor, now=self.clock.now())
        if new.has_password and new.username in self.weak:
            raise self.weak[new.username]
        return await store_user(self.database, values)

    async def update(self, actor: Actor, user_id: str, change: UserChange) -> User:
        altered = await alter_user(
            self.database, user_id, change, by=DASHBOARD, actor=actor, now=self.clock.now()
        )
        return altered.user
