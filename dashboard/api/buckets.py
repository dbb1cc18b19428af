"""
The buckets of a backend: list, create, delete, and what the caller may do there.
"""

from dataclasses import replace

from app.backends.stored import BucketInfo
from app.objects.place import BucketPlace
from app.rbac.levels import level_names
from app.rbac.policy import Resource, effective_levels
from dashboard.call import Call
from dashboard.lengthy import make_each
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


async def list_buckets(call: Call) -> BucketList:
    """
    Return the buckets on which the caller holds a level.
    """
    found = await call.services.objects.buckets.list_buckets(call.actor, call.path("bid"))
    return BucketList(buckets=await make_each(_bucket, found))


async def create_bucket(call: Call) -> BucketCreated:
    """
    Create a bucket.
    """
    body = await call.body(BucketCreate)
    place = BucketPlace(call.path("bid"), body.name)
    await call.services.objects.buckets.create_bucket(call.actor, place, region=body.region)
    return BucketCreated(name=body.name)


async def delete_bucket(call: Call) -> None:
    """
    Delete an empty bucket.
    """
    await call.services.objects.buckets.delete_bucket(call.actor, call.place)


async def get_access(call: Call) -> BucketAccess:
    """
    Say what the caller may do below a prefix, and which rule says so.
    """
    place = call.place
    resource = Resource(place.backend_id, place.bucket, prefix=call.query("prefix"))
    rules: dict[str, str] = {}
    for scope in call.principal.scopes:
        alone = replace(call.principal, scopes=(scope,))
        for name in level_names(effective_levels(alone, resource)):
            rules.setdefault(name, scope.source)
    return BucketAccess(levels=level_names(effective_levels(call.principal, resource)), rules=rules)


def _bucket(bucket: BucketInfo) -> Bucket:
    return Bucket(name=bucket.name, created_at=bucket.created_at, size_tracked=True)
