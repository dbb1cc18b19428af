"""
One shape for everything that can be declared: what the file wants, what is there, and five verbs.

A new kind is one file with a class of this shape, and a row in `app.plan.kinds`. Values are in the
words of the file, so that comparing, showing and exporting need no second vocabulary.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from app.audit.event import Actor
from app.config.load import LoadedConfig
from app.config.problems import ConfigError, Origin, Problem
from app.database.declared import DASHBOARD, Declaration
from app.errors.raised import StowageError
from app.plan.plan import Difference

Values = Mapping[str, Any]
"""Members of a thing in the words of the file, as plain JSON values. Never a secret."""


@dataclass(frozen=True, slots=True)
class Declared:
    """
    A thing as the file wants it. A member that is left out is left alone.
    """

    id: str
    values: Values
    by: Declaration
    origin: Origin
    item: Any = None
    """What the kind itself needs to make it so."""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Its secrets by the member that names them."""


@dataclass(frozen=True, slots=True)
class Present:
    """
    A thing as it is.
    """

    id: str
    values: Values
    declaration: Declaration
    item: Any = None
    quota_by: Declaration = DASHBOARD
    """Who declares its limit, where it may have one."""

    @property
    def origin(self) -> Origin:
        """
        Where a file declared it.
        """
        return Origin(self.declaration.file, self.declaration.line)


class Kind(Protocol):
    """
    Something that can be declared.
    """

    @property
    def name(self) -> str:
        """
        The list key of the file.
        """
        ...

    @property
    def is_destructive(self) -> bool:
        """
        Whether deleting one loses what an older file does not bring back.
        """
        ...

    @property
    def is_upstream(self) -> bool:
        """
        Whether its steps are done on a store instead of in the database.
        """
        ...

    async def declare(self, loaded: LoadedConfig) -> Sequence[Declared]:
        """
        Return what the file wants, with every reference looked up and every secret read.

        Raises:
            ConfigError: with every problem of every thing.
        """
        ...

    async def load(self) -> Sequence[Present]:
        """
        Return everything of this kind that is there, whoever made it.
        """
        ...

    async def compare(self, declared: Declared, present: Present) -> Sequence[Difference]:
        """
        Return what differs, secrets included.

        Raises:
            StowageError: a store does not answer, so that nobody knows.
        """
        ...

    async def create(self, actor: Actor, declared: Declared) -> None:
        """
        Make it.
        """
        ...

    async def update(self, actor: Actor, declared: Declared, present: Present) -> None:
        """
        Make it as declared, and the file's.
        """
        ...

    async def note(self, declared: Declared, present: Present) -> None:
        """
        Remember where the file declares it now; no change that anybody must hear of.
        """
        ...

    async def delete(self, actor: Actor, present: Present) -> None:
        """
        Delete what no file declares any more.
        """
        ...

    async def write(self, present: Present, loaded: LoadedConfig) -> Values | None:
        """
        Return a thing as a file would declare it, or nothing for one that no file can.

        A secret is named as the configuration in force names it, or as `secret_names` does.
        """
        ...


@runtime_checkable
class Numerous(Protocol):
    """
    A kind of which there may be a hundred thousand: what no file is about need not be read.
    """

    async def load_concerned(self, ids: Collection[str]) -> Sequence[Present]:
        """
        Return what is there under these ids, and whatever a file declared once.
        """
        ...


@runtime_checkable
class Demanding(Protocol):
    """
    A kind that may be known to be impossible where it is declared.
    """

    async def check(self, declared: Declared) -> None:
        """
        Refuse what can never be made so there.

        Raises:
            StowageError: it cannot.
        """
        ...


@runtime_checkable
class Exclusive(Protocol):
    """
    A kind with members that no two things can have, so that handing one on needs an order.
    """

    async def make_room(self, present: Present, members: Collection[str]) -> None:
        """
        Take these members from a thing; its own step, in the same transaction, gives it others.
        """
        ...


def declare_each(
    loaded: LoadedConfig, name: str, items: Iterable[Any], declare: Callable[[Any, str], Declared]
) -> list[Declared]:
    """
    Declare every item of a list key, collecting the problems of all.

    Raises:
        ConfigError: with every problem found.
    """
    declared: dict[str, Declared] = {}
    problems: list[Problem] = []
    for index, item in enumerate(items):
        key = f"{name}[{index}]"
        try:
            one = declare(item, key)
            if (first := declared.setdefault(one.id, one)) is not one:
                message = f"is declared twice, first at {first.origin}"
                problems.append(Problem(message, key, one.origin))
        except ConfigError as error:
            problems += error.problems
        except StowageError as error:
            problems.append(Problem(error.message, key, loaded.origin(key)))
    if problems:
        raise ConfigError(problems)
    return list(declared.values())


def find_item(loaded: LoadedConfig, name: str, **key: str) -> Any:  # noqa: ANN401  a section of the kind
    """
    Return the item of a list key that declares a thing, or nothing.
    """
    for item in getattr(loaded.config, name):
        if all(getattr(item, member) == value for member, value in key.items()):
            return item
    return None


def secret_names(name: str, one_id: str, item: Any) -> dict[str, str]:  # noqa: ANN401  a section of the kind
    """
    Return the members that name a secret: as the file does, else as a variable after its id.
    """
    named = {
        member: getattr(item, member)
        for member in (f"{name}_env", f"{name}_file")
        if item is not None and getattr(item, member)
    }
    if named:
        return named
    words = "".join(one if one.isascii() and one.isalnum() else "_" for one in one_id)
    return {f"{name}_env": f"{words}_{name}".upper()}


def declaration_at(loaded: LoadedConfig, key: str, declared_id: str) -> Declaration:
    """
    Return who declares the thing at a key, as its row will hold it.
    """
    origin = loaded.origin(key)
    return Declaration("yaml", origin.file, origin.line, declared_id)


def differences(declared: Values, present: Values) -> list[Difference]:
    """
    Return the members of which the file says something else.
    """
    return [
        Difference(name, present.get(name), value)
        for name, value in declared.items()
        if present.get(name) != value
    ]
