"""
What an upstream's error becomes: the same S3 error without the upstream's names in it.

An error is rebuilt, never relayed: only known children of the document pass, the request's facts
are ours. Where the upstream refuses *our* key or is no S3 at all, the client cannot help it and is
told that the backend failed (`backend_error`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from app.errors import registry as errors
from app.errors.raised import ErrorEntry, StowageError
from app.snapshot.values import BackendRoute
from proxy.errors import Occasion, pair_headers, render_document, render_response
from proxy.xml import children, parse_document

_FIRST_SERVER_ERROR = 500
_NOT_IMPLEMENTED = 501
_CODE = re.compile(r"[A-Za-z0-9.]{1,64}")
# What tells where something is: URLs, and addresses or host names with a port.
_PLACE = re.compile(
    r"\b[a-z][a-z0-9+.-]*://\S+|\b[\w.-]+:\d{2,5}\b|\[[0-9a-f:]+\]:\d+", re.IGNORECASE
)
_SAFE_ELEMENTS = frozenset(
    {
        *("Key", "UploadId", "VersionId", "ETag", "PartNumber", "Condition", "Method"),
        *("MinSizeAllowed", "MaxSizeAllowed", "ProposedSize", "RangeRequested"),
        *("ActualObjectSize", "ResourceType", "ArgumentName", "ArgumentValue", "Header"),
    }
)
_SAFE_HEADERS = frozenset(
    {
        *(b"etag", b"last-modified", b"x-amz-version-id", b"x-amz-delete-marker"),
        *(b"content-range", b"retry-after", b"accept-ranges", b"allow", b"vary"),
    }
)
_OUR_FAULTS = {
    "InvalidAccessKeyId": "backend.auth_failed",
    "SignatureDoesNotMatch": "backend.auth_failed",
    "InvalidToken": "backend.auth_failed",
    "ExpiredToken": "backend.auth_failed",
    "RequestTimeTooSkewed": "backend.clock",
    "AuthorizationHeaderMalformed": "backend.misconfigured",
    "PermanentRedirect": "backend.misconfigured",
    "TemporaryRedirect": "backend.misconfigured",
}
"""Upstream codes that speak of our key, clock or settings, not of the client's request."""
_KNOWN: dict[str, tuple[ErrorEntry, str | None]] = {
    "NoSuchKey": (errors.NOT_FOUND, "object.not_found"),
    "NoSuchBucket": (errors.NOT_FOUND, "bucket.not_found"),
    "NoSuchVersion": (errors.NOT_FOUND, "version.not_found"),
    "NoSuchUpload": (errors.NOT_FOUND, "upload.not_found"),
    "BucketNotEmpty": (errors.CONFLICT, "bucket.not_empty"),
    "BucketAlreadyExists": (errors.CONFLICT, "bucket.exists"),
    "BucketAlreadyOwnedByYou": (errors.CONFLICT, "bucket.owned_by_you"),
    "PreconditionFailed": (errors.PRECONDITION_FAILED, None),
    "InvalidRange": (errors.BAD_RANGE, "range.unsatisfiable"),
    "EntityTooLarge": (errors.TOO_LARGE, None),
    "MissingContentLength": (errors.LENGTH_REQUIRED, None),
    "BadDigest": (errors.BAD_REQUEST, "s3.digest_mismatch"),
    "InvalidDigest": (errors.BAD_REQUEST, "s3.digest_invalid"),
    "MalformedXML": (errors.BAD_REQUEST, "s3.xml_malformed"),
    "InvalidTag": (errors.INVALID_TAG, None),
    "NotImplemented": (errors.NOT_SUPPORTED, "backend.not_implemented"),
    "AccessDenied": (errors.BACKEND_ERROR, "backend.permission"),
    "SlowDown": (errors.BACKEND_ERROR, "backend.rate_limited"),
    "ServiceUnavailable": (errors.BACKEND_ERROR, "backend.transient"),
    "InternalError": (errors.BACKEND_ERROR, "backend.transient"),
}
_BY_FAULT: dict[int, ErrorEntry] = {
    400: errors.BAD_REQUEST,
    404: errors.NOT_FOUND,
    405: errors.METHOD_NOT_ALLOWED,
    409: errors.CONFLICT,
    412: errors.PRECONDITION_FAILED,
    501: errors.NOT_SUPPORTED,
}
_BY_STATUS: dict[int, tuple[ErrorEntry, str | None]] = {
    400: (errors.BAD_REQUEST, None),
    403: (errors.BACKEND_ERROR, "backend.permission"),
    404: (errors.NOT_FOUND, "object.not_found"),
    405: (errors.NOT_SUPPORTED, "backend.not_implemented"),
    411: (errors.LENGTH_REQUIRED, None),
    412: (errors.PRECONDITION_FAILED, None),
    413: (errors.TOO_LARGE, None),
    416: (errors.BAD_RANGE, "range.unsatisfiable"),
    429: (errors.BACKEND_ERROR, "backend.rate_limited"),
    501: (errors.NOT_SUPPORTED, "backend.not_implemented"),
    503: (errors.BACKEND_ERROR, "backend.rate_limited"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """
    An upstream's error, read.
    """

    error: StowageError
    """The registry's name for it."""
    code: str = ""
    """The S3 code as given; empty where the upstream's answer is not to be passed on."""
    message: str = ""
    elements: tuple[tuple[str, str], ...] = ()


def read_fault(
    status: int, body: bytes, route: BackendRoute, *, key: str, hidden: str = ""
) -> Fault:
    """
    Read an upstream's error; never raises.

    Args:
        status: 400 or more, or a redirect.
        body: The whole body, maybe empty.
        route: Whose answer it is; its names do not survive.
        key: The object's key of the request; empty where there is none.
        hidden: The bucket's name there, where the client knows it by another.
    """
    try:
        document = parse_document(body, "Error")
    except StowageError:
        return Fault(status_error(status, key=key))
    fields = {name: (child.text or "").strip() for name, child in children(document)}
    code = fields.get("Code", "")
    if _CODE.fullmatch(code) is None:
        return Fault(status_error(status, key=key))
    if code in _OUR_FAULTS:
        return Fault(errors.BACKEND_ERROR(reason=_OUR_FAULTS[code]))
    if code == "NotImplemented" and fields.get("Header") == "Transfer-Encoding":
        # Amazon's answer to a body without a length, which the client can mend.
        return Fault(errors.LENGTH_REQUIRED())
    known = _KNOWN.get(code)
    error = known[0](reason=known[1]) if known else _name_unknown(status)
    message = fields.get("Message", "")
    if (hidden and hidden in message) or _is_telling(status, message, route):
        message = error.message
    return Fault(error, code, message, _safe_elements(document))


def _name_unknown(status: int) -> StowageError:
    """
    Return the registry's name for an S3 error that has none of its own: by whose fault it is.
    """
    return _BY_FAULT.get(status, errors.BACKEND_ERROR)()


def status_error(status: int, *, key: str) -> StowageError:
    """
    Return the registry's name for an error of which only the status is known.
    """
    if status < 400:  # noqa: PLR2004  a redirect: another endpoint or region than configured
        return errors.BACKEND_ERROR(reason="backend.misconfigured")
    if status == 404 and not key:  # noqa: PLR2004  Not Found
        return errors.NOT_FOUND(reason="bucket.not_found")
    entry, reason = _BY_STATUS.get(status, (errors.BACKEND_ERROR, "backend.transient"))
    return entry(reason=reason)


def render_fault(
    fault: Fault,
    status: int,
    headers: Iterable[tuple[bytes, bytes]],
    occasion: Occasion,
    *,
    client_bucket: str,
) -> bytes:
    """
    Return the whole response that tells the client of a fault.

    Args:
        fault: What was read, with a code.
        status: The upstream's; an S3 code always has the same.
        headers: The upstream's, of which those pass that belong to an error.
        occasion: The request it answers.
        client_bucket: The bucket as the client names it.
    """
    elements = [("Code", fault.code), ("Message", fault.message), *fault.elements]
    if client_bucket:
        elements.append(("BucketName", client_bucket))
    lines = pair_headers(fault.error) + [
        f"{name.decode('latin-1')}: {value.decode('latin-1')}"
        for name, value in headers
        if name.lower() in _SAFE_HEADERS
    ]
    body = render_document(fault.error, occasion, elements)
    return render_response(status, occasion, lines, body)


def _safe_elements(document: etree._Element) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, child.text)
        for name, child in children(document)
        if name in _SAFE_ELEMENTS and child.text and not len(child)
    )


def _is_telling(status: int, message: str, route: BackendRoute) -> bool:
    """
    Tell whether the upstream's words would say what lies behind us, or say nothing.
    """
    names_place = _PLACE.search(message) is not None or route.host in message
    is_failure = status >= _FIRST_SERVER_ERROR and status != _NOT_IMPLEMENTED
    return is_failure or names_place or not message
