"""
The versions of an object.
"""

from dashboard.schemas import Schema, Timestamp, omitted


class ObjectVersion(Schema):
    """
    One version, or the marker that a delete left.
    """

    key: str
    version_id: str
    is_latest: bool
    is_delete_marker: bool = omitted(default=False)
    size: int
    etag: str = omitted("")
    storage_class: str = omitted("")
    last_modified: Timestamp | None = omitted()


class VersionList(Schema):
    """
    Every version of one key, the newest first.
    """

    versions: list[ObjectVersion]
