"""
The request's story, top to bottom: parse, identify, prove, permit, answer.
"""

from dataclasses import dataclass

from msgspec.structs import replace

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.rbac.principal import ANONYMOUS as STRANGER
from app.snapshot.values import BackendRoute, Snapshot
from proxy.core import twin
from proxy.core.authenticate import ANONYMOUS, authenticate, find_auth_mode
from proxy.core.body import NO_BODY, plan_body
from proxy.core.checksums import CONTENT_MD5
from proxy.core.cors import answer_preflight, is_preflight
from proxy.core.decision import Answer, BodyPlan, Forward, Local, Peer, Refuse
from proxy.core.head import MAX_FIELDS, Head, frame_head, parse_head
from proxy.core.known import forward_known
from proxy.core.lanes import KNOWN, remember
from proxy.core.leave import Permit
from proxy.core.operation_table import TABLE
from proxy.core.operations import (
    COPY_SOURCE,
    POST_OBJECT,
    Answerer,
    Operation,
    Target,
    verify_request,
)
from proxy.core.outgoing import (
    RESULT_ROOTS,
    Outgoing,
    find_payload_hash,
    render_outgoing,
    select_fields,
    select_parameters,
)
from proxy.core.permit import (
    CONDITIONAL_WRITES,
    permit,
    verify_customer_keys,
    verify_origin,
)
from proxy.core.proof import Proof
from proxy.core.region import verify_region
from proxy.core.request import AddressStyle, S3Request, parse_request
from proxy.core.trail import Trail
from proxy.core.trailed import add_trailer, find_trailer

CHUNKED_UPLOAD = "chunked_upload"
"""The capability of a backend that takes a body of unknown length."""
PREFLIGHT = "CORSPreflight"
HEALTH = {"/_stowage/healthz": "Healthz", "/_stowage/readyz": "Readyz"}
"""Probe paths; no bucket name begins with an underscore."""

_PROBES = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class _Case:
    """
    A request that is understood, and whose sender is known.
    """

    request: S3Request
    operation: Operation
    proof: Proof
    body: BodyPlan


def decide(data: bytes, snapshot: Snapshot, now: float, peer: Peer) -> Answer:
    """
    Turn the bytes of a request head into an answer; pure, and never raises `StowageError`.

    Args:
        data: The whole head, its final empty line included.
        snapshot: All there is to decide with.
        now: Seconds since the epoch.
        peer: The far end of the connection.
    """
    trail = Trail()
    found = twin.recognise(data, KNOWN.under(snapshot), MAX_FIELDS)
    if found is not None and len(data) > snapshot.settings.max_head_bytes:
        found = None
    try:
        if found is None:
            head = parse_head(data, snapshot.settings.max_head_bytes)
        elif len(found) == 4:  # noqa: PLR2004 - of so many parts is a sound head of no known kind
            method, target, headers, trail.signature = found
            head = frame_head(method, target, headers)
        elif (known := forward_known(found, now)) is not None:
            return known
        else:
            head = parse_head(data)
    except StowageError as error:
        # The framing is not to be trusted: there may be no next request on this connection.
        return Refuse(trail.audited(), error, closes=True)
    return decide_head(head, snapshot, now, peer, trail)


def decide_head(
    head: Head, snapshot: Snapshot, now: float, peer: Peer, trail: Trail | None = None
) -> Answer:
    """
    Decide as `decide` does, of a head that is parsed already; a trail says what is known of it.
    """
    trail = trail or Trail()
    request = None
    try:
        request = parse_request(head, snapshot.settings.host_suffixes)
        return _decide_request(request, snapshot, now, peer, trail)
    except StowageError as error:
        # Else its frames would stay, and those of our callers, in a circle with the answer.
        error.__traceback__ = None
        return Refuse(
            trail.audited(),
            error,
            request,
            extra=trail.extra,
            canonical_request=trail.canonical_request,
        )


def _decide_request(
    request: S3Request, snapshot: Snapshot, now: float, peer: Peer, trail: Trail
) -> Answer:
    trail.bucket, trail.key = request.bucket, request.key
    trail.auth_mode = find_auth_mode(request)
    if request.raw_path in HEALTH and request.style is AddressStyle.PATH:
        return _answer_probe(request, trail)
    if is_preflight(request):
        return _answer_preflight(request, snapshot, trail)
    operation = TABLE.identify(request)
    trail.operation, trail.is_write = operation.name, operation.is_write
    if operation.name == POST_OBJECT:
        return _answer_form(request, trail)
    verify_request(operation, request)
    proof = authenticate(request, operation, snapshot, now, trail)
    verify_origin(proof, request, snapshot, peer)
    case = _Case(request, operation, proof, plan_body(request, operation, proof))
    if operation.target is Target.SERVICE:
        return _answer_here(case, trail)
    leave = permit(request, operation, proof, snapshot, trail)
    if snapshot.settings.is_region_strict:
        verify_region(proof, leave.backend, trail)
    verify_customer_keys(request, leave.backend, peer)
    if leave.foreign_source is not None:
        verify_customer_keys(request, leave.foreign_source.backend, peer)
    if operation.answerer is Answerer.PROXY or leave.visible_prefixes or leave.foreign_source:
        return _answer_here(case, trail, leave)
    _verify_length(case.body, leave.backend)
    remember(request, operation, proof, leave, snapshot)
    return _forward(case, leave, now, trail)


