"""
Buckets that the caller has pinned.
"""

from pydantic import Field

from dashboard.schemas import Body, Schema, Timestamp


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

    backend_id: str = Field(min_length=1)
    bucket: str = Field(min_length=1)
