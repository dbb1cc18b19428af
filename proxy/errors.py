"""
An error as the S3 port answers it: AWS's code, status and XML, with our code and reason beside it.

The shape is that of "Error responses" in the Amazon S3 API reference; `<Reason>`, `<Docs>` and the
headers `x-error-code` and `x-error-reason` are ours, since a HEAD answer has no body to read.
"""

import base64
import os
import re
from collections.abc import Iterable, Mapping
from html import escape
from types import MappingProxyType

from msgspec import Struct

from app.errors.raised import StowageError
from proxy.core.shape import Memo
from proxy.http import NO_CONTENT, STATUS_TEXTS, http_date

NO_EXTRAS: Mapping[str, str] = MappingProxyType({})
HOST_ID = base64.b64encode(os.urandom(24)).decode("ascii")
"""Names this process in error documents without telling anything about the machine."""

# What stands in a document as it is: nearly every text, so that it is looked for first.
_PLAIN_TEXT = re.compile(r"[^&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]*")
_DOCS = "/docs/errors#"
_DEFAULT_RETRY_AFTER_SECONDS = 1
_RETRY_STATUS = 503
_ALLOW = "GET, HEAD, PUT, POST, DELETE"
# What XML 1.0 cannot hold even escaped (production 2, `Char`): controls but tab, LF and CR,
# surrogates, and the two non-characters at the end of the plane.
_NOT_XML: dict[int, str] = dict.fromkeys(
    [*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], "?"
)


class Occasion(Struct, frozen=True, gc=False):
    """
    The request that an error answers, as far as the answer tells of it.
    """

    request_id: str
    resource: str = ""
    """The path as the client sent it; empty leaves the element out."""
    is_head: bool = False
    keeps_alive: bool = True
    headers: tuple[tuple[str, str], ...] = ()
    """More response headers, for example those of CORS."""


def render_error(
    error: StowageError, occasion: Occasion, extras: Mapping[str, str] = NO_EXTRAS
) -> bytes:
    """
    Return the whole HTTP response of an error.

    Args:
        error: The occurrence; its `detail` is for logs and stays here.
        occasion: The request it answers.
        extras: More children of the document, for example `Region` or `ServerTime`.
    """
    frame = _find_frame(error)
    is_plain = occasion.resource and not extras and _PLAIN_TEXT.fullmatch(occasion.resource)
    if frame is None or not is_plain:
        elements = [("Code", error.s3.code), ("Message", error.message), *extras.items()]
        lines = [*pair_headers(error), *_cure_headers(error)]
        body = render_document(error, occasion, elements)
        return render_response(error.s3.status, occasion, lines, body)
    identity = occasion.request_id
    document = f"{frame.begin}{occasion.resource}{frame.middle}{identity}{frame.end}".encode()
    return render_response(frame.status, occasion, frame.lines, document)


class _Frame(Struct, frozen=True, gc=False):
    """
    What all errors of one kind share: the document around its resource and request id.
    """

    status: int
    lines: tuple[str, ...]
    begin: str
    middle: str
    end: str


_frames: Memo[tuple[str, str | None, str], _Frame] = Memo(256)
_MAX_MESSAGE = 256


def _find_frame(error: StowageError) -> _Frame | None:
    """
    Return the frame of an error; `None` where more than its kind stands in head or document.
    """
    if error.retry_after_seconds is not None or not error.params.keys() <= _IN_MESSAGE:
        return None
    message = error.message
    key = (error.code, error.reason, message)
    frame = _frames.get(key)
    if frame is None and len(message) <= _MAX_MESSAGE:
        frame = _frames.remember(key, _make_frame(error))
    return frame


_IN_MESSAGE = frozenset({"difference"})
"""Of a wrong signature: stands in the message and nowhere else."""


