"""
Share links as strangers see them: what is shared, the password, the list of a folder.

No session is looked at. What strangers are told is no more than they need: neither keys beyond
what is shared, nor names of buckets and backends, nor why a backend failed.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.responses import Response

from app.backends.stored import ListQuery, ObjectInfo, ObjectPage, ObjectRef
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.shares.paths import prefix_at, share_name, shared_folder
from app.shares.receiving import is_taken
from app.shares.share import Share
from app.shares.visits import Visit
from dashboard.api.shares import ShareKindName
from dashboard.call import Call, render_schema, respond
from dashboard.preview import PreviewKind, preview_kind
from dashboard.public_cookies import VisitorCookies
from dashboard.schemas import Body, Schema, Timestamp, omitted, omitted_if_unknown

PAGE_ENTRIES = 200
PAGE_KEYS = 25
# What is missing where visitors cannot look: to them the store is out of order.
_INSIDE = frozenset(
    {"backend.unknown", "bucket.not_found", "version.not_found", "upload.not_found"}
)


class SharedItem(Schema):
    """
    What a visitor is told about a share.
    """

    code: str
    kind: ShareKindName
    name: str
    note: str = omitted("")
    size: int | None = omitted_if_unknown()
    content_type: str = omitted("")
    etag: str = omitted("")
    last_modified: Timestamp | None = omitted()
    expires_at: Timestamp | None = omitted()
    has_password: bool
    max_downloads: int = omitted(0)
    download_count: int
    downloads_left: int = omitted(0)
    disposition: str
    preview_kind: PreviewKind
    raw_url: str
    max_bytes: int = omitted(0)
    bytes_left: int | None = omitted_if_unknown()
    allowed_types: list[str] = omitted(())


class SharedFile(Schema):
    """
    A file of a shared folder.
    """

    name: str
    path: str
    size: int
    last_modified: Timestamp | None = omitted()
    preview_kind: PreviewKind


class SharedFolder(Schema):
    """
    A folder of a shared folder.
    """

    name: str
    path: str


class SharedListing(Schema):
    """
    One page of what is shared.
    """

    path: str
    folders: list[SharedFolder]
    files: list[SharedFile]
    next_cursor: str = omitted("")


class ShareUnlock(Body):
    """
    The password of a share.
    """

    password: str = ""


async def get_info(call: Call) -> Response:
    """
    Return what is shared.
    """
    return await _info(call, await enter(call))


async def unlock_share(call: Call) -> Response:
    """
    Take the password, and let the browser keep that it was right.
    """
    visits = call.services.shares.visits
    share = await visits.find(call.path("code"))
    await call.services.limits.take_share(call.exchange.peer.ip)
    body = await call.body(ShareUnlock)
    visit = await visits.unlock(share, call.actor, body.password)
    remember(call, visit.share)
    return await _info(call, visit)


async def list_files(call: Call) -> Response:
    """
    Return one page of a shared folder, or the files of a share of several.
    """
    visit = await enter(call)
    path = call.query("path")
    with shown_to_strangers():
        if visit.share.target.kind == "objects" and not path:
            listing = await _list_keys(call, visit)
        else:
            listing = await _list_folder(call, visit, path)
    remember(call, visit.share)
    return as_public(await respond(listing, 200))


async def enter(call: Call, *, subject: str | None = None) -> Visit:
    """
    Let the visitor in, within the limits of their address.

    Args:
        call: The request.
        subject: The path whose counted download it may continue; `None` for everything else.

    Raises:
        StowageError: as `VisitService.enter`; `rate_limited`.
    """
    visits = call.services.shares.visits
    share = await visits.find(call.path("code"))
    kept = cookies(call)
    unlocked, continues = "", False
    if share is not None:
        unlocked = kept.read("unlock", share)[0]
        continues = subject is not None and any(
            visits.passes.holds(one, "visit", share, subject) for one in kept.read("visit", share)
        )
    is_known = continues or (share is not None and visits.passes.holds(unlocked, "unlock", share))
    if not is_known:
        await call.services.limits.take_share(call.exchange.peer.ip)
    return await visits.enter(share, call.actor, unlocked=unlocked, continues=continues)


def cookies(call: Call) -> VisitorCookies:
    """
    Return the visitor's cookies.
    """
    return VisitorCookies(call.header("cookie"), call.exchange)


def remember(call: Call, share: Share) -> None:
    """
    Let the browser keep that it was let in.
    """
    value = call.services.shares.visits.passes.issue("unlock", share)
    cookies(call).write(value, "unlock", share)


def as_public(response: Response) -> Response:
    """
    Keep search engines away from an answer.
    """
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@contextmanager
def shown_to_strangers() -> Iterator[None]:
    """
    Turn what goes wrong in the block into what strangers may know of it.
    """
    try:
        yield
    except StowageError as error:
        told = _told(error)
        if told is error:
            raise
        raise told from error


def _told(error: StowageError) -> StowageError:
    if is_taken(error):
        return errors.OBJECT_EXISTS()
    if error.entry is errors.FORBIDDEN:
        # The owner may not do this any more.
        return errors.REVOKED()
    if error.entry is errors.QUOTA_EXCEEDED:
        return errors.QUOTA_EXCEEDED()
    if error.entry is errors.NOT_FOUND and error.reason == "object.not_found":
        return errors.NOT_FOUND(reason="object.not_found")
    is_inside = error.entry is errors.BACKEND_ERROR and error.reason != "backend.object_gone"
    return errors.BACKEND_ERROR() if is_inside or error.reason in _INSIDE else error


async def _info(call: Call, visit: Visit) -> Response:
    share = visit.share
    found = None
    if share.target.kind == "object":
        ref = ObjectRef(share.target.keys[0], share.target.version_id)
        found = await look_at(call, visit, ref)
    return as_public(render_schema(_item(share, found)))


async def look_at(call: Call, visit: Visit, ref: ObjectRef) -> ObjectInfo:
    """
    Return what is known of the object that the link names.

    Raises:
        StowageError: `backend_error`, also where it was deleted.
    """
    with shown_to_strangers():
        try:
            return await call.services.objects.reading.head(visit.actor, visit.place, ref)
        except StowageError as error:
            if error.entry is errors.NOT_FOUND:
                raise errors.BACKEND_ERROR(reason="backend.object_gone") from error
            raise


def _item(share: Share, found: ObjectInfo | None) -> SharedItem:
    name = share_name(share.target)
    content_type = found.content_type if found else ""
    left = max(0, share.max_downloads - share.download_count)
    return SharedItem(
        code=share.code,
        kind=share.target.kind,
        name=name,
        note=share.note,
        size=found.size_bytes if found else None,
        content_type=content_type,
        etag=found.etag if found else "",
        last_modified=found.last_modified if found else None,
        expires_at=share.expires_at,
        has_password=share.has_password,
        max_downloads=share.max_downloads,
        download_count=share.download_count,
        downloads_left=left if share.max_downloads else 0,
        disposition=share.disposition,
        preview_kind=preview_kind(content_type, name) if found else "none",
        raw_url=f"/s/{share.code}/raw",
        max_bytes=share.max_bytes,
        bytes_left=max(0, share.max_bytes - share.uploaded_bytes) if share.max_bytes else None,
        allowed_types=list(share.allowed_types),
    )


async def _list_folder(call: Call, visit: Visit, path: str) -> SharedListing:
    prefix = prefix_at(visit.share, path)
    query = ListQuery(
        prefix=prefix, delimiter="/", token=call.position("cursor"), max_keys=PAGE_ENTRIES
    )
    reading = call.services.objects.reading
    page = await reading.list_objects(visit.actor, visit.place, query)
    return _listing(path, page, visit, prefix, call.cursor(page.next_token))


def _listing(
    path: str, page: ObjectPage, visit: Visit, prefix: str, next_cursor: str
) -> SharedListing:
    hidden = len(shared_folder(visit.share.target))
    return SharedListing(
        path=path,
        folders=[
            SharedFolder(name=one[len(prefix) :].rstrip("/"), path=one[hidden:])
            for one in page.common_prefixes
        ],
        files=[_file(one, hidden) for one in page.objects if one.key != prefix],
        next_cursor=next_cursor,
    )


async def _list_keys(call: Call, visit: Visit) -> SharedListing:
    reading = call.services.objects.reading
    keys = visit.share.target.keys
    hidden, start = len(shared_folder(visit.share.target)), int(call.position("cursor") or 0)
    files: list[SharedFile] = []
    # Each is a call to the backend: a stranger's request may cost a few of them, not a hundred.
    for key in keys[start : start + PAGE_KEYS]:
        try:
            found = await reading.head(visit.actor, visit.place, ObjectRef(key))
        except StowageError as error:
            if error.entry is not errors.NOT_FOUND:
                raise
            continue  # what was deleted meanwhile is not listed
        files.append(_file(found, hidden))
    end = start + PAGE_KEYS
    following = call.cursor(str(end)) if end < len(keys) else ""
    return SharedListing(path="", folders=[], files=files, next_cursor=following)


def _file(found: ObjectInfo, hidden: int) -> SharedFile:
    return SharedFile(
        name=found.key.rpartition("/")[2],
        path=found.key[hidden:],
        size=found.size_bytes,
        last_modified=found.last_modified,
        preview_kind=preview_kind(found.content_type, found.key),
    )
