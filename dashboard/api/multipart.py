"""
Uploads in parts.
"""

from pydantic import Field

from dashboard.schemas import Body, Schema, Timestamp, omitted


class Upload(Schema):
    """
    An upload that was begun and neither completed nor aborted.
    """

    key: str
    upload_id: str
    initiated: Timestamp | None = omitted()


class UploadList(Schema):
    """
    The open uploads of a bucket.
    """

    uploads: list[Upload]


class UploadCreate(Body):
    """
    What the object to come shall carry.
    """

    content_type: str = ""
    metadata: dict[str, str] = Field(default_factory=dict)


class UploadCreated(Schema):
    """
    The upload that was begun.
    """

    bucket: str
    key: str
    upload_id: str


class UploadedPart(Schema):
    """
    A part that was stored.
    """

    part_number: int
    etag: str
    size: int


class CompletedPart(Body):
    """
    A part of the list that completes an upload.
    """

    part_number: int = Field(alias="PartNumber", ge=1, le=10000)
    etag: str = Field(alias="ETag", min_length=1)


class UploadComplete(Body):
    """
    The parts that make the object, in order.
    """

    parts: list[CompletedPart] = Field(min_length=1)


class PartSchema(Schema):
    """
    A part of an open upload.
    """

    part_number: int
    etag: str
    size: int


class PartList(Schema):
    """
    One page of the parts of an open upload.
    """

    parts: list[PartSchema]
    next_token: str
