"""
Copy and delete a prefix while the browser watches: one JSON object per line, as the reference.

Jobs do the same without a browser; new clients use those.
"""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

from pydantic import Field
from starlette.responses import Response

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.jobs.job import JobKind, JobPlace, NewJob, OnConflict
from app.jobs.streams import Ended, Happened, ListingFailed, PrefixStream, PrefixStreams
from dashboard.call import Call
from dashboard.errors import error_members
from dashboard.schemas import Body
from dashboard.streaming import GeneratedResponse

Line = Mapping[str, Any]


class PrefixCopy(Body):
    """
    From which prefix to which; bucket and backend default to those of the path.
    """

    src_prefix: str = ""
    dst_prefix: str = ""
    dst_bucket: str = ""
    dst_backend: str = ""
    metadata: dict[str, str] = Field(default_factory=dict)
    """Empty keeps what each object has."""


class PrefixDelete(Body):
    """
    The prefix below which everything is deleted.
    """

    prefix: str = ""


async def copy_prefix(call: Call) -> Response:
    """
    Copy everything below a prefix; what is there already is replaced.
    """
    body = await call.body(PrefixCopy)
    place = call.place
    target = JobPlace(
        body.dst_backend or place.backend_id, body.dst_bucket or place.bucket, body.dst_prefix
    )
    new = NewJob(
        JobKind.COPY,
        JobPlace(place.backend_id, place.bucket, body.src_prefix),
        target,
        on_conflict=OnConflict.REPLACE,
    )
    stream = PrefixStreams(call.services.jobs.parts).begin(
        call.actor, new, metadata=body.metadata or None
    )
    start = {"event": "start", "src_prefix": body.src_prefix, "dst_prefix": body.dst_prefix}
    lines = CopyLines(
        call, is_across=target.backend_id != place.backend_id, source=place.backend_id
    )
    return _answer(stream, start, lines)


async def delete_prefix(call: Call) -> Response:
    """
    Delete everything below a prefix; versions are kept.
    """
    body = await call.body(PrefixDelete)
    place = call.place
    new = NewJob(JobKind.DELETE, JobPlace(place.backend_id, place.bucket, body.prefix))
    stream = PrefixStreams(call.services.jobs.parts).begin(call.actor, new)
    return _answer(stream, {"event": "start", "prefix": body.prefix}, DeleteLines(call))


class Lines:
    """
    What is told in the same words whatever is done.
    """

    def __init__(self, call: Call) -> None:
        self._request_id = call.exchange.request_id

    def failed(self, error: StowageError) -> Line:
        """
        Return the line of a listing that failed.
        """
        return {"event": "error", **_told("list_failed", error, self._request_id)}


class CopyLines(Lines):
    """
    What happens in a copy, in the reference's words.
    """

    def __init__(self, call: Call, *, is_across: bool, source: str) -> None:
        super().__init__(call)
        self._is_across = is_across
        self._source = source

    def happened(self, event: Happened) -> Line:
        """
        Return the line of one object.
        """
        if event.error is None:
            return {
                "event": "object",
                "src": event.key,
                "dst": event.target,
                "size": event.size_bytes,
            }
        error = event.error.to_error()
        return {
            "event": "error",
            "src": event.key,
            "dst": event.target,
            **_told(self._code(error), error, self._request_id),
        }

    def ended(self, event: Ended) -> Line:
        """
        Return the last line.
        """
        done = event.progress
        return {
            "event": "done",
            "copied": done.objects_done,
            "failed": done.failed,
            "bytes": done.bytes_done,
        }

    def _code(self, error: StowageError) -> str:
        if error.entry in (errors.INVALID_KEY, errors.QUOTA_EXCEEDED):
            return error.code
        if not self._is_across:
            return "copy_failed"
        is_reading = error.params.get("backend") == self._source or error.entry is errors.NOT_FOUND
        return "get_failed" if is_reading else "put_failed"


class DeleteLines(Lines):
    """
    What happens in a delete, in the reference's words.
    """

    def happened(self, event: Happened) -> Line:
        """
        Return the line of one object.
        """
        if event.error is None:
            return {"event": "object", "key": event.key}
        error = event.error.to_error()
        return {
            "event": "error",
            "key": event.key,
            **_told(_delete_code(error), error, self._request_id),
        }

    def ended(self, event: Ended) -> Line:
        """
        Return the last line.
        """
        done = event.progress
        return {"event": "done", "deleted": done.objects_done, "failed": done.failed}


def _delete_code(error: StowageError) -> str:
    if error.entry is errors.FORBIDDEN:
        return "AccessDenied"
    # What the backend said of this object; without it, the whole batch was lost.
    return str(error.params.get("upstream_code") or "delete_failed")


def _told(code: str, error: StowageError, request_id: str) -> Line:
    return {"code": code, "message": error.message, "error": error_members(error, request_id)}


def _answer(stream: PrefixStream, start: Line, lines: CopyLines | DeleteLines) -> Response:
    return GeneratedResponse(_render(stream, start, lines), media_type="application/x-ndjson")


async def _render(
    stream: PrefixStream, start: Line, lines: CopyLines | DeleteLines
) -> AsyncGenerator[bytes, None]:
    yield _line(start)
    async with aclosing(stream.events()) as events:
        async for event in events:
            match event:
                case Happened():
                    yield _line(lines.happened(event))
                case ListingFailed():
                    yield _line(lines.failed(event.error.to_error()))
                case Ended():
                    yield _line(lines.ended(event))


def _line(line: Line) -> bytes:
    text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace") + b"\n"
