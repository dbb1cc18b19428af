"""
A registry row and the facts of an occurrence, as JSON: our own shape, or RFC 9457 when asked for.

Both forms carry the same values, status and headers; nothing of the inside leaves with a 5xx.
"""

import json
import traceback
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response

from app.errors.raised import FieldError, StowageError

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"
_SERVER_FAULT = 500
# The upstream's own words are the point of this one; they were redacted where they came in.
_MAY_QUOTE = "backend_error"


def render_error(
    error: StowageError,
    *,
    request_id: str,
    accept: str = "",
    public_url: str = "",
    show_debug: bool = False,
) -> Response:
    """
    Return the answer for an error, in the form that the Accept header asks for.

    Args:
        error: What happened.
        request_id: Stands in the body as in the answer's header.
        accept: The request's Accept header.
        public_url: Makes the problem type absolute; empty leaves it a path.
        show_debug: Add the exception behind it; only ever true in development mode.
    """
    members = error_members(error, request_id, show_debug=show_debug)
    is_problem = prefers_problem(accept)
    body = _as_problem(error, members, public_url) if is_problem else {"error": members}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(
        # Params may quote what came in, half of a surrogate pair included.
        text.encode("utf-8", "replace"),
        status_code=error.status,
        headers=_headers(error),
        media_type=PROBLEM_JSON if is_problem else JSON,
    )


def error_members(
    error: StowageError, request_id: str, *, show_debug: bool = False
) -> dict[str, Any]:
    """
    Return the members of an error, as they stand in every answer, stream and job.
    """
    members: dict[str, Any] = {
        "code": error.code,
        "message": error.message,
        "detail": _detail(error, show_debug=show_debug),
        "reason": error.reason,
        "params": dict(error.params),
        "errors": [_field_error(item) for item in error.errors],
        "request_id": request_id,
        "docs": docs_path(error.code),
        "retryable": error.retryable,
        "retry_after": error.retry_after_seconds,
    }
    if show_debug and error.__cause__ is not None:
        members["debug"] = _debug(error.__cause__)
    return members


def docs_path(code: str) -> str:
    """
    Return where the code is explained, a path that the product itself serves.
    """
    return f"/docs/errors#{code}"


def _detail(error: StowageError, *, show_debug: bool) -> str:
    is_inside = error.status >= _SERVER_FAULT and error.code != _MAY_QUOTE
    return "" if is_inside and not show_debug else error.detail


def _field_error(item: FieldError) -> dict[str, Any]:
    return {
        "pointer": item.pointer,
        "reason": item.reason,
        "params": dict(item.params),
        "message": item.message,
    }


def _debug(cause: BaseException) -> dict[str, str]:
    frames = traceback.extract_tb(cause.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return {"exception": f"{type(cause).__name__}: {cause}", "where": where}


def _as_problem(error: StowageError, members: Mapping[str, Any], public_url: str) -> dict[str, Any]:
    # RFC 9457 section 3.1 for the members, 3.2 for the extensions.
    said = error.message
    problem = {
        "type": public_url.rstrip("/") + members["docs"],
        "title": error.entry.title,
        "status": error.status,
        "detail": f"{said} {members['detail']}" if members["detail"] else said,
        "instance": f"urn:request:{members['request_id']}",
    }
    kept = ("code", "reason", "params", "errors", "request_id", "retryable", "retry_after", "debug")
    return problem | {name: members[name] for name in kept if name in members}


def _headers(error: StowageError) -> dict[str, str]:
    headers = {"Vary": "Accept", "Cache-Control": "no-store"}
    if error.retry_after_seconds is not None:
        headers["Retry-After"] = str(error.retry_after_seconds)
    if error.code == "unauthorized":
        # RFC 9110 section 15.5.2: a 401 names a scheme. A browser asks nobody for a Bearer token.
        headers["WWW-Authenticate"] = 'Bearer realm="Stowage"'
    if error.reason == "range.unsatisfiable":
        # RFC 9110 section 14.4: a 416 says how long the object is.
        headers["Content-Range"] = f"bytes */{error.params['size_bytes']}"
    return headers


def prefers_problem(accept: str) -> bool:
    """
    Tell whether the Accept header names problem+json, no less welcome than plain JSON.
    """
    weights = dict(_weights(accept))
    problem = weights.get(PROBLEM_JSON, 0.0)
    return problem > 0 and problem >= weights.get(JSON, 0.0)


def wants_page(accept: str) -> bool:
    """
    Tell whether the Accept header is one of a browser that shows a page, not of a program.
    """
    weights = dict(_weights(accept))
    page = weights.get("text/html", 0.0)
    return page > 0 and page >= weights.get(JSON, 0.0)


def _weights(accept: str) -> list[tuple[str, float]]:
    found = []
    for item in accept.split(","):
        kind, *parameters = (part.strip().lower() for part in item.split(";"))
        found.append((kind, _quality(parameters)))
    return found


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def accept_of(headers: Headers) -> str:
    """
    Return every Accept header of the request as one.
    """
    return ",".join(headers.getlist("accept"))
