"""
How a request's body arrives, what is verified of it, and how long its payload is.
"""

from app.errors import registry as errors
from app.errors.raised import StowageError
from proxy.core import checksums
from proxy.core.aws_chunks import malformed_trailer
from proxy.core.decision import BodyPlan, BodyRule
from proxy.core.operations import BodyKind, Operation
from proxy.core.proof import Proof
from proxy.core.request import S3Request
from proxy.core.shape import CHECKSUM_FIELDS
from proxy.sigv4.payload import EMPTY_SHA256, PayloadMode

MAX_PAYLOAD_BYTES = 5 * 1024**3
"""The largest object or part in one request (AWS: "Amazon S3 multipart upload limits")."""
MAX_DOCUMENT_BYTES = 4 * 1024**2
"""The largest XML body; the longest list of 10,000 parts with checksums takes 3 MiB."""
NO_BODY = BodyPlan(0, 0, needs_decoder=False)

_MAX_LENGTH_DIGITS = 15


def plan_body(request: S3Request, operation: Operation, proof: Proof) -> BodyPlan:
    """
    Return the plan for a request's body.

    Raises:
        StowageError: a body where none belongs, one that is too large, a length that is missing,
            or a declared digest that is none or cannot be that of an empty body.
    """
    wire_length = request.head.wire_length
    if operation.body is BodyKind.NONE or wire_length == 0:
        if operation.body is BodyKind.PAYLOAD and request.head.content_length is None:
            # S3 wants the length even of nothing: else a lost one would store an empty object.
            raise errors.LENGTH_REQUIRED()
        return _plan_empty(request, operation, proof)
    trailer = _find_trailer(request, proof.payload_mode)
    payload_length = _find_payload_length(request, proof.payload_mode)
    limit = MAX_PAYLOAD_BYTES if operation.body is BodyKind.PAYLOAD else MAX_DOCUMENT_BYTES
    if payload_length is not None and payload_length > limit:
        raise errors.TOO_LARGE(reason="body.limit", params={"limit": limit})
    rule = BodyRule(
        is_transfer_chunked=request.head.is_chunked,
        is_aws_chunked=proof.payload_mode.is_aws_chunked,
        seed=proof.seed,
        trailer=trailer,
        checksums=_find_checksums(request, operation),
        payload_sha256=proof.payload_sha256,
        max_payload_bytes=limit if payload_length is None else None,
    )
    if _is_plain(rule):
        return BodyPlan(wire_length, payload_length, needs_decoder=False)
    return BodyPlan(wire_length, payload_length, needs_decoder=True, rule=rule)


def _is_plain(rule: BodyRule) -> bool:
    return not (
        rule.is_transfer_chunked or rule.is_aws_chunked or rule.checksums or rule.payload_sha256
    )


def _plan_empty(request: S3Request, operation: Operation, proof: Proof) -> BodyPlan:
    """
    Judge a body of no bytes here and now: no decoder will see it.
    """
    if request.head.wire_length != 0:
        raise errors.BAD_REQUEST(reason="s3.body_unexpected", params={"operation": operation.name})
    if proof.payload_mode.is_aws_chunked:
        raise errors.BAD_REQUEST(reason="s3.body_incomplete")
    if proof.payload_sha256 and proof.payload_sha256 != EMPTY_SHA256:
        raise errors.BAD_REQUEST(reason="s3.payload_hash_mismatch")
    for algorithm, digest in _find_checksums(request, operation):
        checksums.verify_digest(algorithm, digest, checksums.open_hasher(algorithm).digest())
    return NO_BODY


def _find_checksums(request: S3Request, operation: Operation) -> tuple[tuple[str, bytes], ...]:
    """
    Return what is declared of this body, if it is this body that the fields are about.
    """
    names = request.shape.checksums if operation.verifies_checksums else ()
    if checksums.CONTENT_MD5 in request.fields:
        names = (*names, checksums.CONTENT_MD5)
    return checksums.parse_declared(request.fields, names) if names else ()


def _find_payload_length(request: S3Request, mode: PayloadMode) -> int | None:
    if not mode.is_aws_chunked:
        return request.head.content_length
    text = request.fields.get("x-amz-decoded-content-length", "")
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_LENGTH_DIGITS):
        raise errors.LENGTH_REQUIRED()
    return int(text)


def _find_trailer(request: S3Request, mode: PayloadMode) -> str:
    name = request.fields.get("x-amz-trailer", "").strip().lower()
    if not name and mode is PayloadMode.SIGNED_CHUNKS_TRAILER:
        raise malformed_trailer()
    if not name:
        # Amazon takes unsigned chunks without a checksum behind them, too.
        return ""
    if not mode.has_trailer or name not in CHECKSUM_FIELDS:
        raise _bad_trailer(name)
    return name


def _bad_trailer(name: str) -> StowageError:
    return errors.BAD_REQUEST(
        reason="s3.header_unsupported",
        params={"header": f"x-amz-trailer: {name[:80]}", "operation": "this payload"},
    )
