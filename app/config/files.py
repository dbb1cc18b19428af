"""
Which files make a configuration, and how they become one.

A folder means its `*.yaml` in name order; `include` adds more. Maps are joined key by key, lists of
things with a name of their own are joined end to end, and anything else stands in one file only.
"""

from pathlib import Path as FilePath
from typing import Any

from app.config.document import Document, read_document
from app.config.problems import ConfigError, Origin, Path, Problem, render_path
from app.config.shape import Shape, find_shape

MAX_FILES = 1000


class Joiner:
    """
    Joins files into one document; every problem is collected in `problems`.
    """

    def __init__(self) -> None:
        self.joined = Document({}, {})
        self.problems: list[Problem] = []
        self.files: list[FilePath] = []
        """Every file and folder, as it was named."""
        self._read: dict[FilePath, str] = {}
        self._open: list[FilePath] = []

    def add(self, path: FilePath, name: str, *, asked_by: Origin | None = None) -> None:
        """
        Read a file or a folder and what it includes; `name` is what messages call it.
        """
        origin = asked_by or Origin(name)
        self.files.append(path)
        if path.is_dir():
            self._add_folder(path, name, origin)
            return
        real = path.resolve()
        if real in self._open:
            chain = " → ".join(self._read[one] for one in (*self._open, real))
            self._complain(f"includes itself: {chain}", origin)
        elif real in self._read:
            self._complain(f"{name} is read twice, as {self._read[real]} before", origin)
        elif len(self._read) >= MAX_FILES:
            self._complain(f"more than {MAX_FILES} files", origin)
        else:
            self._add_file(path, real, name)

    def _add_folder(self, path: FilePath, name: str, origin: Origin) -> None:
        # Kubernetes keeps the files of a volume in hidden folders, with links beside them.
        found = sorted(one for one in path.glob("*.yaml") if not one.name.startswith("."))
        if not found:
            self._complain(f"the folder {name} holds no *.yaml", origin)
        for one in found:
            self.add(one, f"{name.rstrip('/')}/{one.name}", asked_by=origin)

    def _add_file(self, path: FilePath, real: FilePath, name: str) -> None:
        self._read[real] = name
        try:
            document = read_document(path, name)
        except ConfigError as error:
            self.problems += error.problems
            return
        self._join(document.data, document, self.joined.data, ())
        self._open.append(real)
        for index, include in enumerate(self._includes(document)):
            origin = document.origins[("include", index)]
            target = path.parent / include
            shown = include if FilePath(include).is_absolute() else _beside(name, include)
            self.add(target, shown, asked_by=origin)
        self._open.pop()

    def _includes(self, document: Document) -> list[str]:
        include = document.data.get("include", [])
        if isinstance(include, list) and all(isinstance(one, str) and one for one in include):
            return include
        origin = document.origins[("include",)]
        self.problems.append(Problem("must be a list of paths", "include", origin))
        return []

    def _join(
        self, data: dict[str, Any], document: Document, into: dict[str, Any], path: Path
    ) -> None:
        for key, value in data.items():
            here = (*path, key)
            if here == ("include",):
                continue
            held = into.get(key)
            if held is None:
                into[key] = value
                self._take_origins(document, here, here)
            elif isinstance(held, dict) and isinstance(value, dict):
                self._join(value, document, held, here)
            elif _is_list_of_things(find_shape(here)) and isinstance(held, list):
                self._append(held, value, document, here)
            else:
                first = self.joined.origins.get(here)
                origin = document.origins[here]
                message = f"is set in two files, first at {first}"
                self.problems.append(Problem(message, render_path(here), origin))

    def _append(self, held: list[Any], value: Any, document: Document, path: Path) -> None:  # noqa: ANN401  what YAML gave
        if not isinstance(value, list):
            origin = document.origins[path]
            self.problems.append(Problem("must be a list", render_path(path), origin))
            return
        for index, item in enumerate(value):
            self._take_origins(document, (*path, index), (*path, len(held)))
            held.append(item)

    def _take_origins(self, document: Document, source: Path, target: Path) -> None:
        depth = len(source)
        for path, origin in document.origins.items():
            if path[:depth] == source:
                self.joined.origins[(*target, *path[depth:])] = origin

    def _complain(self, message: str, origin: Origin) -> None:
        self.problems.append(Problem(message, "include" if origin.line else "", origin))


def _is_list_of_things(shape: Shape | None) -> bool:
    return shape is not None and shape.kind == "list" and shape.model is not None


def _beside(name: str, include: str) -> str:
    return str(FilePath(name).parent / include)
