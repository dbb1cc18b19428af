"""
How much lies under a prefix, and whether a bucket's size is counted at all.
"""

from app.objects.sizes import Size
from app.quotas.service import Tracking
from dashboard.api.quotas import quota_place
from dashboard.call import Call
from dashboard.schemas import Body, Schema, Timestamp, omitted

MAX_DEPTH = 8


class SizeTracking(Schema):
    """
    Whether a bucket's size is counted, and who said so when.
    """

    enabled: bool
    updated_at: Timestamp | None = omitted()
    updated_by: str = omitted("")


class SizeTrackingPut(Body):
    """
    Whether a bucket's size is to be counted.
    """

    enabled: bool = False


class PrefixSize(Schema):
    """
    What lies under a prefix, folders included.
    """

    bytes: int
    count: int
    prefix: str
    computed_at: Timestamp


class FolderSize(Schema):
    """
    What lies in one folder.
    """

    prefix: str
    bytes: int
    count: int


class Usage(Schema):
    """
    The folders below a prefix with what lies in each.
    """

    children: list[FolderSize]
    complete: bool
    computed_at: Timestamp


async def get_size_tracking(call: Call) -> SizeTracking:
    """
    Tell whether a bucket's size is counted.
    """
    found = await call.services.quotas.get_tracking(call.actor, quota_place(call))
    return _tracking(found, shows_people=call.principal.is_admin)


async def put_size_tracking(call: Call) -> SizeTracking:
    """
    Count a bucket's size from now on, or no more.
    """
    body = await call.body(SizeTrackingPut)
    return _tracking(
        await call.services.quotas.set_tracking(
            call.actor, quota_place(call), is_enabled=body.enabled
        )
    )


async def get_prefix_size(call: Call) -> PrefixSize:
    """
    Return what lies under a prefix, at most a minute old.
    """
    sizes = call.services.objects.sizes
    whole = (await sizes.measure(call.actor, call.place, call.query("prefix"))).whole
    return PrefixSize(
        bytes=whole.size_bytes,
        count=whole.object_count,
        prefix=whole.prefix,
        computed_at=whole.computed_at,
    )


async def get_usage(call: Call) -> Usage:
    """
    Return what lies in each folder below a prefix, at most a minute old.
    """
    depth = min(max(call.number("depth", 1), 1), MAX_DEPTH)
    sizes = call.services.objects.sizes
    walk = await sizes.measure(call.actor, call.place, call.query("prefix"), depth=depth)
    return Usage(
        children=[_folder(one) for one in walk.children],
        complete=walk.is_complete,
        computed_at=walk.whole.computed_at,
    )


def _folder(size: Size) -> FolderSize:
    return FolderSize(prefix=size.prefix, bytes=size.size_bytes, count=size.object_count)


def _tracking(found: Tracking, *, shows_people: bool = True) -> SizeTracking:
    return SizeTracking(
        enabled=found.is_enabled,
        updated_at=found.updated_at,
        updated_by=found.updated_by if shows_people else "",
    )
