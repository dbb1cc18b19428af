"""
The page of the API: what the OpenAPI document says, to be read without any program.
"""

import html
import json
from collections.abc import Iterator, Mapping
from typing import Any

from app.commands.reference.markdown import GENERATED
from dashboard.call import Row
from dashboard.openapi import make_document, tag_of
from dashboard.openapi_errors import codes_in
from dashboard.routes import ROWS
from dashboard.session import Gate

_WHO = {
    Gate.PUBLIC: "everybody",
    Gate.OPTIONAL: "everybody",
    Gate.ANY: "signed in",
    Gate.WRITER: "not readonly",
    Gate.ADMIN: "admin",
}
_FIRST_ERROR = 400
_REF = "#/components/schemas/"
_INTRODUCTION = (
    "JSON in and out. A call that changes something carries the session's token in the header "
    "`X-CSRF-Token`; its value is in the cookie `stowage_csrf`. An API token needs "
    "neither. Below `/api/backends` the [levels](access.md) decide too. Errors "
    "have [one shape](errors.md), and each call lists those it may answer. Programs read the "
    "same from `/api/openapi.json` (OpenAPI 3.1).\n"
)


def routes_page() -> str:
    """
    Render every route with who may call it, what it does, takes and gives.
    """
    document = make_document(ROWS)
    groups: dict[str, list[Row]] = {}
    for row in ROWS:
        groups.setdefault(tag_of(row.path.removesuffix("~")), []).append(row)
    parts = [f"# API\n\n{GENERATED}\n{_INTRODUCTION}"]
    for tag, rows in groups.items():
        parts.append(f"## {tag[:1].upper()}{tag[1:]}\n")
        parts += [_route(row, document) for row in rows]
    parts.append("## Schemas\n")
    examples = dict(_answer_examples(document))
    parts += [_schema(name, one, examples.get(name, {})) for name, one in _schemas(document)]
    return "\n".join(parts)


def _route(row: Row, document: Mapping[str, Any]) -> str:
    path = row.path.removesuffix("~")
    operation = document["paths"][path][row.method.lower()]
    title = f"<code>{row.method} {html.escape(path)}</code> {_plain(operation['summary'])}"
    facts = [f"Who: {_WHO[row.gate]}.", *_parameters(operation), *_body(operation)]
    facts += [*_answers(operation), *_errors(operation)]
    items = "".join(f"<li>{fact}</li>" for fact in facts)
    return f"<details><summary>{title}</summary><ul>{items}</ul></details>\n"


def _parameters(operation: Mapping[str, Any]) -> Iterator[str]:
    for one in operation["parameters"]:
        need = "" if one["in"] == "path" or not one["required"] else ", required"
        yield f"<code>{one['name']}</code>: {one['in']}, {one['schema']['type']}{need}"


def _body(operation: Mapping[str, Any]) -> Iterator[str]:
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"Body: {_type(content['schema'], media_type)}{_example(content)}"


def _answers(operation: Mapping[str, Any]) -> Iterator[str]:
    for status, answer in operation["responses"].items():
        if status == "default" or int(status) >= _FIRST_ERROR:
            continue
        contents = answer.get("content", {})
        given = [_type(content["schema"], name) for name, content in contents.items()]
        yield f"Answer {status}: {', '.join(given) or 'nothing'}"


def _errors(operation: Mapping[str, Any]) -> Iterator[str]:
    found = codes_in(operation)
    if found:
        links = ", ".join(f'<a href="errors.md#{code}"><code>{code}</code></a>' for code in found)
        yield f"Errors: {links}"


def _example(content: Mapping[str, Any]) -> str:
    if "example" not in content:
        return ""
    text = json.dumps(content["example"], indent=1, ensure_ascii=False)
    return f", such as <pre>{html.escape(text, quote=False)}</pre>"


def _schemas(document: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    found = document["components"]["schemas"]
    return sorted(found.items())


def _answer_examples(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """
    Give the name of each answer, and the content that holds its example.
    """
    for operations in document["paths"].values():
        for operation in operations.values():
            for answer in operation["responses"].values():
                for content in answer.get("content", {}).values():
                    if "example" in content:
                        yield content["schema"]["$ref"].removeprefix(_REF), content


def _schema(name: str, schema: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    required = set(schema.get("required", ()))
    members = "".join(
        f"<li><code>{member}</code>: {_type(facts)}{', required' if member in required else ''}"
        f"{_says(facts)}</li>"
        for member, facts in schema.get("properties", {}).items()
    )
    says = _plain(schema.get("description", ""))
    return (
        f'<details id="{name}"><summary><code>{name}</code> {says}</summary>'
        f"<ul>{members}</ul>{_example(content).removeprefix(', ')}</details>\n"
    )


def _says(facts: Mapping[str, Any]) -> str:
    return f" {_plain(facts['description'])}" if facts.get("description") else ""


def _type(schema: Mapping[str, Any], otherwise: str = "anything") -> str:
    """
    Return a schema in a few words, with a link where it has a name.
    """
    if ref := schema.get("$ref"):
        name = ref.removeprefix(_REF)
        return f'<a href="#{name}">{name}</a>'
    if choices := schema.get("anyOf"):
        return " or ".join(_type(one) for one in choices)
    if values := schema.get("enum"):
        return " or ".join(f"<code>{html.escape(str(value))}</code>" for value in values)
    kind = schema.get("type", otherwise)
    if kind == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_type(schema['additionalProperties'])}"
    return " or ".join(kind) if isinstance(kind, list) else html.escape(str(kind))


def _plain(text: str) -> str:
    return html.escape(" ".join(text.split()), quote=False)
