"""
Objects of a bucket: list, look, upload, delete, folders.
"""

from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from app.backends import stored
from app.backends.stored import ContentHeaders, ListQuery, NewObject, ObjectRef
from dashboard.call import Call, render_schema
from dashboard.form import read_upload
from dashboard.lengthy import make_each
from dashboard.schemas import Body, Schema, Timestamp, omitted

_MAX_KEYS = 10_000


class ObjectInfo(Schema):
    """
    What is known of an object; listings carry neither content headers nor metadata.
    """

    key: str
    size: int
    """Bytes."""
    etag: str = omitted("")
    """With the quotes that S3 puts around it."""
    content_type: str = omitted("")
    cache_control: str = omitted("")
    content_disposition: str = omitted("")
    content_encoding: str = omitted("")
    content_language: str = omitted("")
    storage_class: str = omitted("")
    version_id: str = omitted("")
    last_modified: Timestamp | None = omitted()
    metadata: dict[str, str] = omitted({})


class ObjectList(Schema):
    """
    One page of a listing.
    """

    prefix: str
    delimiter: str
    common_prefixes: list[str]
    is_truncated: bool
    next_continuation_token: str
    objects: list[ObjectInfo]


class DeleteKey(Body):
    """
    One object, or one version of it, to delete.
    """

    key: Annotated[str, Field(min_length=1)]
    version_id: str = ""


class DeleteKeys(Body):
    """
    Up to 1000 objects to delete.
    """

    keys: list[DeleteKey] = Field(default_factory=list)


class DeletedKey(Schema):
    """
    An object that is gone.
    """

    key: str
    version_id: str = omitted("")


class FailedKey(Schema):
    """
    An object that could not be deleted, with the backend's code.
    """

    key: str
    version_id: str = omitted("")
    code: str = omitted("")
    message: str = omitted("")


class DeleteResult(Schema):
    """
    What became of each key of a bulk delete.
    """

    deleted: list[DeletedKey]
    errors: list[FailedKey]


class FolderCreate(Body):
    """
    The key of a folder; the slash at its end may be left out.
    """

    key: str = Field(min_length=1)


async def list_objects(call: Call) -> ObjectList:
    """
    Return one page of a listing; without a delimiter parameter it stops at slashes.
    """
    max_keys = call.number("max_keys", 0)
    query = ListQuery(
        prefix=call.query("prefix"),
        delimiter=call.query("delimiter", "/"),
        token=call.position("token"),
        start_after=call.query("start_after"),
        max_keys=max(0, min(max_keys, _MAX_KEYS)),
    )
    page = await call.services.objects.reading.list_objects(call.actor, call.place, query)
    return ObjectList(
        prefix=query.prefix,
        delimiter=query.delimiter,
        common_prefixes=list(page.common_prefixes),
        is_truncated=bool(page.next_token),
        next_continuation_token=call.cursor(page.next_token),
        objects=await make_each(to_schema, page.objects),
    )


async def get_object_info(call: Call) -> Response:
    """
    Return what is known of an object; the same headers answer HEAD of the object itself.
    """
    ref = ObjectRef(call.required("key"), call.query("version_id"))
    info = await call.services.objects.reading.head(call.actor, call.place, ref)
    response = render_schema(to_schema(info))
    if info.etag and info.etag.isascii():
        response.headers["ETag"] = info.etag
    return response


async def upload_object(call: Call) -> ObjectInfo:
    """
    Store a small file from a form.
    """
    form = await read_upload(call.request)
    new = NewObject(
        ContentHeaders(content_type=form.content_type), only_if_absent=call.wants_absent
    )
    info = await call.services.objects.writing.put(
        call.actor, call.place, form.key, form.content, new
    )
    return to_schema(info)


async def delete_object(call: Call) -> None:
    """
    Delete an object, or one version of it for good.
    """
    ref = ObjectRef(call.required("key"), call.query("version_id"))
    await call.services.objects.writing.delete(call.actor, call.place, ref)


async def delete_objects(call: Call) -> DeleteResult:
    """
    Delete up to 1000 objects and say what became of each.
    """
    body = await call.body(DeleteKeys)
    refs = [ObjectRef(item.key, item.version_id) for item in body.keys]
    outcome = await call.services.objects.writing.delete_many(call.actor, call.place, refs)
    return DeleteResult(
        deleted=[DeletedKey(key=ref.key, version_id=ref.version_id) for ref in outcome.deleted],
        errors=[
            FailedKey(
                key=item.key, version_id=item.version_id, code=item.code, message=item.message
            )
            for item in outcome.failures
        ],
    )


async def create_folder(call: Call) -> ObjectInfo:
    """
    Store the empty object that stands for a folder.
    """
    body = await call.body(FolderCreate)
    return to_schema(
        await call.services.objects.writing.create_folder(call.actor, call.place, body.key)
    )


def to_schema(info: stored.ObjectInfo) -> ObjectInfo:
    """
    Return an object as the API shows it.
    """
    return ObjectInfo(
        key=info.key,
        size=info.size_bytes,
        etag=info.etag,
        content_type=info.content_type,
        cache_control=info.headers.cache_control,
        content_disposition=info.headers.content_disposition,
        content_encoding=info.headers.content_encoding,
        content_language=info.headers.content_language,
        storage_class=info.storage_class,
        version_id=info.version_id,
        last_modified=info.last_modified,
        metadata=dict(info.metadata),
    )
