"""
The bytes of shares: downloads, which are counted, and files that strangers send.
"""

from collections.abc import Sequence

from starlette.responses import Response

from app.backends.stored import NotModified, ObjectRef
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.shares.paths import key_at, prefix_at, share_name, shared_folder
from app.shares.receiving import SentFile
from app.shares.visits import Visit
from dashboard.api.download import ObjectResponse, find_range
from dashboard.body import declared_length
from dashboard.call import Call
from dashboard.disposition import Disposition, render_disposition, verify_destination
from dashboard.public import as_public, cookies, enter, remember, shown_to_strangers
from dashboard.schemas import Schema
from dashboard.streaming import GeneratedResponse


class SentName(Schema):
    """
    A file that was stored.
    """

    name: str
    size: int


async def download_shared(call: Call) -> Response:
    """
    Stream what is shared or a part of it, never as something that could run in our pages.

    A download is counted once: its further parts are free for a browser that keeps the cookie of
    the first answer. A client that keeps none is counted at each request.
    """
    verify_destination(call.header("sec-fetch-dest"))
    path = call.query("path")
    is_part = bool(call.header("range"))
    # `raw` of a share of one object has no path; its cookie needs a subject all the same.
    subject = path or "."
    visit = await enter(call, subject=subject if is_part else None)
    key = key_at(visit.share, path)
    response = await _open(call, visit, key)
    try:
        if not visit.is_counted:
            await _count(call, visit, key, subject)
    except BaseException:
        await response.source.aclose()
        raise
    return as_public(response)


async def download_together(call: Call) -> Response:
    """
    Stream files and folders of a share as one ZIP file; it counts as one download.
    """
    visit = await enter(call)
    target = visit.share.target
    paths = call.request.query_params.getlist("path") or [""]
    keys = [key for path in paths for key in _keys_at(visit, path)]
    with shown_to_strangers():
        pieces = call.services.objects.archives.open(
            visit.actor, visit.place, keys, below=shared_folder(target)
        )
    await call.services.shares.visits.count_download(visit, visit.share.main_key, {"zip": True})
    name = f"{share_name(target)}.zip"
    headers = {
        "Content-Disposition": render_disposition("attachment", "application/zip", name),
        "Cache-Control": "no-store",
    }
    return as_public(GeneratedResponse(pieces, media_type="application/zip", headers=headers))


def _keys_at(visit: Visit, path: str) -> Sequence[str]:
    """
    Return what a path stands for: a file, a folder, or everything that is shared.
    """
    target = visit.share.target
    if target.kind == "folder" and (not path or path.endswith("/")):
        return [prefix_at(visit.share, path)]
    if target.kind == "objects" and not path:
        return target.keys
    if target.kind == "object":
        raise errors.NOT_FOUND(reason="object.not_found")
    return [key_at(visit.share, path)]


async def receive_file(call: Call) -> SentName:
    """
    Store a file that a visitor sends.
    """
    visit = await enter(call)
    if "content-length" not in call.request.headers:
        raise errors.LENGTH_REQUIRED()
    sent = SentFile(
        call.required("name"),
        call.header("content-type"),
        declared_length(call.request),
        call.request.stream(),
    )
    with shown_to_strangers():
        await call.services.shares.receiving.receive(visit, sent)
    remember(call, visit.share)
    return SentName(name=sent.name, size=sent.size_bytes)


async def _open(call: Call, visit: Visit, key: str) -> ObjectResponse:
    ref = ObjectRef(key, visit.share.target.version_id)
    wanted: Disposition = "inline" if call.query("inline") == "1" else visit.share.disposition
    with shown_to_strangers():
        try:
            found = await call.services.objects.reading.open(
                visit.actor,
                visit.place,
                ref,
                byte_range=await find_range(call, visit.actor, visit.place, ref),
            )
        except StowageError as error:
            if error.entry is errors.NOT_FOUND and visit.share.target.kind != "folder":
                raise errors.BACKEND_ERROR(reason="backend.object_gone") from error
            raise
    if isinstance(found, NotModified):  # no condition was sent, so a backend that says so is odd
        raise errors.BACKEND_ERROR()
    try:
        return ObjectResponse(found, wanted)
    except BaseException:
        await found.body.aclose()
        raise


async def _count(call: Call, visit: Visit, key: str, subject: str) -> None:
    visits, share = call.services.shares.visits, visit.share
    await visits.count_download(visit, key)
    cookies(call).write(visits.passes.issue("visit", share, subject), "visit", share)
