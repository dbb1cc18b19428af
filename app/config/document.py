"""
One YAML file, read into plain values that remember where they stand.

The reading is stricter than YAML: one document, no key twice, no tags, no tabs, and aliases that
unfold into more than a bounded number of values are refused. Of the words of YAML 1.1 only
`true` and `false` are booleans; a key that wants one understands `yes`, `no`, `on` and `off` too.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import yaml

from app.config.problems import ConfigError, Origin, Path, Problem, render_path

MAX_FILE_BYTES = 1024 * 1024
MAX_VALUES = 100_000
_MERGE = "tag:yaml.org,2002:merge"
_TAGS = {
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
}
_BOOL = "tag:yaml.org,2002:bool"
_NULL = "tag:yaml.org,2002:null"


class _Loader(yaml.SafeLoader):
    """
    PyYAML's scanner and composer with the words of YAML 1.2's core schema.
    """

    yaml_implicit_resolvers: dict[str | None, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  PyYAML's own attribute


_WORDS = (
    (_BOOL, r"true|True|TRUE|false|False|FALSE", "tTfF"),
    (_NULL, r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    (_MERGE, r"<<", "<"),
    ("tag:yaml.org,2002:int", r"[-+]?[0-9]{1,18}", "-+0123456789"),
    (
        "tag:yaml.org,2002:float",
        r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]+)?",
        "-+.0123456789",
    ),
)
for _tag, _pattern, _first in _WORDS:
    _Loader.add_implicit_resolver(_tag, re.compile(f"(?:{_pattern})$"), list(_first))


@dataclass(slots=True)
class Document:
    """
    The values of one file and the place of each.
    """

    data: dict[str, Any]
    origins: dict[Path, Origin]


def read_document(path: FilePath, name: str) -> Document:
    """
    Read a file; `name` is what messages call it.

    Raises:
        ConfigError: it cannot be read, or is not one strict YAML document with a mapping on top.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        problem = Problem(f"cannot be read: {error.strerror}", origin=Origin(name))
        raise ConfigError([problem]) from error
    if len(raw) > MAX_FILE_BYTES:
        raise ConfigError([Problem("is larger than 1 MiB", origin=Origin(name))])
    return parse_document(_decode(raw, name), name)


def parse_document(text: str, name: str) -> Document:
    """
    Read YAML from text; see `read_document`.
    """
    node = _compose(text, name)
    builder = _Builder(name)
    data = {} if node is None else builder.build(node, ())
    if builder.problems:
        raise ConfigError(builder.problems)
    if data is None:
        data = {}
    if not isinstance(data, dict):
        origin = Origin(name, 1, 1)
        raise ConfigError([Problem("a configuration is a mapping of keys", origin=origin)])
    return Document(data, builder.origins)


def _decode(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        problem = Problem("is not UTF-8 text", origin=Origin(name, line, column))
        raise ConfigError([problem]) from error


def _compose(text: str, name: str) -> yaml.Node | None:
    try:
        loader = _Loader(text)
        try:
            node: yaml.Node | None = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - text.rfind("\n", 0, error.position)
        message = "holds a character that YAML does not allow"
        raise ConfigError([Problem(message, origin=Origin(name, line, column))]) from error
    except yaml.MarkedYAMLError as error:
        raise ConfigError([_syntax_problem(error, name)]) from error
    except RecursionError as error:
        raise ConfigError([Problem("is nested too deeply", origin=Origin(name))]) from error
    return node


def _syntax_problem(error: yaml.MarkedYAMLError, name: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    origin = Origin(name) if mark is None else Origin(name, mark.line + 1, mark.column + 1)
    said = error.problem or ""
    if "'\\t'" in said or "'\t'" in said:
        return Problem("a tab cannot stand here; indent with spaces", origin=origin)
    if "but found another document" in said:
        return Problem("a second document begins here; one file holds one", origin=origin)
    if "undefined alias" in said:
        return Problem(f"{said.removeprefix('found ')}: no anchor of that name", origin=origin)
    context = f"{error.context}: " if error.context else ""
    return Problem(f"is not valid YAML: {context}{said}", origin=origin)


@dataclass(slots=True)
class _Builder:
    """
    From nodes to values; collects every problem instead of stopping at the first.
    """

    name: str
    origins: dict[Path, Origin] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _open: set[int] = field(default_factory=set)
    _count: int = 0

    def build(self, node: yaml.Node, path: Path) -> Any:  # noqa: ANN401  any YAML value
        """
        Return the value of a node, with its origins noted.
        """
        self._count += 1
        if self._count > MAX_VALUES:
            if self._count == MAX_VALUES + 1:
                self._complain(f"unfolds into more than {MAX_VALUES} values", path, node)
            return None
        if id(node) in self._open:
            self._complain("an alias contains itself", path, node)
            return None
        self.origins.setdefault(path, self._origin(node))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        self._open.add(id(node))
        try:
            return self._collection(node, path)
        finally:
            self._open.discard(id(node))

    def _collection(self, node: yaml.Node, path: Path) -> Any:  # noqa: ANN401  a list or a mapping
        if not node.tag.startswith("tag:yaml.org,2002:"):
            self._complain(f"the tag {node.tag} is not supported", path, node)
            return None
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._mapping(node, path)

    def _mapping(self, node: yaml.Node, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        seen: dict[str, yaml.Node] = {}
        for key_node, value_node in self._pairs(node, path):
            key = str(key_node.value)
            if key in seen:
                first = self._origin(seen[key])
                self._complain(f"stands here twice, first at {first}", (*path, key), key_node)
                continue
            seen[key] = key_node
            self.origins[(*path, key)] = self._origin(key_node)
            value = self.build(value_node, (*path, key))
            # A key with nothing behind it is not set, as the reference reads it.
            if value is not None:
                values[key] = value
        return self._with_merged(node, path, values)

    def _pairs(self, node: yaml.Node, path: Path) -> Iterator[tuple[yaml.Node, yaml.Node]]:
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._complain("a key must be a word", path, key_node)
            elif key_node.tag != _MERGE:
                yield key_node, value_node

    def _with_merged(self, node: yaml.Node, path: Path, values: dict[str, Any]) -> dict[str, Any]:
        for key_node, value_node in node.value:
            if key_node.tag != _MERGE:
                continue
            sources = (
                value_node.value if isinstance(value_node, yaml.SequenceNode) else [value_node]
            )
            for source in sources:
                merged = self.build(source, path)
                if not isinstance(merged, Mapping):
                    self._complain("<< takes a mapping", path, key_node)
                    return values
                values = {**merged, **values}
        return values

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> Any:  # noqa: ANN401  any YAML scalar
        if node.tag == _NULL:
            return None
        if node.tag == _BOOL:
            return node.value.lower() == "true"
        convert = _TAGS.get(node.tag)
        if convert is None:
            self._complain(f"the tag {node.tag} is not supported", path, node)
            return None
        try:
            return convert(node.value)
        except ValueError:
            self._complain(f"{node.value!r} is no {convert.__name__}", path, node)
            return None

    def _origin(self, node: yaml.Node) -> Origin:
        mark = node.start_mark
        return Origin(self.name, mark.line + 1, mark.column + 1)

    def _complain(self, message: str, path: Path, node: yaml.Node) -> None:
        self.problems.append(Problem(message, render_path(path), self._origin(node)))
