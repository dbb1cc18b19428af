"""
An error as the S3 port answers it: AWS's code, status and XML, with our code and reason beside it.

The shape is that of "Error responses" in the Amazon S3 API reference; `<Reason>`, `<Docs>` and the
headers `x-error-code` and `x-error-reason` are ours, since a HEAD answer has no body to read.
"""

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from types import MappingProxyType

from app.errors.raised import StowageError
from proxy.http import STATUS_TEXTS, http_date

NO_EXTRAS: Mapping[str, str] = MappingProxyType({})
HOST_ID = base64.b64encode(os.urandom(24)).decode("ascii")
"""Names this process in error documents without telling anything about the machine."""

_DOCS = "/docs/errors#"
_DEFAULT_RETRY_AFTER_SECONDS = 1
_RETRY_STATUS = 503
_ALLOW = "GET, HEAD, PUT, POST, DELETE"
# What XML 1.0 cannot hold even escaped (production 2, `Char`): controls but tab, LF and CR,
# surrogates, and the two non-characters at the end of the plane.
_NOT_XML: dict[int, str] = dict.fromkeys(
    [*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], "?"
)


@dataclass(frozen=True, slots=True)
class Occasion:
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
        error: The occurrence; its message goes out, its `detail` only where it is meant for users.
        occasion: The request it answers.
        extras: More children of the document, for example `Region` or `ServerTime`.
    """
    body = render_error_document(error, occasion, extras)
    pair = error.s3
    lines = [
        f"HTTP/1.1 {pair.status} {STATUS_TEXTS.get(pair.status, 'Error')}",
        f"x-amz-request-id: {occasion.request_id}",
        f"X-Request-Id: {occasion.request_id}",
        *error_headers(error),
        *(f"{name}: {value}" for name, value in occasion.headers),
        f"Date: {http_date()}",
        "Content-Type: application/xml",
        # RFC 9110 8.6: a HEAD answer may carry the length that GET would have had.
        f"Content-Length: {len(body)}",
    ]
    if not occasion.keeps_alive:
        lines.append("Connection: close")
    head = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
    return head if occasion.is_head else head + body


def render_error_document(
    error: StowageError, occasion: Occasion, extras: Mapping[str, str] = NO_EXTRAS
) -> bytes:
    """
    Return the XML document of an error.
    """
    elements = [("Code", error.s3.code), ("Message", error.message)]
    elements += extras.items()
    if occasion.resource:
        elements.append(("Resource", occasion.resource))
    elements += [("RequestId", occasion.request_id), ("HostId", HOST_ID)]
    if error.reason is not None:
        elements.append(("Reason", error.reason))
    elements.append(("Docs", _DOCS + error.code))
    children = "".join(f"<{name}>{escape_text(text)}</{name}>" for name, text in elements)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{children}</Error>'.encode()


def error_headers(error: StowageError) -> list[str]:
    """
    Return the header lines that tell an error to clients without a body.
    """
    lines = [f"x-error-code: {error.code}"]
    if error.reason is not None:
        lines.append(f"x-error-reason: {error.reason}")
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
    # A bare carriage return would be read back as a line feed (XML 1.0, 2.11).
    return escape(text.translate(_NOT_XML), quote=False).replace("\r", "&#13;")
