"""
The OpenAPI 3.1 document of the JSON API, made of the route table and the schemas.
"""

import asyncio
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema
from starlette.responses import Response

from dashboard.answer_examples import answer_example
from dashboard.api.health import Readiness
from dashboard.api.objects import ObjectInfo
from dashboard.body_examples import BODIES
from dashboard.call import Call, Row
from dashboard.endpoint_facts import EndpointFacts, read_endpoint
from dashboard.openapi_errors import error_answers, error_examples, error_schema
from dashboard.public import SharedItem, SharedListing
from dashboard.route_errors import codes_of
from dashboard.schemas import ErrorItem
from dashboard.session import Gate

_JSON, _BYTES, _NDJSON = "application/json", "application/octet-stream", "application/x-ndjson"
_REF = "#/components/schemas/{model}"
_PARAMETER = re.compile(r"\{(\w+)\}")
_SAFE = frozenset({"GET", "HEAD"})
_UPLOAD_FORM = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "contentMediaType": _BYTES},
        "key": {"type": "string"},
        "content_type": {"type": "string"},
    },
    "required": ["file"],
}
_BYTES_OF = {"type": "string", "contentMediaType": _BYTES}

RAW_BODIES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "multipart.put_part": (_BYTES, _BYTES_OF),
    "public_files.receive_file": (_BYTES, _BYTES_OF),
    "objects.upload_object": ("multipart/form-data", _UPLOAD_FORM),
    "oidc.end_by_provider": ("application/x-www-form-urlencoded", {"type": "object"}),
    "user_import.import_users": ("text/csv", {"type": "string"}),
}
"""Endpoints that read the body themselves, and what they take."""

RAW_ANSWERS: Mapping[str, str | type[BaseModel]] = {
    "admin_audit.export_audit": "text/csv",
    "admin_audit.export_lines": _NDJSON,
    "archive.download_archive": "application/zip",
    "config.export_config": "application/yaml",
    "config.get_schema": "application/schema+json",
    "download.download_object": _BYTES,
    "health.get_readiness": Readiness,
    "objects.get_object_info": ObjectInfo,
    "oidc.end_by_provider": "",
    "oidc.finish": "",
    "oidc.start": "",
    "openapi.get_openapi": _JSON,
    "prefixes.copy_prefix": _NDJSON,
    "prefixes.delete_prefix": _NDJSON,
    "public.get_info": SharedItem,
    "public.list_files": SharedListing,
    "public.unlock_share": SharedItem,
    "public_files.download_shared": _BYTES,
    "public_files.download_together": "application/zip",
    "search.search": _JSON,
}
"""Endpoints that make the answer by hand, and its type; empty for one without a body."""


async def get_openapi(call: Call) -> Response:
    """
    Return the description of this API for programs.
    """
    del call
    from dashboard.routes import ROWS  # noqa: PLC0415  the table names this endpoint

    # Half a second of work the first time, which no other request should wait for.
    text = await asyncio.to_thread(_document_text, ROWS)
    return Response(text, media_type=_JSON, headers={"Cache-Control": "no-cache"})


@cache
def _document_text(rows: tuple[Row, ...]) -> str:
    return json.dumps(make_document(rows), separators=(",", ":"))


def make_document(rows: Iterable[Row]) -> dict[str, Any]:
    """
    Return the document for rows of the route table.
    """
    found = [(row, read_endpoint(row.endpoint)) for row in rows]
    schemas = _Schemas.of(facts for _, facts in found)
    paths: dict[str, dict[str, Any]] = {}
    for row, facts in found:
        path = row.path.removesuffix("~")
        paths.setdefault(path, {})[row.method.lower()] = _operation(row, facts, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Stowage",
            "version": version("stowage"),
            "description": "The JSON API of the dashboard.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas.definitions,
            "examples": error_examples(),
            "responses": {
                "Error": {
                    "description": "What went wrong.",
                    "content": {_JSON: {"schema": {"$ref": "#/components/schemas/Error"}}},
                }
            },
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "stowage_session"},
                "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
                "token": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def endpoint_name(endpoint: Callable[..., Any]) -> str:
    """
    Return module and function, as the tables above name endpoints.
    """
    return f"{endpoint.__module__.rpartition('.')[2]}.{endpoint.__name__}"


def tag_of(path: str) -> str:
    """
    Return the group that a route is shown in.
    """
    if path.startswith("/api/backends/{bid}/buckets/{bucket}/"):
        return "objects" if "/object" in path or "/multipart" in path else "buckets"
    for prefix, tag in (
        ("/s/", "share links"),
        ("/auth/", "signing in"),
        ("/api/auth/", "signing in"),
        ("/api/me", "the caller"),
        ("/api/shares", "shares"),
        ("/api/jobs", "jobs"),
        ("/api/backends", "buckets"),
        ("/api/admin", "administration"),
    ):
        if path.startswith(prefix):
            return tag
    return "operations"


