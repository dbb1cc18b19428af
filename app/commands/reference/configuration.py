"""
The page of configuration keys, from the models' JSON Schema.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.commands.reference.markdown import GENERATED, table
from app.config.models import Config
from app.config.values import render_duration


@dataclass(frozen=True, slots=True)
class Key:
    """
    One row of the page.
    """

    path: str
    kind: str
    default: str
    description: str


def configuration_schema() -> str:
    """
    Render the JSON Schema of the file, for editors.
    """
    return json.dumps(Config.model_json_schema(), indent=1) + "\n"


def configuration_page() -> str:
    """
    Render every key with its type, default and description, one table per section.
    """
    schema = Config.model_json_schema()
    parts = [_section(schema, name, node) for name, node in schema["properties"].items()]
    return (
        f"# Configuration\n\n{GENERATED}\n"
        "One YAML file, or a folder whose `*.yaml` are read in name order. Every key can be "
        "overridden by an environment variable: `STOWAGE_`, the path in capitals, `__` between the "
        "levels (`STOWAGE_S3_PROXY__WORKERS`). A key that ends in `_env` names an environment "
        "variable that holds the secret, one in `_file` a file. Durations are written `10s`, "
        "`30m`, `1h30m`. An unknown key is an error. Editors take the same from "
        "[configuration.schema.json](configuration.schema.json); "
        "[Keep it in git](../how-to/keep-it-in-git.md) says how a change is applied.\n\n"
        + "\n".join(parts)
    )


def _section(schema: dict[str, Any], name: str, node: dict[str, Any]) -> str:
    keys = list(_keys(schema, name, node))
    rows = table(
        ("key", "type", "default", "meaning"),
        ((f"`{key.path}`", key.kind, key.default, key.description) for key in keys),
    )
    return f"## {name}\n\n{node.get('description', '')}\n\n{rows}"


def _keys(schema: dict[str, Any], path: str, node: dict[str, Any]) -> Iterator[Key]:
    shape = _resolve(schema, node)
    inner = _inner(schema, shape)
    if inner is None or "anyOf" in shape:  # what may be left out says what that means
        note = " Needs a restart." if "x-restart" in node else ""
        yield Key(path, _kind(schema, shape), _default(node), node.get("description", "") + note)
    if inner is not None:
        mark, section = inner
        for name, child in section["properties"].items():
            yield from _keys(schema, f"{path}{mark}.{name}", child)


def _inner(schema: dict[str, Any], shape: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """
    Return the section that stands here, or that each item of a list is; or nothing.
    """
    for option in shape.get("anyOf", (shape,)):
        here = _resolve(schema, option)
        for mark, found in (("", here), ("[]", _resolve(schema, here.get("items", {})))):
            if "properties" in found:
                return mark, found
    return None


def _resolve(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    for holder in (node, *node.get("allOf", ())):
        if "$ref" in holder:
            resolved: dict[str, Any] = schema["$defs"][holder["$ref"].rsplit("/", 1)[1]]
            return _resolve(schema, resolved)
    return node


def _kind(schema: dict[str, Any], shape: dict[str, Any]) -> str:
    if _is_duration(shape):
        return "duration"
    if "enum" in shape:
        return ", ".join(f"`{value}`" for value in shape["enum"])
    if "const" in shape:
        return f"`{shape['const']}`"
    if "anyOf" in shape:
        kinds = [_kind(schema, _resolve(schema, option)) for option in shape["anyOf"]]
        return " or ".join(kind for kind in dict.fromkeys(kinds) if kind != "null")
    if shape.get("type") == "array":
        return f"list of {_kind(schema, _resolve(schema, shape.get('items', {})))}"
    return str(shape.get("type", "any"))


def _default(node: dict[str, Any]) -> str:
    if "default" not in node:
        return "required"
    value = node["default"]
    if _is_duration(node) and isinstance(value, float):
        return f"`{render_duration(value)}`"
    return "" if value in ("", None) else f"`{json.dumps(value, ensure_ascii=False)}`"


def _is_duration(node: dict[str, Any]) -> bool:
    return "ns|us" in node.get("pattern", "")