# ---- answered here ---------------------------------------------------------------------------


def _answer_probe(request: S3Request, trail: Trail) -> Local:
    trail.operation, trail.auth_mode = HEALTH[request.raw_path], ANONYMOUS
    trail.bucket = trail.key = ""
    if request.method not in _PROBES:
        raise errors.METHOD_NOT_ALLOWED(params={"method": request.method})
    return Local(trail.audited(), request, STRANGER, None, None, NO_BODY)


def _answer_preflight(request: S3Request, snapshot: Snapshot, trail: Trail) -> Local:
    trail.operation, trail.auth_mode = PREFLIGHT, "cors"
    if answer_preflight(request, snapshot) is None:
        raise errors.FORBIDDEN(reason="cors.refused")
    return Local(trail.audited(), request, STRANGER, None, None, NO_BODY)


def _answer_form(request: S3Request, trail: Trail) -> Local:
    """
    Leave a form to its reader: who asks, and for which key, stands in its body.
    """
    trail.auth_mode = "post-policy"
    length = request.head.wire_length
    body = BodyPlan(length, length, needs_decoder=request.head.is_chunked)
    return Local(
        trail.audited(),
        request,
        STRANGER,
        None,
        None,
        body,
        expects_continue=request.head.expects_continue,
    )


def _answer_here(case: _Case, trail: Trail, leave: Permit | None = None) -> Local:
    return Local(
        trail.audited(),
        case.request,
        case.proof.principal,
        case.proof.credential,
        None if leave is None else leave.backend,
        case.body,
        expects_continue=case.request.head.expects_continue,
        visible_prefixes=() if leave is None else leave.visible_prefixes,
        foreign_source=None if leave is None else leave.foreign_source,
        must_not_replace=leave is not None and leave.must_not_replace,
    )


# ---- forwarded -------------------------------------------------------------------------------


def _verify_length(body: BodyPlan, backend: BackendRoute) -> None:
    if body.payload_length is None and CHUNKED_UPLOAD not in backend.capabilities:
        raise errors.LENGTH_REQUIRED()


def _forward(case: _Case, leave: Permit, now: float, trail: Trail) -> Forward:
    request, backend = case.request, leave.backend
    is_conditional = leave.must_not_replace and CONDITIONAL_WRITES in backend.capabilities
    trailer = find_trailer(case.body, backend.capabilities)
    body = replace(case.body, passed_trailer=trailer) if trailer else case.body
    outgoing = _find_outgoing(case, leave, is_conditional=is_conditional)
    if trailer:
        outgoing = add_trailer(outgoing, trailer)
    # Copies and completed uploads heed the condition on fewer backends than PutObject does.
    is_enough = is_conditional and case.operation.name == "PutObject"
    return Forward(
        trail.audited(),
        request,
        case.proof.principal,
        case.proof.credential,
        backend,
        render_outgoing(outgoing, backend, now),
        body,
        case.operation.is_idempotent,
        request.head.expects_continue,
        answers_head=request.method == "HEAD",
        wants_md5=bool(body.payload_length) and _wants_md5(case),
        must_not_exist=leave.must_not_replace and not is_enough,
    )


def _wants_md5(case: _Case) -> bool:
    return case.operation.wants_md5 and CONTENT_MD5 not in case.request.fields


def _find_outgoing(case: _Case, leave: Permit, *, is_conditional: bool) -> Outgoing:
    request, operation = case.request, case.operation
    replaced = {COPY_SOURCE: leave.copy_source} if leave.copy_source else {}
    if is_conditional:
        replaced["if-none-match"] = "*"
    if leave.target.bucket != request.bucket and operation.name in RESULT_ROOTS:
        # By alias: the answer has to be read, to put the client's name in.
        replaced["accept-encoding"] = "identity"
    return Outgoing(
        request.method,
        leave.target.bucket,
        request.key,
        select_parameters(request, operation),
        select_fields(request, operation, replaced),
        find_payload_hash(case.proof.payload_sha256, case.body.payload_length),
        case.body.payload_length,
    )
