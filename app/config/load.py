"""
`load_config`: files and environment in, a checked configuration out, or every problem at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, Literal

from pydantic import ValidationError

from app.config.document import Document
from app.config.environment import apply_environment
from app.config.files import Joiner
from app.config.hints import find_hints
from app.config.messages import find_origin, to_problem
from app.config.models import Config
from app.config.problems import NOWHERE, ConfigError, Origin, Path, Problem, render_path
from app.config.rules import Finding, check_rules
from app.config.shape import field_shape, nearest
from app.config.values import Section

UnknownKeys = Literal["error", "warn"]
_EXTENSION = "x-"
"""Keys at the top that begin so are the file's own, for anchors."""


@dataclass(frozen=True, slots=True)
class LoadedConfig:
    """
    A valid configuration, where each of its values comes from, and what was odd about it.
    """

    config: Config
    origins: Mapping[str, Origin]
    """By key, as `backends[0].id`; a value without an entry is a default."""
    warnings: tuple[Problem, ...] = ()
    files: tuple[FilePath, ...] = ()
    """Every file and folder that was read, as it was named."""

    def origin(self, key: str) -> Origin:
        """
        Return where a key was set, or the nearest thing around it; `NOWHERE` for a default.
        """
        while key:
            if key in self.origins:
                return self.origins[key]
            # `backends[0].id` lies in `backends[0]`, that in `backends`.
            key = key[: max(key.rfind("."), key.rfind("["), 0)]
        return NOWHERE


@dataclass(frozen=True, slots=True)
class ConfigSource:
    """
    Where a process reads its configuration, to read it again.
    """

    path: FilePath | None
    environ: Mapping[str, str] = field(repr=False)
    unknown_keys: UnknownKeys = "error"

    def load(self) -> LoadedConfig:
        """
        Read the configuration as it is now.

        Raises:
            ConfigError: with every problem found.
        """
        return load_config(self.path, self.environ, unknown_keys=self.unknown_keys)


def load_config(
    path: FilePath | None, environ: Mapping[str, str], *, unknown_keys: UnknownKeys = "error"
) -> LoadedConfig:
    """
    Read the configuration: defaults, then the file or folder, then the environment.

    `unknown_keys="warn"` turns keys that do not exist into warnings.

    Raises:
        ConfigError: with every problem found.
    """
    joiner = Joiner()
    if path is not None:
        joiner.add(path, str(path))
    document, problems = joiner.joined, joiner.problems
    problems += apply_environment(document, environ)
    unknown = _take_unknown(document)
    if unknown_keys == "error":
        problems += unknown
    config = _validate(document, problems)
    warnings = unknown if unknown_keys == "warn" else []
    warnings += [
        Problem(message, render_path(where), find_origin(where, document.origins))
        for where, message in find_hints(config)
    ]
    origins = {render_path(where): origin for where, origin in document.origins.items() if where}
    return LoadedConfig(config, origins, tuple(warnings), tuple(joiner.files))


def _validate(document: Document, problems: list[Problem]) -> Config:
    try:
        config = Config.model_validate(document.data)
    except ValidationError as error:
        found = [to_problem(one, document.origins) for one in error.errors(include_url=False)]
        raise ConfigError(_in_order(problems + found)) from None
    problems = problems + [_to_problem(one, document) for one in check_rules(config)]
    if problems:
        raise ConfigError(_in_order(problems))
    return config


def _to_problem(finding: Finding, document: Document) -> Problem:
    where, message, *others = finding
    places = [f", at {find_origin(one, document.origins)}" for one in others]
    return Problem(
        "".join([message, *places]), render_path(where), find_origin(where, document.origins)
    )


def _in_order(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda one: (one.origin.file, one.origin.line, one.origin.column))


def _take_unknown(document: Document) -> list[Problem]:
    """
    Take out every key that no section has, and return a problem for each.
    """
    for name in [one for one in document.data if one.startswith(_EXTENSION)]:
        del document.data[name]
    problems: list[Problem] = []
    _walk(document.data, Config, (), document, problems)
    return problems


def _walk(
    data: dict[str, Any],
    model: type[Section],
    path: Path,
    document: Document,
    problems: list[Problem],
) -> None:
    for key in list(data):
        here = (*path, key)
        if key not in model.model_fields:
            origin = find_origin(here, document.origins)
            suggestion = nearest(key, model)
            problems.append(Problem("there is no such key", render_path(here), origin, suggestion))
            del data[key]
            continue
        shape = field_shape(model, key)
        if shape.model is None:
            continue
        items = data[key] if isinstance(data[key], list) else [data[key]]
        for index, item in enumerate(items):
            if isinstance(item, dict):
                inner = (*here, index) if shape.kind == "list" else here
                _walk(item, shape.model, inner, document, problems)
