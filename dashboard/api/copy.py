"""
Copy an object: within a bucket, to another bucket, to another backend.
"""

from pydantic import Field

from app.backends.stored import ObjectRef
from app.errors import registry as errors
from app.objects.place import BucketPlace
from app.types import is_bucket_name, parse_object_key
from dashboard.api.objects import ObjectInfo, to_schema
from dashboard.call import Call
from dashboard.schemas import Body, Schema, omitted


class ObjectCopy(Body):
    """
    From where to where; bucket and backend default to those of the path.
    """

    src_key: str = Field(min_length=1)
    dst_key: str = Field(min_length=1)
    dst_bucket: str = ""
    dst_backend: str = ""
    version_id: str = ""
    metadata: dict[str, str] | None = None
    """Absent keeps the metadata, `{}` removes it."""


class CopyResult(Schema):
    """
    The copy that was made.
    """

    backend: str = omitted("")
    """Only of a copy to another backend."""
    bucket: str
    object: ObjectInfo | None = omitted()
    key: str = omitted("")
    """Instead of `object` where the copy could not be looked at."""


async def copy_object(call: Call) -> CopyResult:
    """
    Copy one object; with `If-None-Match: *` only where there is none yet.

    Raises:
        StowageError: `invalid_key`, `invalid_bucket`, and whatever the copy meets.
    """
    body = await call.body(ObjectCopy)
    source = call.place
    target = BucketPlace(body.dst_backend or source.backend_id, body.dst_bucket or source.bucket)
    parse_object_key(body.src_key)
    parse_object_key(body.dst_key)
    if body.dst_bucket and not is_bucket_name(body.dst_bucket):
        raise errors.INVALID_BUCKET(params={"value": body.dst_bucket[:80]})
    info = await call.services.objects.writing.copy(
        call.actor,
        (source, ObjectRef(body.src_key, body.version_id)),
        (target, body.dst_key),
        metadata=body.metadata,
        only_if_absent=call.wants_absent,
    )
    is_elsewhere = target.backend_id != source.backend_id
    return CopyResult(
        backend=target.backend_id if is_elsewhere else "",
        bucket=target.bucket,
        object=to_schema(info),
    )
