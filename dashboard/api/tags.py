"""
The tags of an object.
"""

from pydantic import Field

from app.backends.stored import ObjectRef
from app.types import parse_object_key
from dashboard.call import Call
from dashboard.schemas import Body, Schema


class Tags(Schema):
    """
    Every tag of an object.
    """

    tags: dict[str, str]


class TagsPut(Body):
    """
    The tags that replace those there are; none clears them.
    """

    tags: dict[str, str] = Field(default_factory=dict)


async def get_tags(call: Call) -> Tags:
    """
    Return the tags of an object; none is an empty set.
    """
    tags = await call.services.objects.reading.get_tags(call.actor, call.place, _ref(call))
    return Tags(tags=dict(tags))


async def put_tags(call: Call) -> None:
    """
    Replace the tags of an object.
    """
    ref = _ref(call)
    body = await call.body(TagsPut)
    await call.services.objects.writing.set_tags(call.actor, call.place, ref, body.tags)


def _ref(call: Call) -> ObjectRef:
    return ObjectRef(parse_object_key(call.query("key")), call.query("version_id"))
