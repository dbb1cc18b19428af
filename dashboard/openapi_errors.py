"""
Errors in the OpenAPI document: their one shape, an example of each, and who answers which.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from app.errors.raised import ErrorEntry, StowageError
from app.errors.registry import REGISTRY
from dashboard.errors import error_members

_JSON = "application/json"
_SCHEMA = {"$ref": "#/components/schemas/Error"}


def error_schema() -> dict[str, Any]:
    """
    Return the schema of every error.
    """
    members: dict[str, Any] = {
        "code": {"type": "string", "enum": sorted(REGISTRY)},
        "message": {"type": "string"},
        "detail": {"type": "string"},
        "reason": {"type": ["string", "null"]},
        "params": {"type": "object"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/ErrorItem"}},
        "request_id": {"type": "string"},
        "docs": {"type": "string"},
        "retryable": {"type": "boolean"},
        "retry_after": {"type": ["integer", "null"]},
    }
    error = {"type": "object", "properties": members, "required": sorted(members)}
    return {"type": "object", "properties": {"error": error}, "required": ["error"]}


def error_examples() -> dict[str, Any]:
    """
    Return an example of each code, by the code.
    """
    return {
        code: {
            "summary": entry.title,
            "value": {"error": error_members(_occurrence(entry), "01KEXAMPLEREQUEST")},
        }
        for code, entry in sorted(REGISTRY.items())
    }


def error_answers(codes: Iterable[str]) -> dict[str, Any]:
    """
    Return the answers of a route that may have these codes, by status.
    """
    by_status: dict[int, list[str]] = {}
    for code in sorted(codes):
        entry = REGISTRY[code]
        statuses = {entry.status, *(one.status or entry.status for one in entry.reasons)}
        for status in statuses:
            by_status.setdefault(status, []).append(code)
    return {str(status): _answer(found) for status, found in sorted(by_status.items())}


def codes_in(operation: Mapping[str, Any]) -> list[str]:
    """
    Return the codes that an operation of the document names.
    """
    found = {
        code
        for answer in operation["responses"].values()
        for code in answer.get("content", {}).get(_JSON, {}).get("examples", {})
    }
    return sorted(found)


def _answer(codes: list[str]) -> dict[str, Any]:
    examples = {code: {"$ref": f"#/components/examples/{code}"} for code in codes}
    return {
        "description": ", ".join(f"`{code}`" for code in codes),
        "content": {_JSON: {"schema": _SCHEMA, "examples": examples}},
    }


def _occurrence(entry: ErrorEntry) -> StowageError:
    """
    Return an error whose facts are named after themselves.
    """
    params = {name: f"<{name}>" for name in entry.params}
    return entry(params=params)
