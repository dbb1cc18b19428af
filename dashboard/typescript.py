"""
Write the UI's types from the schemas and the error registry: `python -m dashboard.typescript`.

The output is committed; `make generate` leaves no difference while it is up to date.
"""

import builtins
import importlib
import json
import pkgutil
import types
import typing
from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

import dashboard.api
from app.errors.raised import ErrorEntry, Reason
from app.errors.registry import REGISTRY
from dashboard.schemas import Body, LevelName, PresetName, RoleName, Schema, SourceName

OUTPUT = Path(__file__).parent / "ui" / "src" / "api" / "schema.gen.ts"
_HEADER = """\
// Written by `python -m dashboard.typescript` (make generate). Do not edit.
"""
_PLAIN: dict[object, str] = {
    Any: "unknown",
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    datetime: "string",
    type(None): "null",
    RoleName: "RoleName",
    LevelName: "LevelName",
    PresetName: "PresetName",
    SourceName: "SourceName",
}
_NAMED = (RoleName, LevelName, PresetName, SourceName)
_OUTSIDE_API = ("schemas", "public", "public_files")
_NUMBERS = frozenset({"limit", "size_bytes", "used", "line"})
_LISTS = frozenset({"levels"})


def render() -> str:
    """
    Return the whole file.
    """
    blocks = [_HEADER]
    blocks += [_alias(literal) for literal in _NAMED]
    blocks += [_interface(model) for model in find_schemas()]
    blocks += list(_registry(REGISTRY.values()))
    return "\n".join(blocks)


def find_schemas() -> list[type[BaseModel]]:
    """
    Return every schema of the API, by module and then in the order of the source.
    """
    modules = [importlib.import_module(f"dashboard.{name}") for name in _OUTSIDE_API]
    modules += [
        importlib.import_module(f"dashboard.api.{found.name}")
        for found in pkgutil.iter_modules(dashboard.api.__path__)
    ]
    return [
        member
        for module in modules
        for member in vars(module).values()
        if isinstance(member, type)
        and issubclass(member, Schema | Body)
        and member.__module__ == module.__name__
        and member not in (Schema, Body)
    ]


def _alias(literal: Any) -> str:  # noqa: ANN401  a Literal has no type of its own
    members = " | ".join(json.dumps(value) for value in get_args(literal))
    return f"export type {_PLAIN[literal]} = {members};\n"


def _interface(model: type[BaseModel]) -> str:
    is_body = issubclass(model, Body)
    lines = [*_comment(model.__doc__ or "", ""), f"export interface {_name(model)} {{"]
    for name, field in model.model_fields.items():
        mark = "?" if _is_optional(field, is_body=is_body) else ""
        lines.append(f"  {field.alias or name}{mark}: {_field_type(field)};")
    return "\n".join([*lines, "}", ""])


def _comment(text: str, indent: str) -> Iterator[str]:
    sentence = " ".join(text.split())
    if sentence:
        yield f"{indent}/** {sentence} */"


def _name(model: type[BaseModel]) -> str:
    return model.__name__.removesuffix("Schema")


def _is_optional(field: FieldInfo, *, is_body: bool) -> bool:
    return (is_body and not field.is_required()) or field.exclude_if is not None


def _field_type(field: FieldInfo) -> str:
    annotation: object = field.annotation
    is_absent_when_none = field.exclude_if is not None or field.default is None
    return _type(annotation, drop_null=is_absent_when_none and not field.is_required())


