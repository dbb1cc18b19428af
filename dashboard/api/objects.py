"""
Objects of a bucket: list, look, upload, delete, folders.
"""

from typing import Annotated

from pydantic import Field

from dashboard.schemas import Body, Schema, Timestamp, omitted


class ObjectInfo(Schema):
    """
    What is known of an object; listings carry neither content type nor metadata.
    """

    key: str
    size: int
    """Bytes."""
    etag: str = omitted("")
    """With the quotes that S3 puts around it."""
    content_type: str = omitted("")
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
