"""
The configuration in force: one value that is replaced whole.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from app.config.models import Config
from app.config.problems import render_path
from app.config.product import KINDS
from app.config.shape import field_shape
from app.config.values import Section


class LiveConfig:
    """
    Holds the configuration in force for those who ask anew at each use.
    """

    def __init__(self, config: Config) -> None:
        self.current = config
        """What holds now."""


@dataclass(frozen=True, slots=True)
class SettingChange:
    """
    A key whose value differs between two configurations.
    """

    key: str
    present: Any
    declared: Any
    needs_restart: bool

    def to_dict(self) -> dict[str, Any]:
        """
        Return the change for `--format json` and the API.
        """
        return {
            "path": self.key,
            "present": self.present,
            "declared": self.declared,
            "restart": self.needs_restart,
        }

    def __str__(self) -> str:
        note = ", at the next start" if self.needs_restart else ""
        return f"~ {self.key}: {self.present!r} -> {self.declared!r}{note}"


def keep_until_restart(running: Config, declared: Config) -> Config:
    """
    Return what is declared, but for the keys that a running process cannot change.
    """
    kept: Config = _keep(running, declared)
    return kept


def find_changes(old: Config, new: Config) -> list[SettingChange]:
    """
    Return every key that differs, but for things that are declared in lists.
    """
    before, after = dict(_walk(old, ())), dict(_walk(new, ()))
    return [
        SettingChange(render_path(path), before[path][0], value, needs_restart)
        for path, (value, needs_restart) in after.items()
        if before[path][0] != value
    ]


def walk_settings(config: Config) -> Iterator[tuple[tuple[str, ...], Any]]:
    """
    Yield the path and the value of every setting; things that are declared in lists are none.
    """
    for path, (value, _) in _walk(config, ()):
        yield path, value


def needs_restart(model: type[Section], name: str) -> bool:
    """
    Tell whether a key takes effect only at the next start.
    """
    extra = model.model_fields[name].json_schema_extra
    return isinstance(extra, dict) and "x-restart" in extra


def _keep(running: Any, declared: Any) -> Any:  # noqa: ANN401  a section of one class, twice
    model = type(declared)
    kept: dict[str, Any] = {}
    for name in model.model_fields:
        old, new = getattr(running, name), getattr(declared, name)
        if needs_restart(model, name):
            kept[name] = old
        elif field_shape(model, name).kind == "section":
            kept[name] = _keep(old, new)
    return declared.model_copy(update=kept)


def _walk(
    section: Section, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], tuple[Any, bool]]]:
    """
    Yield the path of every key below, with its value as JSON has it and whether it needs a restart.
    """
    dumped = section.model_dump(mode="json")
    model = type(section)
    for name in model.model_fields:
        here = (*path, name)
        if here[0] in KINDS or here == ("include",):
            continue
        value = getattr(section, name)
        if isinstance(value, Section) and field_shape(model, name).kind == "section":
            yield from _walk(value, here)
        else:
            yield here, (dumped[name], needs_restart(model, name))


Commit = Callable[[], None]
"""Puts a configuration in force that was found good; never waits and never fails."""
