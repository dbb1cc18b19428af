"""
The versions of an object.
"""

from app.backends import stored
from app.types import parse_object_key
from dashboard.call import Call
from dashboard.lengthy import make_each
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


class VersionPage(Schema):
    """
    One page of versions below a prefix.
    """

    versions: list[ObjectVersion]
    common_prefixes: list[str]
    is_truncated: bool
    next_token: str


async def list_version_page(call: Call) -> VersionPage:
    """
    Return one page of versions and delete markers; without a delimiter parameter of all depths.
    """
    query = stored.ListQuery(
        prefix=call.query("prefix"),
        delimiter=call.query("delimiter"),
        token=call.position("token"),
        max_keys=max(0, call.number("max_keys", 0)),
    )
    page = await call.services.objects.versions.list_page(call.actor, call.place, query)
    return VersionPage(
        versions=await make_each(_version, page.versions),
        common_prefixes=list(page.common_prefixes),
        is_truncated=bool(page.next_token),
        next_token=call.cursor(page.next_token),
    )


async def list_versions(call: Call) -> VersionList:
    """
    Return every version of one object.
    """
    key = parse_object_key(call.query("key"))
    found = await call.services.objects.reading.list_versions(call.actor, call.place, key)
    return VersionList(versions=await make_each(_version, found))


def _version(version: stored.ObjectVersion) -> ObjectVersion:
    return ObjectVersion(
        key=version.key,
        version_id=version.version_id,
        is_latest=version.is_latest,
        is_delete_marker=version.is_delete_marker,
        size=version.size_bytes,
        etag=version.etag,
        storage_class=version.storage_class,
        last_modified=version.last_modified,
    )