def _type(annotation: Any, *, drop_null: bool = False) -> str:  # noqa: ANN401  any annotation
    if isinstance(annotation, Hashable) and annotation in _PLAIN:
        return _PLAIN[annotation]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _name(annotation)
    arguments = get_args(annotation)
    match get_origin(annotation):
        case typing.Annotated:
            text = _type(arguments[0], drop_null=drop_null)
        case typing.Literal:
            text = " | ".join(json.dumps(value) for value in arguments)
        case types.UnionType | typing.Union:
            members = [item for item in arguments if not (drop_null and item is type(None))]
            text = " | ".join(dict.fromkeys(_type(item) for item in members))
        case builtins.list:
            inner = _type(arguments[0])
            text = f"({inner})[]" if " " in inner else f"{inner}[]"
        case builtins.tuple:
            text = f"[{', '.join(map(_type, arguments))}]"
        case builtins.dict:
            text = f"Record<string, {_type(arguments[1])}>"
        case _:
            raise TypeError(f"no TypeScript for {annotation!r}")
    return text


def _registry(entries: Iterable[ErrorEntry]) -> Iterator[str]:
    rows = list(entries)
    reasons = [reason for row in rows for reason in row.reasons]
    yield _union("ErrorCode", "Every code an error may carry.", [row.code for row in rows])
    yield _union(
        "ErrorReason",
        "Every reason; each belongs to exactly one code.",
        [reason.name for reason in reasons],
    )
    yield _params("ErrorParams", "The params of each code.", rows)
    yield _params("ReasonParams", "The params of each reason, its code's included.", rows)
    yield from _texts(rows)


def _union(name: str, comment: str, members: list[str]) -> str:
    lines = [f"  | {json.dumps(member)}" for member in members]
    return "\n".join([*_comment(comment, ""), f"export type {name} =", *lines]) + ";\n"


def _params(name: str, comment: str, rows: list[ErrorEntry]) -> str:
    lines = [*_comment(comment, ""), f"export interface {name} {{"]
    for row in rows:
        if name == "ErrorParams":
            lines.append(f"  {row.code}: {_object(row.params)};")
        else:
            lines += [
                f'  "{item.name}": {_object(_all_params(row, item))};' for item in row.reasons
            ]
    return "\n".join([*lines, "}", ""])


def _all_params(row: ErrorEntry, reason: Reason) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.params + reason.params))


def _object(names: tuple[str, ...]) -> str:
    if not names:
        return "Record<string, never>"
    return "{ " + "; ".join(f"{name}: {_param_type(name)}" for name in names) + " }"


def _param_type(name: str) -> str:
    if name in _NUMBERS:
        return "number"
    return "string[]" if name in _LISTS else "string"


def _texts(rows: list[ErrorEntry]) -> Iterator[str]:
    yield (
        "/** English texts; `{name}` places are filled from `params`. */\n"
        "export interface ErrorText {\n"
        "  readonly status: number;\n  readonly title: string;\n  readonly message: string;\n"
        "  readonly cure: string;\n  readonly retryable: boolean;\n}\n"
    )
    lines = ["export const errorTexts: Readonly<Record<ErrorCode, ErrorText>> = {"]
    for row in rows:
        lines += _entry(
            row.code,
            status=row.status,
            title=row.title,
            message=row.message,
            cure=row.cure,
            retryable=row.retryable,
        )
    yield "\n".join([*lines, "};", ""])
    yield _reason_messages(rows)


def _entry(code: str, **members: str | int | bool) -> Iterator[str]:
    yield f"  {code}: {{"
    yield from (
        f"    {name}: {json.dumps(value, ensure_ascii=False)}," for name, value in members.items()
    )
    yield "  },"


def _reason_messages(rows: list[ErrorEntry]) -> str:
    lines = [
        "/** The sentence of each reason; it replaces its code's. */",
        "export const reasonMessages: Readonly<Record<ErrorReason, string>> = {",
    ]
    lines += [
        f'  "{reason.name}": {json.dumps(reason.message or row.message, ensure_ascii=False)},'
        for row in rows
        for reason in row.reasons
    ]
    return "\n".join([*lines, "};", ""])


def main() -> None:
    """
    Write the file beside the UI's sources, unless it says this already.

    A younger source would have the whole interface built anew, perhaps while it is being served.
    """
    text = render()
    if OUTPUT.is_file() and OUTPUT.read_text(encoding="utf-8") == text:
        return
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
