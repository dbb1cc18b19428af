"""
The metadata of an object and the headers that are stored with it.
"""

from pydantic import Field

from app.backends.stored import ContentHeaders
from app.types import parse_object_key
from dashboard.api.objects import ObjectInfo, to_schema
from dashboard.call import Call
from dashboard.schemas import Body


class StoredHeaders(Body):
    """
    The headers that a store keeps with an object and sends with it; an empty one is removed.
    """

    content_type: str = ""
    cache_control: str = ""
    content_disposition: str = ""
    content_encoding: str = ""
    content_language: str = ""


class MetadataPut(Body):
    """
    The user metadata that replaces what there is; none clears it.
    """

    metadata: dict[str, str] = Field(default_factory=dict)
    headers: StoredHeaders | None = None
    """Absent keeps the headers as they are."""


async def put_metadata(call: Call) -> ObjectInfo:
    """
    Replace the user metadata of an object, and its headers where they are given; tags stay.

    With `If-Match` only while the object has that ETag; else 412 `precondition_failed`.
    """
    key = parse_object_key(call.query("key"))
    body = await call.body(MetadataPut)
    writing = call.services.objects.writing
    headers = None if body.headers is None else ContentHeaders(**body.headers.model_dump())
    info = await writing.set_metadata(
        call.actor,
        call.place,
        key,
        body.metadata,
        headers=headers,
        if_match=call.header("if-match").strip(),
    )
    return to_schema(info)
