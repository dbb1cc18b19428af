"""
An example of each answer, made of its schema: every member with a value of its type.
"""

from collections.abc import Mapping
from typing import Any

_REF = "#/components/schemas/"
_MOMENT = "2026-05-01T12:00:00Z"
_DEEPEST = 6
_WORDS: Mapping[str, str] = {
    "access_key": "AKIAQ5EXAMPLE7EXAMPL",
    "backend": "minio",
    "backend_id": "minio",
    "bucket": "reports",
    "code": "not_found",
    "content_type": "application/pdf",
    "created_by": "01KEXAMPLEUSER",
    "cursor": "",
    "delimiter": "/",
    "detail": "",
    "disposition": "attachment",
    "docs": "/docs/errors#not_found",
    "email": "ada@example.org",
    "endpoint": "https://minio.example.org:9000",
    "etag": '"9e107d9d372bb6826bd81d3542a419d6"',
    "id": "01KEXAMPLE",
    "ip": "192.0.2.7",
    "key": "2026/summary.pdf",
    "last_error": "",
    "last_modified": _MOMENT,
    "mode": "GOVERNANCE",
    "name": "reports",
    "next_continuation_token": "",
    "next_cursor": "",
    "prefix": "2026/",
    "region": "us-east-1",
    "reason": "object.not_found",
    "request_id": "01KEXAMPLEREQUEST",
    "role": "user",
    "storage_class": "STANDARD",
    "upload_id": "2~exampleupload",
    "url": "/s/Xk3exampleCode",
    "user_id": "01KEXAMPLEUSER",
    "username": "ada",
    "version_id": "3sL4kqtJlcpXroDTDmJrmSpXd3dIbrHY",
}
_PLAIN: Mapping[str, int | bool | None] = {"boolean": True, "integer": 1, "number": 1, "null": None}


def answer_example(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:  # noqa: ANN401  any JSON
    """
    Return a value that fits a schema; what would nest without end is left empty.
    """
    return _Examples(schemas).of(schema, "", 0)


class _Examples:
    """
    The examples of one document's schemas.
    """

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self._schemas = schemas

    def of(self, schema: Mapping[str, Any], name: str, depth: int) -> Any:  # noqa: ANN401  any JSON
        """
        Return the example of a member.
        """
        facts = self._resolve(schema)
        kind = facts.get("type", "string")
        if "const" in facts or "enum" in facts:
            return facts["const"] if "const" in facts else facts["enum"][0]
        if kind == "object":
            return self._object(facts, depth)
        if kind == "array":
            items = facts.get("prefixItems", [facts.get("items", {})])
            one = name.removesuffix("s")
            return [self.of(item, one, depth + 1) for item in items if depth < _DEEPEST]
        return _text(name, facts) if kind == "string" else _PLAIN[kind]

    def _resolve(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """
        Follow references, and take the first of several forms.
        """
        if ref := schema.get("$ref"):
            return self._resolve(self._schemas[ref.removeprefix(_REF)])
        return self._resolve(schema["anyOf"][0]) if "anyOf" in schema else schema

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        if members := schema.get("properties", {}):
            return {name: self.of(facts, name, depth + 1) for name, facts in members.items()}
        rest = schema.get("additionalProperties")
        if not isinstance(rest, dict) or depth >= _DEEPEST:
            return {}
        return {"name": self.of(rest, "value", depth + 1)}


def _text(name: str, schema: Mapping[str, Any]) -> str:
    if schema.get("format") == "date-time":
        return _MOMENT
    return _WORDS.get(name, name or "text")
