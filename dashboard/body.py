"""
A request's body into a schema, and what to say when it does not fit.
"""

import json
import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import TypeVar

from pydantic import ValidationError
from starlette.requests import Request

from app.errors import registry as errors
from app.errors.raised import FieldError, StowageError
from dashboard.schemas import Body

B = TypeVar("B", bound=Body)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


async def read_chunks(request: Request, limit: int) -> AsyncIterator[bytes]:
    """
    Give the body in pieces as it arrives, up to a limit in bytes.

    Raises:
        StowageError: `too_large`, reason `body.limit`; at once where the length is declared.
    """
    if declared_length(request) > limit:
        raise too_large(limit)
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > limit:
            raise too_large(limit)
        yield chunk


def declared_length(request: Request) -> int:
    """
    Return the Content-Length, 0 where there is none; the server has checked that it is a number.
    """
    return int(request.headers.get("content-length") or 0)


def too_large(limit: int) -> StowageError:
    """
    Return the refusal of a body.
    """
    return errors.TOO_LARGE(reason="body.limit", params={"limit": limit})


def missing(name: str, *, pointer: str) -> StowageError:
    """
    Return the refusal of a request that lacks something.
    """
    item = FieldError(pointer, "field.missing", f"{name} is required.", {"field": name})
    return errors.BAD_REQUEST(reason="field.missing", params={"field": name}, errors=[item])


def parse_body(model: type[B], raw: bytes) -> B:
    """
    Read JSON into a schema. What follows the first JSON value is ignored, as the reference does.

    Raises:
        StowageError: `bad_request`, reason `json.invalid`, `field.missing` or `field.invalid`.
    """
    try:
        text = raw.decode("utf-8").lstrip(" \t\r\n")
        value, _ = json.JSONDecoder(parse_constant=_refuse_constant).raw_decode(text or "null")
        if _SURROGATE.search(text):
            # Half of a pair is text that nothing further inside could store or send.
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as fault:
        problem = getattr(fault, "msg", "it is not Unicode text, or nested too deeply")
        raise errors.BAD_REQUEST(reason="json.invalid", params={"problem": problem}) from fault
    try:
        return model.model_validate({} if value is None else value)
    except ValidationError as fault:
        raise _refused(fault) from fault


def _refuse_constant(name: str) -> object:
    raise json.JSONDecodeError(f"{name} is no JSON", "", 0)


def _refused(fault: ValidationError) -> StowageError:
    items = [
        _field_error(problem["loc"], problem["type"], problem["msg"])
        for problem in fault.errors(include_url=False, include_context=False, include_input=False)
    ]
    first = items[0]
    return errors.BAD_REQUEST(reason=first.reason, params=first.params, errors=items)


def _field_error(location: tuple[int | str, ...], kind: str, problem: str) -> FieldError:
    field = ".".join(str(step) for step in location) or "the body"
    pointer = "".join(f"/{_escape(str(step))}" for step in location)
    is_missing = kind in ("missing", "string_too_short")
    if is_missing:
        return FieldError(pointer, "field.missing", f"{field} is required.", {"field": field})
    said = problem[:1].lower() + problem[1:]
    return FieldError(
        pointer,
        "field.invalid",
        f"{field} is not valid: {said}.",
        {"field": field, "problem": said},
    )


def _escape(step: str) -> str:
    # RFC 6901 section 3.
    return step.replace("~", "~0").replace("/", "~1")


def parse_time(text: str, *, pointer: str) -> datetime | None:
    """
    Read a time as RFC 3339 has it, with any offset; `None` where the text is empty.

    Raises:
        StowageError: `bad_request`, reason `field.invalid`.
    """
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text) if _RFC3339.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None:
        raise invalid(pointer, "write a time such as 2026-05-01T12:00:00Z")
    return moment


def invalid(pointer: str, problem: str) -> StowageError:
    """
    Return the refusal of one value, named by its place.
    """
    field = pointer.rpartition(":")[2].lstrip("/")
    params = {"field": field, "problem": problem}
    item = FieldError(pointer, "field.invalid", f"{field} is not valid: {problem}.", params)
    return errors.BAD_REQUEST(reason="field.invalid", params=params, errors=[item])
