"""
The buckets of a backend: list, create, delete, and what the caller may do there.
"""

from dashboard.schemas import Body, LevelName, Schema, Timestamp, omitted, omitted_if_unknown


class Bucket(Schema):
    """
    One bucket; the size members are there once it was scanned.
    """

    name: str
    created_at: Timestamp | None = omitted()
    size_tracked: bool
    size_bytes: int | None = omitted_if_unknown()
    object_count: int | None = omitted_if_unknown()
    computed_at: Timestamp | None = omitted()


class BucketList(Schema):
    """
    The buckets on which the caller holds a level, in the backend's order.
    """

    buckets: list[Bucket]


class BucketCreate(Body):
    """
    A name, and the region where the backend knows several.
    """

    name: str = ""
    region: str = ""


class BucketCreated(Schema):
    """
    The bucket that was made.
    """

    name: str


class BucketAccess(Schema):
    """
    The levels the caller holds at a prefix, and the rule that gives each.
    """

    levels: list[LevelName]
    rules: dict[str, str]
