"""
Search over every backend: all at once as JSON, or line by line as hits come.
"""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from starlette.responses import Response

from app.objects.search import BackendEnded, BucketHit, ObjectHit, SearchEvent, SearchQuery
from dashboard.call import Call, render_schema
from dashboard.errors import accept_of, error_members
from dashboard.schemas import Schema, Timestamp, omitted, render_time
from dashboard.streaming import GeneratedResponse

NDJSON = "application/x-ndjson"
_DEFAULT_LIMIT, _MAX_LIMIT = 50, 200


class FoundBucket(Schema):
    """
    A bucket whose name holds the text, in any case.
    """

    backend_id: str
    bucket: str


class FoundObject(Schema):
    """
    An object whose key begins with the text.
    """

    backend_id: str
    bucket: str
    key: str
    size: int
    last_modified: Timestamp | None = omitted()


class SearchResult(Schema):
    """
    What was found within five seconds, in order.
    """

    query: str
    buckets: list[FoundBucket]
    objects: list[FoundObject]
    truncated: bool
    """There is more, or not everything could be searched."""


async def search(call: Call) -> Response:
    """
    Find buckets by part of their names, objects by how their keys begin.
    """
    text = call.query("q").strip()
    query = SearchQuery(text, call.request.query_params.getlist("backend"), call.query("bucket"))
    limit = call.number("limit", _DEFAULT_LIMIT)
    limit = min(limit, _MAX_LIMIT) if limit > 0 else _DEFAULT_LIMIT
    events = call.services.objects.search.search(call.actor, query)
    if NDJSON in accept_of(call.request.headers):
        # The first event is awaited here, so that a refusal is an ordinary answer.
        first = await anext(events, None)
        return GeneratedResponse(_lines(call, first, events, limit), media_type=NDJSON)
    return render_schema(await _collect(text, events, limit))


async def _collect(
    text: str, events: AsyncGenerator[SearchEvent, None], limit: int
) -> SearchResult:
    buckets: list[FoundBucket] = []
    objects: list[FoundObject] = []
    is_truncated = False
    async with aclosing(events) as found:
        async for event in found:
            match event:
                case BucketHit():
                    buckets.append(_bucket(event))
                case ObjectHit():
                    objects.append(_object(event))
                case BackendEnded():
                    is_truncated |= event.is_truncated or event.error is not None
    buckets.sort(key=lambda one: (one.backend_id, one.bucket))
    objects.sort(key=lambda one: (one.backend_id, one.bucket, one.key))
    return SearchResult(
        query=text,
        buckets=buckets[:limit],
        objects=objects[:limit],
        truncated=is_truncated or len(buckets) > limit or len(objects) > limit,
    )


async def _lines(
    call: Call, first: SearchEvent | None, events: AsyncGenerator[SearchEvent, None], limit: int
) -> AsyncGenerator[bytes, None]:
    left = {BucketHit: limit, ObjectHit: limit}
    is_truncated = False
    async with aclosing(events) as rest:
        event = first
        while event is not None:
            if isinstance(event, BackendEnded):
                is_truncated |= event.is_truncated or event.error is not None
                yield _line(_ended(call, event))
            elif left[type(event)] > 0:
                left[type(event)] -= 1
                yield _line(_hit(event))
            else:
                is_truncated = True
            event = await anext(rest, None)
    yield _line({"event": "done", "truncated": is_truncated})


def _hit(event: BucketHit | ObjectHit) -> dict[str, Any]:
    if isinstance(event, BucketHit):
        return {"event": "bucket", "backend_id": event.backend_id, "bucket": event.bucket}
    line: dict[str, Any] = {
        "event": "object",
        "backend_id": event.backend_id,
        "bucket": event.bucket,
        "key": event.info.key,
        "size": event.info.size_bytes,
    }
    if event.info.last_modified is not None:
        line["last_modified"] = render_time(event.info.last_modified)
    return line


def _ended(call: Call, event: BackendEnded) -> dict[str, Any]:
    line: dict[str, Any] = {
        "event": "backend",
        "backend_id": event.backend_id,
        "state": "done" if event.error is None else "error",
        "truncated": event.is_truncated,
    }
    if event.error is not None:
        line["error"] = error_members(event.error, call.exchange.request_id)
    return line


def _bucket(hit: BucketHit) -> FoundBucket:
    return FoundBucket(backend_id=hit.backend_id, bucket=hit.bucket)


def _object(hit: ObjectHit) -> FoundObject:
    return FoundObject(
        backend_id=hit.backend_id,
        bucket=hit.bucket,
        key=hit.info.key,
        size=hit.info.size_bytes,
        last_modified=hit.info.last_modified,
    )


def _line(line: dict[str, Any]) -> bytes:
    text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace") + b"\n"
