"""
The head that goes upstream: rebuilt from what was understood, never copied, and signed anew.

Only listed fields pass. Cookies, forwarding fields, hop-by-hop fields and those that `Connection`
nominates, the client's credentials and any vendor's private fields stay behind: under the
upstream credential they would speak with an administrator's voice.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from app.snapshot.values import BackendRoute
from proxy.core import twin
from proxy.core.operations import COMMON_FIELDS, BodyKind, Operation
from proxy.core.request import S3Request
from proxy.core.shape import CHECKSUM_FIELDS, MAX_SHAPE_LENGTH, MAX_SHAPES, Memo
from proxy.sigv4.canonical import (
    canonical_headers,
    canonical_query,
    hash_request,
    uri_encode_path,
)
from proxy.sigv4.payload import EMPTY_SHA256, UNSIGNED
from proxy.sigv4.signature import ALGORITHM, TERMINATOR, find_key, sign_with, string_to_sign

PASSED_FIELDS = frozenset(
    {
        "accept",
        "accept-encoding",
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-md5",
        "content-type",
        "expires",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "range",
        "user-agent",
    }
)
"""The fields without `x-amz-` that mean something to S3, or to its logs."""

RESULT_ROOTS = {
    "CreateMultipartUpload": "InitiateMultipartUploadResult",
    "ListMultipartUploads": "ListMultipartUploadsResult",
    "ListObjectVersions": "ListVersionsResult",
    "ListObjects": "ListBucketResult",
    "ListObjectsV2": "ListBucketResult",
    "ListParts": "ListPartsResult",
}
"""The document of each operation whose answer names the bucket: by alias it has to be read."""

_SIGNED_FIELDS = frozenset({"content-md5", "content-type", "range"})
_ALWAYS_SIGNED = frozenset({"host", "x-amz-content-sha256", "x-amz-date"})
_AMZ = "x-amz-"
_META = "x-amz-meta-"
_SDK_CHECKSUM = "x-amz-sdk-checksum-algorithm"
_BODY_METHODS = frozenset({"PUT", "POST"})


class Outgoing(Struct, frozen=True, gc=False):
    """
    A request to a backend, before it is signed.
    """

    method: str
    bucket: str
    """The name that the bucket has on the backend."""
    key: str = ""
    parameters: Iterable[tuple[str, str]] = ()
    """Decoded; they are escaped and sorted."""
    fields: Sequence[tuple[str, str]] = ()
    """Lower-case names, one character per byte in the values; without host, length and date."""
    payload_sha256: str = UNSIGNED
    payload_length: int | None = 0
    """`None` sends the body in transfer chunks."""


def render_outgoing(outgoing: Outgoing, backend: BackendRoute, now: float) -> bytes:
    """
    Return the signed head, its empty line included.

    Args:
        outgoing: What to ask.
        backend: Whom; with the upstream credential.
        now: Seconds since the epoch, for the signature.
    """
    host, path = _address(outgoing, backend)
    query = canonical_query(outgoing.parameters) if outgoing.parameters else ""
    fields = dict(outgoing.fields)
    if backend.session_token:
        fields["x-amz-security-token"] = backend.session_token
    return render_signed(
        outgoing.method,
        (host, path, query),
        fields,
        find_signed(tuple(fields)),
        outgoing.payload_sha256,
        outgoing.payload_length,
        backend,
        now,
    )


def render_signed(  # noqa: PLR0913, PLR0917 - the lines of the page; an object would be made per request
    method: str,
    address: tuple[str, str, str],
    fields: dict[str, str],
    signed: tuple[tuple[str, ...], str],
    payload_sha256: str,
    payload_length: int | None,
    backend: BackendRoute,
    now: float,
) -> bytes:
    """
    Return the signed head of a request of which every part is known.

    Args:
        method: The verb.
        address: Host, path and query, in canonical form.
        fields: Those that go on, without host, length and date.
        signed: What `find_signed` says of them.
        payload_sha256: The payload's hash, or what stands for one.
        payload_length: `None` sends the body in transfer chunks.
        backend: Whom; with the upstream credential.
        now: Seconds since the epoch, for the signature.
    """
    timestamp = _timestamp(int(now + backend.clock_offset))
    scope = f"{timestamp[:8]}/{backend.region}/s3/{TERMINATOR}"
    frame = _frame(method, payload_length)
    head = twin.sign_head(
        find_key(backend.secret_key, scope).blocks,
        backend.access_key,
        timestamp,
        scope,
        method,
        address,
        fields,
        signed,
        payload_sha256,
        frame,
    )
    if head is not None:
        return head
    written = {
        "host": address[0],
        "x-amz-content-sha256": payload_sha256,
        "x-amz-date": timestamp,
        **fields,
    }
    return _sign_first_form(method, address, written, signed, backend, scope, frame)


def _sign_first_form(  # noqa: PLR0913, PLR0917 - as above
    method: str,
    address: tuple[str, str, str],
    written: dict[str, str],
    signed: tuple[tuple[str, ...], str],
    backend: BackendRoute,
    scope: str,
    frame: str,
) -> bytes:
    """
    Return the signed head of a request of which a field has several canonical forms.
    """
    _, path, query = address
    names, text = signed
    forms = canonical_headers(written, names) or ("",)
    digest = hash_request(method, path, query, forms[0], text, written["x-amz-content-sha256"])
    to_sign = string_to_sign(written["x-amz-date"], scope, digest)
    signature = sign_with(find_key(backend.secret_key, scope).blocks, to_sign)
    return twin.join_head(
        f"{method} {path}{'?' if query else ''}{query} HTTP/1.1\r\n",
        written,
        f"authorization: {ALGORITHM} Credential={backend.access_key}/{scope}, "
        f"SignedHeaders={text}, Signature={signature}\r\n{frame}\r\n",
    )


def _frame(method: str, length: int | None) -> str:
    if length is None:
        return "transfer-encoding: chunked\r\n"
    return f"content-length: {length}\r\n" if length or method in _BODY_METHODS else ""


_signed: Memo[tuple[str, ...], tuple[tuple[str, ...], str]] = Memo(MAX_SHAPES)


def find_signed(names: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """
    Return which fields are signed beside those of these names that are, sorted, and as one text.
    """
    found = _signed.get(names)
    if found is None:
        mine = {name for name in names if name in _SIGNED_FIELDS or name[:6] == _AMZ}
        signed = sorted(_ALWAYS_SIGNED | mine)
        found = tuple(signed), ";".join(signed)
        if sum(map(len, names)) <= MAX_SHAPE_LENGTH:
            _signed.remember(names, found)
    return found


def _address(outgoing: Outgoing, backend: BackendRoute) -> tuple[str, str]:
    if not outgoing.bucket:
        return backend.authority, "/"
    if not outgoing.key and backend.path_style:
        return backend.authority, f"/{outgoing.bucket}"
    host, place = find_place(outgoing.bucket, backend)
    return host, place + uri_encode_path(outgoing.key)


def find_place(bucket: str, backend: BackendRoute) -> tuple[str, str]:
    """
    Return the host of a bucket on a backend, and the path in front of a key.
    """
    if backend.path_style:
        return backend.authority, f"/{bucket}/"
    return f"{bucket}.{backend.authority}", "/"


@lru_cache(maxsize=8)
def _timestamp(second: int) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(second))


def select_fields(
    request: S3Request, operation: Operation, replaced: Mapping[str, str]
) -> list[tuple[str, str]]:
    """
    Return the fields of a client's request that go on.

    Args:
        request: The client's request, which `verify_request` let pass.
        operation: Its row; its fields pass.
        replaced: Fields to send instead of the client's, or beside them.
    """
    fields, shape = request.fields, request.shape
    names = shape.passed.get(operation)
    if names is None:
        names = shape.passed[operation] = find_passed(fields, operation)
    nominated = request.head.nominated
    passed = {name: fields[name] for name in names if name not in nominated}
    if "content-encoding" in passed:
        _drop_aws_chunked(passed)
    passed.update(replaced)
    return list(passed.items())


def find_passed(names: Iterable[str], operation: Operation) -> tuple[str, ...]:
    """
    Return which of the fields of these names go on with an operation that takes them.
    """
    plain = [name for name in names if name in PASSED_FIELDS]
    passed = [name for name in names if name.startswith(_AMZ) and _passes(name, operation)]
    if _SDK_CHECKSUM in names and not CHECKSUM_FIELDS.isdisjoint(passed):
        passed.append(_SDK_CHECKSUM)
    return (*plain, *passed)


def _passes(name: str, operation: Operation) -> bool:
    if name in operation.fields or name in COMMON_FIELDS:
        return True
    if name.startswith(_META):
        return operation.takes_metadata
    return name in CHECKSUM_FIELDS and operation.body is not BodyKind.NONE


def _drop_aws_chunked(fields: dict[str, str]) -> None:
    """
    Take the token `aws-chunked` out of Content-Encoding: that framing ended here.
    """
    coding = fields["content-encoding"]
    if "aws-chunked" not in coding.lower():
        return
    tokens = [token.strip() for token in coding.split(",")]
    kept = [token for token in tokens if token.lower() != "aws-chunked"]
    if kept:
        fields["content-encoding"] = ",".join(kept)
    else:
        del fields["content-encoding"]


def select_parameters(request: S3Request, operation: Operation) -> list[tuple[str, str]]:
    """
    Return the parameters that go on: those of the operation, and `x-id`.
    """
    if not request.parameters:
        return []
    known = operation.parameters
    return [
        pair
        for pair in request.parameters.items()
        if pair[0] in known or pair[0] == operation.selector or pair[0] == "x-id"
    ]


def find_payload_hash(declared: str, payload_length: int | None) -> str:
    """
    Return the payload hash to sign with: the client's own, which a backend then verifies too.
    """
    if payload_length == 0:
        return EMPTY_SHA256
    return declared or UNSIGNED
