"""
What may be done: levels, the presets that name sets of them, and the defaults of the roles.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntFlag, StrEnum

from app.errors import registry as errors


class Level(IntFlag):
    """
    One right each; a scope, a grant and an action carry a set of them.
    """

    NONE = 0
    LIST = 1
    READ = 2
    WRITE = 4
    DELETE = 8
    DELETE_VERSION = 16
    CONFIGURE = 32


ALL_LEVELS = (
    Level.LIST | Level.READ | Level.WRITE | Level.DELETE | Level.DELETE_VERSION | Level.CONFIGURE
)
READONLY_CEILING = Level.LIST | Level.READ

_NAMES: dict[Level, str] = {
    Level.LIST: "list",
    Level.READ: "read",
    Level.WRITE: "write",
    Level.DELETE: "delete",
    Level.DELETE_VERSION: "delete-version",
    Level.CONFIGURE: "configure",
}
_LEVELS = {name: level for level, name in _NAMES.items()}


class Role(StrEnum):
    """
    What a user is. `admin` may everything; `readonly` is a ceiling that no grant lifts.
    """

    ADMIN = "admin"
    USER = "user"
    READONLY = "readonly"


@dataclass(frozen=True, slots=True)
class Access:
    """
    A set of levels; `may_overwrite` is false for `append-only`, whatever the upstream allows.
    """

    levels: Level
    may_overwrite: bool = True


PRESETS: dict[str, Access] = {
    "readonly": Access(Level.LIST | Level.READ),
    "readwrite": Access(Level.LIST | Level.READ | Level.WRITE | Level.DELETE),
    "append-only": Access(Level.LIST | Level.READ | Level.WRITE, may_overwrite=False),
    "drop-box": Access(Level.WRITE),
    "full": Access(ALL_LEVELS),
}

ROLE_DEFAULTS: dict[Role, Access] = {
    Role.ADMIN: Access(ALL_LEVELS),
    Role.USER: Access(Level.LIST | Level.READ | Level.WRITE | Level.DELETE | Level.DELETE_VERSION),
    Role.READONLY: Access(READONLY_CEILING),
}


def level_names(levels: Level) -> list[str]:
    """
    Return the names of the levels in the set, in the order of the documentation.
    """
    return [name for level, name in _NAMES.items() if level in levels]


def parse_access(value: str | Sequence[str]) -> Access:
    """
    Read a preset's name or a list of level names.

    Raises:
        StowageError: `invalid_request`, reason `field.rejected`.
    """
    if isinstance(value, str):
        preset = PRESETS.get(value)
        if preset is None:
            raise _rejected(f"{value} is no preset: use {', '.join(PRESETS)}")
        return preset
    levels = Level.NONE
    for name in value:
        level = _LEVELS.get(name)
        if level is None:
            raise _rejected(f"{name} is no level: use {', '.join(_LEVELS)}")
        levels |= level
    if levels is Level.NONE:
        raise _rejected("name at least one level")
    return Access(levels)


def render_access(access: Access) -> str | list[str]:
    """
    Return the preset's name where one fits, else the level names; `parse_access` reads it back.
    """
    for name, preset in PRESETS.items():
        if preset == access:
            return name
    return level_names(access.levels)


def _rejected(problem: str) -> Exception:
    return errors.INVALID_REQUEST(
        reason="field.rejected", params={"field": "access", "problem": problem}
    )
