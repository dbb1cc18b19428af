"""
`RowKind`: a kind whose things are rows of one table, each changed through one service.

What tells such kinds apart is data: how an item of the file is read, what is there, and the calls.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from app.audit.event import Actor
from app.config.load import LoadedConfig
from app.database.declared import Declarations
from app.plan.kind import Declared, Present, Values, declare_each, differences
from app.plan.names import Directory, Names
from app.plan.plan import Difference


@dataclass(frozen=True, slots=True)
class Calls:
    """
    What is done to a thing through its service.
    """

    create: Callable[[Actor, Declared], Awaitable[object]]
    update: Callable[[Actor, Declared, Present], Awaitable[object]]
    delete: Callable[[Actor, Present], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class RowKind:
    """
    Things by value. Nothing is lost with one that an older file does not bring back.
    """

    name: str
    table: Table
    directory: Directory
    declarations: Declarations
    read: Callable[[Any, str, Names], Declared]
    """Reads the item of the file at a key, with the names that it may refer to."""
    find: Callable[[], Awaitable[Sequence[Present]]]
    """Finds everything that is there."""
    row_of: Callable[[Present], Mapping[str, object]]
    """Returns the primary key of a thing."""
    written: Callable[[Present], Values]
    """Returns a thing as a file declares it."""
    calls: Calls
    is_destructive: bool = False
    is_upstream: bool = False

    async def declare(self, loaded: LoadedConfig) -> Sequence[Declared]:
        """
        Return the things of the file.

        Raises:
            ConfigError: a name that one refers to is unknown.
        """
        names = await self.directory.names(loaded)
        items = getattr(loaded.config, self.name)
        return declare_each(loaded, self.name, items, lambda one, key: self.read(one, key, names))

    async def load(self) -> Sequence[Present]:
        """
        Return everything of the kind.
        """
        return await self.find()

    async def compare(self, declared: Declared, present: Present) -> Sequence[Difference]:
        """
        Return what differs.
        """
        return differences(declared.values, present.values)

    async def create(self, actor: Actor, declared: Declared) -> None:
        """
        Make it.
        """
        await self.calls.create(actor, declared)

    async def update(self, actor: Actor, declared: Declared, present: Present) -> None:
        """
        Change it.
        """
        await self.calls.update(actor, declared, present)
        await self.note(declared, present)

    async def note(self, declared: Declared, present: Present) -> None:
        """
        Note the line.
        """
        if declared.by != present.declaration:
            await self.declarations.note(self.table, self.row_of(present), declared.by)

    async def delete(self, actor: Actor, present: Present) -> None:
        """
        Delete it.
        """
        await self.calls.delete(actor, present)

    async def write(self, present: Present, loaded: LoadedConfig) -> Values:  # noqa: ARG002  one shape
        """
        Return it as a file declares it.
        """
        return self.written(present)
