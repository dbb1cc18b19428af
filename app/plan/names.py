"""
The names that a file may refer to: what is there and stays, and what the file declares itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from difflib import get_close_matches

from app.audit.event import SYSTEM
from app.auth.user import STATIC_ID, User, UserQuery
from app.auth.users import UserService
from app.backends.service import BackendService
from app.config.load import LoadedConfig
from app.config.problems import ConfigError, Problem
from app.errors import registry as errors
from app.grants.groups import Group, GroupService
from app.grants.page import MAX_LIMIT, PageRequest
from app.rbac.principal import ANY


@dataclass(frozen=True, slots=True)
class Names:
    """
    Every name that can be meant, for the check of a whole file before its first step.
    """

    loaded: LoadedConfig
    users: Mapping[str, str]
    """User names by folded name and folded e-mail address."""
    groups: frozenset[str]
    backends: frozenset[str]

    def user(self, text: str, key: str) -> str:
        """
        Return the user name behind a name or an e-mail address.

        Raises:
            ConfigError: there is no such user, and none is declared.
        """
        found = self.users.get(text.casefold())
        if found is None:
            raise self._unknown("user", text, key, set(self.users.values()))
        return found

    def group(self, text: str, key: str) -> str:
        """
        Return the name of a group.

        Raises:
            ConfigError: there is no such group, and none is declared.
        """
        if text not in self.groups:
            raise self._unknown("group", text, key, self.groups)
        return text

    def backend(self, text: str, key: str, *, may_be_any: bool = False) -> str:
        """
        Return the id of a backend.

        Raises:
            ConfigError: there is no such backend, and none is declared.
        """
        if text not in self.backends and not (may_be_any and text == ANY):
            raise self._unknown("backend", text, key, self.backends)
        return text

    def _unknown(self, what: str, text: str, key: str, known: Iterable[str]) -> ConfigError:
        near = next(iter(get_close_matches(text, sorted(known), n=1)), "")
        message = f"there is no {what} {text!r}"
        return ConfigError([Problem(message, key, self.loaded.origin(key), near)])


@dataclass(slots=True)
class _Known:
    """
    What was read already.
    """

    names: Names | None = None
    users: list[User] | None = None
    groups: list[Group] | None = None


class Directory:
    """
    Looks names up: all of them for a check, one of them when a step needs its id.
    """

    def __init__(self, users: UserService, groups: GroupService, backends: BackendService) -> None:
        self.users = users
        self.groups = groups
        self.backends = backends
        self._known: ContextVar[_Known | None] = ContextVar("known", default=None)

    @contextmanager
    def remembering(self) -> Iterator[None]:
        """
        Read everything once for all who ask inside, who so compare with one moment.
        """
        token = self._known.set(_Known())
        try:
            yield
        finally:
            self._known.reset(token)

    async def names(self, loaded: LoadedConfig) -> Names:
        """
        Return what a file may refer to. What it would prune is not among it.
        """
        known = self._known.get() or _Known()
        if known.names is None or known.names.loaded is not loaded:
            known.names = await self._find_names(loaded)
        return known.names

    async def _find_names(self, loaded: LoadedConfig) -> Names:
        config, prune = loaded.config, loaded.config.gitops.prune
        users = {STATIC_ID: STATIC_ID} if config.auth.has_static else {}
        declared = {user.username.casefold() for user in config.users}
        for wanted in config.users:
            users |= _spellings(wanted.username, wanted.email)
        for user in await self.list_users():
            stays = user.source == "dashboard" or "users" not in prune
            if stays or user.username.casefold() in declared:
                users |= _spellings(user.username, user.email)
        groups = {
            group.name
            for group in await self.list_groups()
            if group.source == "dashboard" or "groups" not in prune
        }
        rows = await self.backends.list()
        backends = {
            row.id for row in rows if not row.declaration.is_yaml or "backends" not in prune
        }
        return Names(
            loaded,
            users,
            frozenset(groups | {group.name for group in config.groups}),
            frozenset(backends | {backend.id for backend in config.backends}),
        )

    async def list_users(self) -> list[User]:
        """
        Return every user.
        """
        known = self._known.get() or _Known()
        if known.users is None:
            known.users = await self._read_users()
        return known.users

    async def list_groups(self) -> list[Group]:
        """
        Return every group.
        """
        known = self._known.get() or _Known()
        if known.groups is None:
            known.groups = await self._read_groups()
        return known.groups

    async def _read_users(self) -> list[User]:
        found: list[User] = []
        while True:
            page = await self.users.list(UserQuery(limit=MAX_LIMIT, offset=len(found)))
            found += page
            if len(page) < MAX_LIMIT:
                return found

    async def _read_groups(self) -> list[Group]:
        found: list[Group] = []
        cursor = ""
        while True:
            page = await self.groups.list(SYSTEM, PageRequest(cursor, MAX_LIMIT))
            found += page.items
            cursor = page.next_cursor
            if not cursor:
                return found

    async def user_id(self, username: str) -> str:
        """
        Return the id behind a user name that `names` knew.

        Raises:
            StowageError: `not_found`: the user was deleted meanwhile.
        """
        user = await self.users.find_by_name(username)
        if user is not None:
            return user.id
        if username == STATIC_ID:
            return STATIC_ID
        raise errors.NOT_FOUND(reason="user.not_found")

    async def group_id(self, name: str) -> str:
        """
        Return the id behind the name of a group that `names` knew.

        Raises:
            StowageError: `not_found`: the group was deleted meanwhile.
        """
        for group in await self.list_groups():
            if group.name == name:
                return group.id
        raise errors.NOT_FOUND(reason="group.not_found")


def _spellings(username: str, email: str) -> dict[str, str]:
    names = {username.casefold(): username}
    return {**names, email.casefold(): username} if email else names
