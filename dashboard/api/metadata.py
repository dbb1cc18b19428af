"""
The metadata of an object.
"""

from pydantic import Field

from app.types import parse_object_key
from dashboard.api.objects import ObjectInfo, to_schema
from dashboard.call import Call
from dashboard.schemas import Body


class MetadataPut(Body):
    """
    The user metadata that replaces what there is; none clears it.
    """

    metadata: dict[str, str] = Field(default_factory=dict)


async def put_metadata(call: Call) -> ObjectInfo:
    """
    Replace the user metadata of an object; its headers and tags stay.
    """
    key = parse_object_key(call.query("key"))
    body = await call.body(MetadataPut)
    writing = call.services.objects.writing
    return to_schema(await writing.set_metadata(call.actor, call.place, key, body.metadata))
