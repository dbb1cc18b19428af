"""
Uploads in parts.
"""

from pydantic import Field

from app.backends.stored import ContentHeaders, NewObject, Part, UploadRef
from dashboard.api.objects import ObjectInfo, to_schema
from dashboard.body import declared_length, invalid
from dashboard.call import Call
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


async def list_uploads(call: Call) -> UploadList:
    """
    Return the uploads that were begun and not finished.
    """
    found = await call.services.objects.uploads.list_uploads(
        call.actor, call.place, prefix=call.query("prefix")
    )
    return UploadList(
        uploads=[
            Upload(key=one.key, upload_id=one.upload_id, initiated=one.initiated_at)
            for one in found
        ]
    )


async def create_upload(call: Call) -> UploadCreated:
    """
    Begin an upload.
    """
    key = call.required("key")
    body = await call.body(UploadCreate)
    new = NewObject(
        ContentHeaders(content_type=body.content_type),
        body.metadata,
        only_if_absent=call.wants_absent,
    )
    upload = await call.services.objects.uploads.create_upload(call.actor, call.place, key, new)
    return UploadCreated(bucket=upload.bucket, key=upload.key, upload_id=upload.upload_id)


async def put_part(call: Call) -> UploadedPart:
    """
    Store one part; its bytes go on to the backend as they arrive.
    """
    upload = _upload(call)
    number = call.path("part")
    if not (number.isascii() and number.isdigit() and len(number) <= len("10000")):
        raise invalid("path:part", "use 1 to 10000")
    part = await call.services.objects.uploads.put_part(
        call.actor,
        call.path("bid"),
        upload,
        int(number),
        chunks=call.request.stream(),
        size_bytes=declared_length(call.request),
    )
    return UploadedPart(part_number=part.part_number, etag=part.etag, size=part.size_bytes)


async def list_parts(call: Call) -> PartList:
    """
    Return one page of the parts that are stored.
    """
    page = await call.services.objects.uploads.list_parts(
        call.actor, call.path("bid"), _upload(call), token=call.position("token")
    )
    parts = [
        PartSchema(part_number=part.part_number, etag=part.etag, size=part.size_bytes)
        for part in page.parts
    ]
    return PartList(parts=parts, next_token=call.cursor(page.next_token))


async def complete_upload(call: Call) -> ObjectInfo:
    """
    Make the object of its parts.
    """
    upload = _upload(call)
    body = await call.body(UploadComplete)
    parts = [Part(part.part_number, part.etag) for part in body.parts]
    info = await call.services.objects.uploads.complete_upload(
        call.actor, call.path("bid"), upload, parts
    )
    return to_schema(info)


async def abort_upload(call: Call) -> None:
    """
    Give up an upload and its parts.
    """
    await call.services.objects.uploads.abort_upload(call.actor, call.path("bid"), _upload(call))


def _upload(call: Call) -> UploadRef:
    return UploadRef(call.path("bucket"), call.required("key"), call.required("upload_id"))
