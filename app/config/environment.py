"""
Overrides from environment variables.

Every key has one: `STOWAGE_` and its path in capitals, with `__` between the levels, so that
`STOWAGE_S3_PROXY__WORKERS` sets `s3_proxy.workers`. Lists and maps are JSON. Six keys have the
short names of the reference beside it. An empty variable counts as not set.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.config.document import Document
from app.config.models import Config
from app.config.problems import Origin, Path, Problem, render_path
from app.config.shape import Shape, find_shape, nearest

if TYPE_CHECKING:
    from app.config.values import Section

PREFIX = "STOWAGE_"
SEPARATOR = "__"
SHORT_NAMES: Mapping[str, Path] = {
    "STOWAGE_LISTEN": ("server", "listen"),
    "STOWAGE_PUBLIC_URL": ("server", "public_url"),
    "STOWAGE_LOG_LEVEL": ("log", "level"),
    "STOWAGE_LOG_FORMAT": ("log", "format"),
    "STOWAGE_SQLITE_PATH": ("db", "sqlite", "path"),
    "STOWAGE_SECRET_KEY_FILE": ("server", "secret_key_file"),
}


def apply_environment(document: Document, environ: Mapping[str, str]) -> list[Problem]:
    """
    Put the overrides over what the files say, in place; return what is wrong with them.
    """
    problems: list[Problem] = []
    claimed: dict[Path, str] = {}
    for name in sorted(environ):
        if not name.startswith(PREFIX) or not environ[name]:
            continue
        path = SHORT_NAMES.get(name) or _parse_name(name)
        shape = None if path is None else find_shape(path)
        if path is None or shape is None:
            problems += _complain_about(name, path)
        elif path in claimed and environ[claimed[path]] != environ[name]:
            message = f"{claimed[path]} and {name} say different things"
            problems.append(Problem(message, render_path(path), _origin(name)))
        else:
            claimed[path] = name
            problems += _set(document, path, shape, name, environ[name])
    return problems


def _parse_name(name: str) -> Path | None:
    steps = tuple(name.removeprefix(PREFIX).lower().split(SEPARATOR))
    # Without a second level it may be anything: a variable of Kubernetes, a secret named by a key.
    if len(steps) == 1 and find_shape(steps) is None:
        return None
    return steps if steps[0] in Config.model_fields else None


def _complain_about(name: str, path: Path | None) -> list[Problem]:
    if path is None:
        return []
    model: type[Section] = Config
    for depth, step in enumerate(path):
        shape = find_shape(path[: depth + 1])
        if shape is None:
            near = nearest(str(step), model)
            suggestion = _variable((*path[:depth], near)) if near and "." not in near else ""
            return [Problem("there is no such key", render_path(path), _origin(name), suggestion)]
        if shape.kind != "section" or shape.model is None:
            break
        model = shape.model
    return [Problem("there is no such key", render_path(path), _origin(name))]


def _variable(path: Path) -> str:
    return PREFIX + SEPARATOR.join(str(step) for step in path).upper()


def _set(document: Document, path: Path, shape: Shape, name: str, text: str) -> list[Problem]:
    try:
        value = _convert(text, shape)
    except ValueError as error:
        return [Problem(str(error), render_path(path), _origin(name))]
    target = document.data
    for step in path[:-1]:
        target = target.setdefault(str(step), {})
        if not isinstance(target, dict):
            return []  # the file's own fault, which validation reports
    _forget_origins(document, path)
    target[str(path[-1])] = value
    document.origins[path] = _origin(name)
    return []


def _convert(text: str, shape: Shape) -> Any:  # noqa: ANN401  whatever the key holds
    if shape.kind in ("list", "map", "section"):
        return _from_json(text, shape)
    if shape.kind == "whole":
        try:
            return int(text)
        except ValueError:
            raise ValueError("must be a whole number") from None
    if shape.kind == "real":
        return _number(text)
    return text


def _from_json(text: str, shape: Shape) -> Any:  # noqa: ANN401  what the JSON holds
    try:
        value = json.loads(text)
    except ValueError as error:
        raise ValueError(f"must be JSON: {error}") from None
    wanted: type = list if shape.kind == "list" else dict
    if not isinstance(value, wanted):
        kind = "array" if wanted is list else "object"
        raise ValueError(f"must be a JSON {kind}")  # noqa: TRY004  one kind of error to catch
    return value


def _number(text: str) -> float | str:
    """
    Return a number; text that is none may be a duration, which validation reads.
    """
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def _forget_origins(document: Document, path: Path) -> None:
    for known in [one for one in document.origins if one[: len(path)] == path]:
        del document.origins[known]


def _origin(name: str) -> Origin:
    return Origin(f"environment variable {name}")
