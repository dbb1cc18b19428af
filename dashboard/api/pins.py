"""
Buckets that the caller has pinned.
"""

from pydantic import Field

from dashboard.call import Call
from dashboard.schemas import Body, Schema, Timestamp

_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"


class Pin(Schema):
    """
    One pinned bucket.
    """

    backend_id: str
    bucket: str
    created_at: Timestamp


class PinList(Schema):
    """
    The caller's pins, the newest first.
    """

    pins: list[Pin]


class PinCreate(Body):
    """
    The bucket to pin.
    """

    backend_id: str = Field(min_length=1, max_length=64, pattern=_PRINTABLE)
    bucket: str = Field(min_length=1, max_length=63, pattern=_PRINTABLE)


async def list_pins(call: Call) -> PinList:
    """
    Return what the caller has pinned.
    """
    found = await call.services.pins.list(call.session.user.id)
    return PinList(
        pins=[
            Pin(backend_id=pin.backend_id, bucket=pin.bucket, created_at=pin.created_at)
            for pin in found
        ]
    )


async def create_pin(call: Call) -> Pin:
    """
    Pin a bucket; one that is pinned already stays as it is.
    """
    body = await call.body(PinCreate)
    pin = await call.services.pins.add(call.session.user.id, body.backend_id, body.bucket)
    return Pin(backend_id=pin.backend_id, bucket=pin.bucket, created_at=pin.created_at)


async def delete_pin(call: Call) -> None:
    """
    Take a pin away; one that is not there is a success.
    """
    await call.services.pins.remove(call.session.user.id, call.path("bid"), call.path("bucket"))
