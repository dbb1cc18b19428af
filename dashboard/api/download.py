"""
The bytes of a stored object on their way to a browser.
"""

from collections.abc import AsyncIterator

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from app.audit.event import Actor
from app.backends.stored import ByteRange, ByteSource, Download, NotModified, ObjectRef
from app.objects.place import BucketPlace
from dashboard.call import Call
from dashboard.disposition import (
    OBJECT_POLICY,
    Disposition,
    parse_disposition,
    render_disposition,
    verify_destination,
)
from dashboard.ranges import may_continue, parse_conditions, parse_range, render_http_date

_UNKNOWN_TYPE = "application/octet-stream"


async def download_object(call: Call) -> Response:
    """
    Stream an object or a part of it, never as something that could run in our pages.
    """
    verify_destination(call.header("sec-fetch-dest"))
    ref = ObjectRef(call.required("key"), call.query("version_id"))
    wanted = parse_disposition(call.query("disposition"))
    headers = call.request.headers
    conditions = parse_conditions(
        headers.get("if-none-match"), headers.get("if-modified-since"), headers.get("if-match")
    )
    found = await call.services.objects.reading.open(
        call.actor,
        call.place,
        ref,
        byte_range=await find_range(call, call.actor, call.place, ref),
        conditions=conditions,
    )
    if isinstance(found, NotModified):
        return _not_modified(found)
    try:
        return ObjectResponse(found, wanted)
    except BaseException:
        await found.body.aclose()
        raise


async def find_range(
    call: Call, actor: Actor, place: BucketPlace, ref: ObjectRef
) -> ByteRange | None:
    """
    Return the part that the request asks for; the whole where the client's copy has changed.

    Raises:
        StowageError: `bad_range`; whatever looking at the object raises.
    """
    asked = parse_range(call.request.headers.get("range"))
    if_range = call.header("if-range")
    if asked is None or not if_range:
        return asked
    info = await call.services.objects.reading.head(actor, place, ref)
    is_same = may_continue(if_range, etag=info.etag, last_modified=info.last_modified)
    return asked if is_same else None


def _not_modified(found: NotModified) -> Response:
    headers = {"Cache-Control": "private, no-store", "Content-Security-Policy": OBJECT_POLICY}
    if found.etag:
        headers["ETag"] = found.etag
    if found.last_modified is not None:
        headers["Last-Modified"] = render_http_date(found.last_modified)
    return Response(status_code=304, headers=headers)


class ObjectResponse(StreamingResponse):
    """
    An open download as an answer; however it ends, the connection to the backend is given back.
    """

    def __init__(self, download: Download, wanted: Disposition) -> None:
        self.source: ByteSource = download.body
        super().__init__(
            _chunks(download.body),
            status_code=206 if download.content_range else 200,
            headers=_headers(download, wanted),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Send the bytes at the pace of the reader; a reader who leaves ends the download.
        """
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self.source.aclose()


async def _chunks(source: ByteSource) -> AsyncIterator[bytes]:
    async for chunk in source:
        yield chunk


def _headers(download: Download, wanted: Disposition) -> dict[str, str]:
    info = download.info
    stored = info.content_type
    headers = {
        # As it was stored: through `media_type` Starlette would add a charset to text.
        "Content-Type": stored if _is_plain(stored) else _UNKNOWN_TYPE,
        "Content-Length": str(download.length_bytes),
        "Accept-Ranges": "bytes",
        "Content-Disposition": render_disposition(wanted, stored, info.key),
        "Content-Security-Policy": OBJECT_POLICY,
        "Cache-Control": "private, no-store",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    optional = {
        "ETag": info.etag,
        "Content-Range": download.content_range,
        "Content-Encoding": info.headers.content_encoding,
        "Last-Modified": render_http_date(info.last_modified) if info.last_modified else "",
    }
    return headers | {name: value for name, value in optional.items() if _is_plain(value)}


def _is_plain(value: str) -> bool:
    # A backend may tell what no header of ours can carry.
    return bool(value) and value.isascii() and value.isprintable()
