"""
Shares as their owners and administrators make and change them.
"""

from datetime import datetime
from functools import partial
from typing import Literal

from pydantic import Field

from app.objects.place import BucketPlace
from app.shares.share import KEEP, Keep, NewShare, ShareChange, ShareQuery, Target
from app.shares.share import Share as StoredShare
from app.types import parse_object_key
from dashboard.api.grants import page_request
from dashboard.body import parse_time
from dashboard.call import Call
from dashboard.lengthy import make_each
from dashboard.schemas import Body, Schema, Timestamp, omitted

ShareKindName = Literal["object", "objects", "folder", "upload"]


class Share(Schema):
    """
    A public link with its limits.
    """

    id: str
    code: str
    url: str
    """A path below the dashboard's own address."""
    kind: ShareKindName
    backend_id: str
    bucket: str
    key: str
    """Of a share of several, the first."""
    keys: list[str] = omitted(())
    prefix: str = omitted("")
    version_id: str = omitted("")
    created_by: str
    created_at: Timestamp
    starts_at: Timestamp | None = omitted()
    expires_at: Timestamp | None = omitted()
    has_password: bool
    max_downloads: int = omitted(0)
    download_count: int
    max_bytes: int = omitted(0)
    uploaded_bytes: int = omitted(0)
    allowed_types: list[str] = omitted(())
    note: str = omitted("")
    revoked: bool
    revoked_at: Timestamp | None = omitted()
    last_accessed_at: Timestamp | None = omitted()
    disposition: Literal["attachment", "inline"]
    state: Literal["active", "scheduled", "expired", "exhausted", "revoked"]


class ShareList(Schema):
    """
    One page of shares, the newest first.
    """

    shares: list[Share]
    next_cursor: str = omitted("")


class ShareCreate(Body):
    """
    What is to be shared, and within which limits.
    """

    kind: ShareKindName = "object"
    backend_id: str = ""
    bucket: str = ""
    key: str = ""
    keys: list[str] = Field(default_factory=list)
    prefix: str = ""
    version_id: str = ""
    password: str = ""
    starts_at: str = ""
    expires_at: str = ""
    max_downloads: int = 0
    disposition: str = "attachment"
    note: str = ""
    max_bytes: int = 0
    allowed_types: list[str] = Field(default_factory=list)


class SharePatch(Body):
    """
    What is to change; empty text takes a password or a time away.
    """

    password: str | None = None
    starts_at: str | None = None
    expires_at: str | None = None
    max_downloads: int | None = None
    disposition: str | None = None
    note: str | None = None
    max_bytes: int | None = None
    allowed_types: list[str] | None = None


async def create_share(call: Call) -> Share:
    """
    Make a link to something that the caller may read.
    """
    body = await call.body(ShareCreate)
    target = _target(body)
    if body.kind == "object":
        parse_object_key(body.key)
    new = NewShare(
        target=target,
        password=body.password,
        starts_at=parse_time(body.starts_at, pointer="/starts_at"),
        expires_at=parse_time(body.expires_at, pointer="/expires_at"),
        max_downloads=body.max_downloads,
        disposition=body.disposition or "attachment",
        note=body.note,
        max_bytes=body.max_bytes,
        allowed_types=body.allowed_types,
    )
    return _share(call, await call.services.shares.links.create(call.actor, new))


async def list_shares(call: Call) -> ShareList:
    """
    Return one page of the caller's own shares or, for an administrator, of everybody's.
    """
    is_all = call.query("scope") == "all"
    query = ShareQuery(
        owner_id="" if is_all else call.actor.id,
        state=call.query("state"),
        backend_id=call.query("backend_id"),
    )
    page = await call.services.shares.links.list(call.actor, query, page_request(call))
    shares = await make_each(partial(_share, call), page.items)
    return ShareList(shares=shares, next_cursor=call.cursor(page.next_cursor))


async def update_share(call: Call) -> Share:
    """
    Change the limits of a share.
    """
    body = await call.body(SharePatch)
    change = ShareChange(
        password=body.password,
        starts_at=_changed_time(body.starts_at, "/starts_at"),
        expires_at=_changed_time(body.expires_at, "/expires_at"),
        max_downloads=body.max_downloads,
        disposition=body.disposition,
        note=body.note,
        max_bytes=body.max_bytes,
        allowed_types=body.allowed_types,
    )
    links = call.services.shares.links
    return _share(call, await links.update(call.actor, call.path("id"), change))


async def revoke_share(call: Call) -> None:
    """
    End a share for good.
    """
    await call.services.shares.links.revoke(call.actor, call.path("id"))


def _changed_time(text: str | None, pointer: str) -> datetime | Keep | None:
    return KEEP if text is None else parse_time(text, pointer=pointer)


def _target(body: ShareCreate) -> Target:
    keys: tuple[str, ...] = ()
    if body.kind == "object":
        keys = (body.key,)
    elif body.kind == "objects":
        keys = tuple(body.keys)
    return Target(
        body.kind,
        BucketPlace(body.backend_id, body.bucket),
        keys,
        body.prefix if body.kind in ("folder", "upload") else "",
        body.version_id,
    )


def _share(call: Call, found: StoredShare) -> Share:
    target = found.target
    return Share(
        id=found.id,
        code=found.code,
        url=f"/s/{found.code}",
        kind=target.kind,
        backend_id=target.place.backend_id,
        bucket=target.place.bucket,
        key=found.main_key,
        keys=list(target.keys) if target.kind == "objects" else [],
        prefix=target.prefix,
        version_id=target.version_id,
        created_by=found.owner_id,
        created_at=found.created_at,
        starts_at=found.starts_at,
        expires_at=found.expires_at,
        has_password=found.has_password,
        max_downloads=found.max_downloads,
        download_count=found.download_count,
        max_bytes=found.max_bytes,
        uploaded_bytes=found.uploaded_bytes,
        allowed_types=list(found.allowed_types),
        note=found.note,
        revoked=found.revoked_at is not None,
        revoked_at=found.revoked_at,
        last_accessed_at=found.last_accessed_at,
        disposition=found.disposition,
        state=found.state(call.services.clock.now()),
    )