def _make_frame(error: StowageError) -> _Frame:
    """
    Write a document once, and take out what differs.
    """
    place, identity = "/-", "-/"  # nothing else in a document is between these
    elements = [("Code", error.s3.code), ("Message", error.message)]
    document = render_document(error, Occasion(identity, place), elements).decode()
    begin, _, rest = document.partition(f">{place}<")
    middle, _, end = rest.partition(f">{identity}<")
    lines = (*pair_headers(error), *_cure_headers(error))
    return _Frame(error.s3.status, lines, f"{begin}>", f"<{middle}>", f"<{end}")


def render_document(
    error: StowageError, occasion: Occasion, elements: Iterable[tuple[str, str]]
) -> bytes:
    """
    Return an error document: the elements, then what every one of ours has.
    """
    every = [*elements]
    if occasion.resource:
        every.append(("Resource", occasion.resource))
    every += [("RequestId", occasion.request_id), ("HostId", HOST_ID)]
    if error.reason is not None:
        every.append(("Reason", error.reason))
    every.append(("Docs", _DOCS + error.code))
    children = "".join(f"<{name}>{escape_text(text)}</{name}>" for name, text in every)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{children}</Error>'.encode()


def render_response(
    status: int,
    occasion: Occasion,
    lines: Iterable[str],
    body: bytes,
    content_type: str = "application/xml",
) -> bytes:
    """
    Return a whole HTTP response of our own making.

    Args:
        status: The HTTP status.
        occasion: The request it answers; to HEAD the body is not sent.
        lines: Header lines beside those that every answer has.
        body: The whole body; none is sent with 204.
        content_type: Of the body; not sent without one.
    """
    every = [
        f"HTTP/1.1 {status} {STATUS_TEXTS.get(status, 'Error')}",
        f"x-amz-request-id: {occasion.request_id}",
        f"X-Request-Id: {occasion.request_id}",
        *lines,
        *(f"{name}: {value}" for name, value in occasion.headers),
        f"Date: {http_date()}",
    ]
    if body:
        every.append(f"Content-Type: {content_type}")
    if status != NO_CONTENT:
        # RFC 9110 8.6: an answer to HEAD may carry the length that GET would have had.
        every.append(f"Content-Length: {len(body)}")
    if not occasion.keeps_alive:
        every.append("Connection: close")
    head = "\r\n".join(every).encode("latin-1", "replace") + b"\r\n\r\n"
    return head if occasion.is_head else head + body


def pair_headers(error: StowageError) -> list[str]:
    """
    Return the header lines that tell code and reason to clients that read no body.
    """
    lines = [f"x-error-code: {error.code}"]
    if error.reason is not None:
        lines.append(f"x-error-reason: {error.reason}")
    return lines


def _cure_headers(error: StowageError) -> list[str]:
    """
    Return the header lines that HTTP itself asks for with some statuses.
    """
    lines = []
    if (seconds := retry_after_seconds(error)) is not None:
        lines.append(f"Retry-After: {seconds}")
    if error.code == "method_not_allowed":
        lines.append(f"Allow: {error.params.get('allow', _ALLOW)}")
    if error.reason == "range.unsatisfiable":
        lines.append(f"Content-Range: bytes */{error.params.get('size_bytes', '*')}")
    return lines


def retry_after_seconds(error: StowageError) -> int | None:
    """
    Return when the same request may be tried again, or `None` where trying again is no use.
    """
    if error.retry_after_seconds is not None:
        return error.retry_after_seconds
    is_due = error.retryable and error.s3.status == _RETRY_STATUS
    return _DEFAULT_RETRY_AFTER_SECONDS if is_due else None


def escape_text(text: str) -> str:
    """
    Return text fit to stand in an XML element; what XML cannot hold becomes `?`.
    """
    if _PLAIN_TEXT.fullmatch(text):
        return text
    # A bare carriage return would be read back as a line feed (XML 1.0, 2.11).
    return escape(text.translate(_NOT_XML), quote=False).replace("\r", "&#13;")
