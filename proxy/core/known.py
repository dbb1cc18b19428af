"""
Requests like one that was forwarded before: what cannot have changed is not worked out again.

The compiled twin compares a request with what `proxy.core.lanes` kept of the ones before it, byte
by byte and signature included; whatever is not alike, or not plainly sound, takes the whole way
through `proxy.core.decide`. So does everything where the twin was not built: the fuzz tests hold
both ways together.
"""

from typing import TYPE_CHECKING, TypeAlias

from app.errors.raised import StowageError
from proxy.core.body import NO_BODY, plan_body
from proxy.core.decision import Audited, Forward
from proxy.core.head import Head, parse_length
from proxy.core.lanes import MODES, Fixed
from proxy.core.operations import BodyKind
from proxy.core.outgoing import find_payload_hash, render_signed
from proxy.core.proof import MAX_SKEW_SECONDS, Proof
from proxy.core.request import AddressStyle, S3Request
from proxy.sigv4.authorization import parse_timestamp
from proxy.sigv4.payload import UNSIGNED, PayloadMode, parse_payload_mode

if TYPE_CHECKING:
    from proxy.core._fast import Lane

Found: TypeAlias = "tuple[Lane, str, str, str, dict[str, str], str, str]"
"""What the twin recognises: lane, path, key, query as sent, fields, moment and signature."""


def forward_known(found: Found, now: float) -> Forward | None:
    """
    Return what `decide` would, for a request like one before; `None` where it is not quite so.
    """
    fixed: Fixed = found[0].fixed
    timestamp = found[5]
    moment = parse_timestamp(timestamp)
    if moment is None or timestamp[:8] != fixed.day:
        return None
    if not -MAX_SKEW_SECONDS <= now - moment <= (fixed.expires_seconds or MAX_SKEW_SECONDS):
        return None
    try:
        return _forward(found, now)
    except StowageError:
        return None  # the whole way says the same, and writes down who it was


def _read(found: Found) -> S3Request:
    lane, path, key, raw_query, headers, moment, signature = found
    fixed: Fixed = lane.fixed
    query = fixed.query
    if fixed.expires_seconds:
        own = {"X-Amz-Date": moment, "X-Amz-Signature": signature}
        query = tuple([(name, own.get(name, value)) for name, value in query])
    head = Head(
        lane.method,
        path + raw_query,
        headers,
        False,
        fixed.is_persistent,
        parse_length(headers.get("content-length")),
        False,
        fixed.expects_continue,
        fixed.nominated,
    )
    return S3Request(
        head,
        path,
        lane.bucket,
        key,
        query,
        fixed.parameters,
        headers,
        fixed.shape,
        AddressStyle.PATH,
    )


def _forward(found: Found, now: float) -> Forward | None:
    lane, key, headers = found[0], found[2], found[4]
    fixed: Fixed = lane.fixed
    operation, backend, credential = fixed.operation, fixed.backend, fixed.credential
    request = _read(found)
    body, declared = NO_BODY, ""
    if operation.body is not BodyKind.NONE:
        payload = headers.get("x-amz-content-sha256", UNSIGNED)
        mode = parse_payload_mode(payload)
        if mode not in MODES:
            return None
        declared = payload if mode is PayloadMode.HASHED else ""
        proof = Proof(credential.principal, credential, None, mode, declared)
        body = plan_body(request, operation, proof)
    fields = {name: headers[name] for name in fixed.passed}
    return Forward(
        Audited(
            operation.name,
            fixed.auth_mode,
            backend.id,
            fixed.bucket,
            key,
            lane.access_key,
            credential.principal.user_id or "",
            operation.is_write,
        ),
        request,
        credential.principal,
        credential,
        backend,
        render_signed(
            lane.method,
            (fixed.host, fixed.place + key, fixed.passed_query),
            fields,
            (fixed.signed_names, fixed.signed_text),
            find_payload_hash(declared, body.payload_length),
            body.payload_length,
            backend,
            now,
        ),
        body,
        operation.is_idempotent,
        fixed.expects_continue,
        lane.method == "HEAD",
    )
