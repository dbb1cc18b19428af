"""
Copy an object: within a bucket, to another bucket, to another backend.
"""

from pydantic import Field

from dashboard.api.objects import ObjectInfo
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