@dataclass(frozen=True, slots=True)
class _Schemas:
    """
    The schemas of bodies and answers, and how to refer to them.
    """

    refs: Mapping[tuple[type[BaseModel], JsonSchemaMode], dict[str, Any]]
    definitions: Mapping[str, Any]

    @classmethod
    def of(cls, facts: Iterable[EndpointFacts]) -> "_Schemas":
        """
        Return those that endpoints need.
        """
        wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {
            (ErrorItem, "serialization"): None
        }
        for one in facts:
            if one.body is not None:
                wanted[one.body, "validation"] = None
            if one.answer is not None:
                wanted[one.answer, "serialization"] = None
        for answer in RAW_ANSWERS.values():
            if not isinstance(answer, str):
                wanted[answer, "serialization"] = None
        refs, found = models_json_schema(list(wanted), ref_template=_REF)
        return cls(refs, {**found["$defs"], "Error": error_schema()})  # type: ignore[arg-type]  # keyed by model and mode

    def body(self, model: type[BaseModel]) -> dict[str, Any]:
        """
        Return a body as media type content, with its example.
        """
        content: dict[str, Any] = {"schema": self.refs[model, "validation"]}
        return {**content, "example": BODIES[model.__name__]}

    def answer(self, model: type[BaseModel]) -> dict[str, Any]:
        """
        Return an answer as media type content, with an example.
        """
        schema = self.refs[model, "serialization"]
        return {"schema": schema, "example": answer_example(schema, self.definitions)}


def _operation(row: Row, facts: EndpointFacts, schemas: _Schemas) -> dict[str, Any]:
    path = row.path.removesuffix("~")
    body = _body(row, facts, schemas)
    operation: dict[str, Any] = {
        "operationId": _operation_id(row.method, path),
        "summary": facts.summary,
        "tags": [tag_of(path)],
        "parameters": _parameters(path, facts),
        "responses": {
            **_answers(row, facts, schemas),
            **error_answers(codes_of(row, facts, has_body=bool(body))),
            "default": {"$ref": "#/components/responses/Error"},
        },
        "security": _security(row),
    }
    return {**operation, "requestBody": body} if body else operation


def _operation_id(method: str, path: str) -> str:
    words = re.findall(r"[a-z0-9]+", path.lower())
    return "_".join([method.lower(), *words])


def _parameters(path: str, facts: EndpointFacts) -> list[dict[str, Any]]:
    inside = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PARAMETER.findall(path)
    ]
    query = [
        {
            "name": name,
            "in": "query",
            "required": name in facts.required,
            "schema": {"type": kind},
        }
        for name, kind in sorted(facts.query.items())
    ]
    headers = [
        {"name": name, "in": "header", "required": False, "schema": {"type": "string"}}
        for name in sorted(facts.headers - {"content-type"})
    ]
    return [*inside, *query, *headers]


def _body(row: Row, facts: EndpointFacts, schemas: _Schemas) -> dict[str, Any]:
    raw = RAW_BODIES.get(endpoint_name(row.endpoint))
    if raw is not None:
        return {"required": True, "content": {raw[0]: {"schema": dict(raw[1])}}}
    if facts.body is None:
        return {}
    return {"required": _needs_body(facts.body), "content": {_JSON: schemas.body(facts.body)}}


def _needs_body(model: type[BaseModel]) -> bool:
    return any(field.is_required() for field in model.model_fields.values())


def _answers(row: Row, facts: EndpointFacts, schemas: _Schemas) -> dict[str, Any]:
    if facts.is_raw:
        answer = RAW_ANSWERS.get(endpoint_name(row.endpoint), _BYTES)
        status = "200" if answer else "302" if row.method == "GET" else "200"
        if not answer:
            return {status: {"description": "Done."}}
        content: dict[str, Any] = {}
        if isinstance(answer, str):
            content = {answer: {"schema": {}}}
        else:
            content = {_JSON: schemas.answer(answer)}
        return {status: {"description": "The answer.", "content": content}}
    if facts.answer is None:
        return {"204": {"description": "Done."}}
    content = {_JSON: schemas.answer(facts.answer)} if row.method != "HEAD" else {}
    return {str(row.status): {"description": "The answer.", "content": content}}


def _security(row: Row) -> list[dict[str, list[str]]]:
    if row.gate in (Gate.PUBLIC, Gate.OPTIONAL):
        return []
    session: dict[str, list[str]] = {"session": []}
    if row.method not in _SAFE:
        session["csrf"] = []
    return [session, {"token": []}]
