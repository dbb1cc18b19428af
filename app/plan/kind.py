"""
One shape for everything that can be declared: what the file wants, what is there, and five verbs.

A new kind is one file with a class of this shape, and a row in `app.plan.kinds`. Values are in the
words of the file, so that comparing, showing and exporting need no second vocabulary.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from app.audit.event import Actor
from app.config.load import LoadedConfig
from app.config.problems import ConfigError, Origin, Problem
from app.database.declared import Declaration
from app.errors.raised import StowageError
from app.plan.plan import Difference, Op, Orphan, Plan, Step

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

    def write(self, present: Present, loaded: LoadedConfig) -> Values | None:
        """
        Return a thing as a file would declare it, or nothing for one that no file can.

        A secret is named as the configuration in force names it, or as `secret_names` does.
        """
        ...


async def compute_kind(kind: Kind, loaded: LoadedConfig) -> Plan:
    """
    Compare what is declared of a kind with what is there, without changing anything.

    Raises:
        ConfigError: what is declared cannot be.
    """
    declared = await kind.declare(loaded)
    present = _by_id(await kind.load())
    steps = [await _compare(kind, one, present.get(one.id)) for one in declared]
    wanted = {one.id for one in declared}
    left = [one for one in present.values() if one.declaration.is_yaml and one.id not in wanted]
    if kind.name in loaded.config.gitops.prune:
        return Plan((*steps, *(_deletion(kind, one) for one in left)))
    return Plan(tuple(steps), tuple(Orphan(kind.name, one.id, one.origin) for one in left))


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


def _by_id(present: Sequence[Present]) -> dict[str, Present]:
    """
    Return the things by id; of two with one id the file's own counts.
    """
    found: dict[str, Present] = {}
    for one in present:
        if one.id not in found or one.declaration.is_yaml:
            found[one.id] = one
    return found


async def _compare(kind: Kind, declared: Declared, present: Present | None) -> Step:
    step = partial(
        Step,
        kind=kind.name,
        id=declared.id,
        origin=declared.origin,
        is_upstream=kind.is_upstream,
    )
    if present is None:
        return step(
            op=Op.CREATE,
            differences=tuple(Difference(name, None, one) for name, one in declared.values.items()),
            run=lambda actor: kind.create(actor, declared),
        )
    is_ours = present.declaration.is_yaml
    try:
        differences = tuple(await kind.compare(declared, present))
    except StowageError as error:
        return step(
            op=Op.CHECK,
            problem=error.message,
            run=lambda actor: kind.update(actor, declared, present),
        )
    names = [one.name for one in differences]
    if not names:
        return step(
            op=Op.KEEP if is_ours else Op.ADOPT,
            takes_over=not is_ours,
            run=lambda _: kind.note(declared, present),
        )
    return step(
        op=Op.UPDATE,
        fields=tuple(names if is_ours else [*names, "source"]),
        takes_over=not is_ours,
        differences=differences,
        run=lambda actor: kind.update(actor, declared, present),
    )


def differences(declared: Values, present: Values) -> list[Difference]:
    """
    Return the members of which the file says something else.
    """
    return [
        Difference(name, present.get(name), value)
        for name, value in declared.items()
        if present.get(name) != value
    ]


def _deletion(kind: Kind, present: Present) -> Step:
    return Step(
        Op.DELETE,
        kind.name,
        present.id,
        origin=present.origin,
        is_destructive=kind.is_destructive,
        is_upstream=kind.is_upstream,
        run=lambda actor: kind.delete(actor, present),
    )
