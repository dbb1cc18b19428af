"""
A copy from one backend to another: the GetObject that reads it and the PutObject that writes it.

Both are made of the client's one request; what cannot be kept across backends is refused.
"""

import re
from collections.abc import Mapping

from app.errors import registry as errors
from app.errors.raised import StowageError
from proxy.core.copy_source import ForeignSource
from proxy.core.operation_table import BY_NAME
from proxy.core.outgoing import Outgoing, select_fields
from proxy.core.request import S3Request
from proxy.sigv4.payload import EMPTY_SHA256

MAX_COPY_BYTES = 5 * 1024**3
"""Of one copy, and of one part."""

_DESCRIPTION = (
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "expires",
)
"""What an object says of itself beside `x-amz-meta-…`."""
_META = "x-amz-meta-"
_READ_FIELDS = {
    "x-amz-copy-source-if-match": "if-match",
    "x-amz-copy-source-if-modified-since": "if-modified-since",
    "x-amz-copy-source-if-none-match": "if-none-match",
    "x-amz-copy-source-if-unmodified-since": "if-unmodified-since",
    "x-amz-copy-source-range": "range",
    "x-amz-request-payer": "x-amz-request-payer",
    "x-amz-source-expected-bucket-owner": "x-amz-expected-bucket-owner",
    **{
        f"x-amz-copy-source-{name}": f"x-amz-{name}"
        for name in (
            "server-side-encryption-customer-algorithm",
            "server-side-encryption-customer-key",
            "server-side-encryption-customer-key-md5",
        )
    },
}
"""What of a copy is said to the source's backend, and as what."""
_UNKEPT = ("x-amz-checksum-algorithm", "x-amz-object-annotation-directive")
_RANGE = re.compile(r"bytes=([0-9]{1,15})-([0-9]{1,15})")
_DIRECTIVES = frozenset({"COPY", "REPLACE"})


def read_request(request: S3Request, foreign: ForeignSource) -> Outgoing:
    """
    Return the GetObject that reads the source, conditions and range included.

    Raises:
        StowageError: `bad_request`: something is asked for that two backends cannot do.
    """
    for name in _UNKEPT:
        if name in request.fields:
            params = {"header": name, "operation": "a copy across backends"}
            raise errors.BAD_REQUEST(reason="s3.header_unsupported", params=params)
    find_range_bytes(request)
    is_metadata_copied(request)
    is_tagging_copied(request)
    version_id = foreign.source.version_id
    fields = [(ours, request.fields[name]) for name, ours in _READ_FIELDS.items()
              if name in request.fields]  # fmt: skip
    return Outgoing(
        "GET",
        foreign.bucket,
        foreign.source.key,
        [] if version_id is None else [("versionId", version_id)],
        [("accept-encoding", "identity"), *fields],
        EMPTY_SHA256,
    )


def find_range_bytes(request: S3Request) -> int | None:
    """
    Return how many bytes of the source are asked for; `None` for all of them.

    Raises:
        StowageError: `bad_request`, `s3.argument_invalid`: it is not `bytes=first-last`.
    """
    text = request.fields.get("x-amz-copy-source-range")
    if text is None:
        return None
    match = _RANGE.fullmatch(text)
    if match is None or int(match[1]) > int(match[2]):
        raise _invalid("x-amz-copy-source-range")
    return int(match[2]) - int(match[1]) + 1


def is_metadata_copied(request: S3Request) -> bool:
    """
    Tell whether the copy says of itself what the source does.

    Raises:
        StowageError: `bad_request`: there is no such directive.
    """
    return _is_copied(request, "x-amz-metadata-directive")


def is_tagging_copied(request: S3Request) -> bool:
    """
    Tell whether the copy has the source's tags.

    Raises:
        StowageError: `bad_request`: there is no such directive.
    """
    return _is_copied(request, "x-amz-tagging-directive")


def _is_copied(request: S3Request, name: str) -> bool:
    directive = request.fields.get(name, "COPY").upper()
    if directive not in _DIRECTIVES:
        raise _invalid(name)
    return directive == "COPY"


def write_request(
    request: S3Request, bucket: str, described: Mapping[str, str], *, tagging: str, length: int
) -> Outgoing:
    """
    Return the PutObject or UploadPart that writes the copy.

    Args:
        request: The client's.
        bucket: Where it goes, by its name there.
        described: The header fields of the source, by lower-case name.
        tagging: The source's tags as a header says them; empty for none.
        length: In bytes.
    """
    is_part = "uploadId" in request.parameters
    row = BY_NAME["UploadPart" if is_part else "PutObject"]
    fields = dict(select_fields(request, row, {}))
    for name in ("accept", "accept-encoding", "content-md5", "range", "if-range"):
        fields.pop(name, None)
    if not is_part:
        fields = _describe(request, fields, described, tagging)
    parameters = [(name, request.parameters[name]) for name in ("partNumber", "uploadId")
                  if is_part]  # fmt: skip
    return Outgoing(
        "PUT", bucket, request.key, parameters, list(fields.items()), payload_length=length
    )


def _describe(
    request: S3Request, fields: dict[str, str], described: Mapping[str, str], tagging: str
) -> dict[str, str]:
    if is_metadata_copied(request):
        fields = {name: value for name, value in fields.items() if not _describes(name)}
        fields |= {name: value for name, value in described.items() if _describes(name)}
    if is_tagging_copied(request):
        fields.pop("x-amz-tagging", None)
        if tagging:
            fields["x-amz-tagging"] = tagging
    return fields


def _describes(name: str) -> bool:
    return name in _DESCRIPTION or name.startswith(_META)


def _invalid(argument: str) -> StowageError:
    return errors.BAD_REQUEST(reason="s3.argument_invalid", params={"argument": argument})
