"""
Who asks: proves a signed or presigned request, or finds the binding that lets a stranger in.

AWS: "Authenticating Requests (AWS Signature Version 4)". Everything but the signature is checked
first; an unknown key costs the same work as a wrong signature, so that time tells neither.
"""

from msgspec import Struct

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.snapshot.values import Snapshot
from proxy.core import twin
from proxy.core.authenticate_v2 import prove_v2
from proxy.core.computed import render_computed
from proxy.core.mismatch import Attempt, Patience, find_difference
from proxy.core.operations import Operation
from proxy.core.proof import (
    MAX_SKEW_SECONDS,
    Proof,
    find_secret,
    iso_moment,
    query_malformed,
    verify_credential,
    verify_window,
)
from proxy.core.request import S3Request
from proxy.core.strangers import admit_stranger
from proxy.core.trail import Trail
from proxy.sigv4.authorization import (
    Claim,
    MalformedError,
    find_timestamp,
    parse_authorization,
    parse_presigned,
    parse_timestamp,
)
from proxy.sigv4.canonical import (
    canonical_headers,
    canonical_paths,
    canonical_query,
    hash_request,
)
from proxy.sigv4.payload import UNSIGNED, ChunkSeed, PayloadMode, parse_payload_mode
from proxy.sigv4.signature import SigningKey, find_key, is_same, string_to_sign

SIGNED, PRESIGNED, ANONYMOUS = "signed", "presigned", "anonymous"

_QUERY_CREDENTIALS = frozenset(
    {"x-amz-algorithm", "x-amz-credential", "x-amz-signature", "awsaccesskeyid", "signature"}
)


class _Signed(Struct, frozen=True, gc=False):
    """
    A version 4 signature and what it is said to be over.
    """

    claim: Claim
    timestamp: str
    signature: str
    payload: str


def find_auth_mode(request: S3Request) -> str:
    """
    Tell how a request says who asks: `signed`, `presigned` or `anonymous`.

    Anything that looks like credentials counts as such, so that a spoilt signature is never
    served as a stranger's request.
    """
    if "authorization" in request.headers:
        return SIGNED
    return PRESIGNED if _has_query_credentials(request) else ANONYMOUS


def _has_query_credentials(request: S3Request) -> bool:
    return any(name.lower() in _QUERY_CREDENTIALS for name, _ in request.query)


def authenticate(
    request: S3Request, operation: Operation, snapshot: Snapshot, now: float, trail: Trail
) -> Proof:
    """
    Prove who asks.

    Args:
        request: The request.
        operation: What it asks for; a stranger's list is short.
        snapshot: The credentials and bindings there are.
        now: Seconds since the epoch.
        trail: Takes the claimed access key and, once it is proved, whose it is.

    Raises:
        StowageError: the proof fails; `trail.extra` then holds what AWS tells beside it.
    """
    if trail.auth_mode == ANONYMOUS:
        return admit_stranger(request, operation, snapshot)
    if trail.auth_mode == SIGNED:
        proof = _prove(_read_header(request, now, trail), request, snapshot, now, trail)
    elif any(name == "AWSAccessKeyId" for name, _ in request.query):
        proof = prove_v2(request, snapshot, now, trail)
    else:
        proof = _prove(_read_query(request, now, trail), request, snapshot, now, trail)
    trail.user_id = proof.principal.user_id or ""
    return proof


def _read_header(request: S3Request, now: float, trail: Trail) -> _Signed:
    headers = request.headers
    if request.query and _has_query_credentials(request):
        raise errors.BAD_REQUEST(reason="s3.auth_twice")
    claim, signature = _parse_header(headers["authorization"])
    trail.access_key = claim.access_key
    timestamp = find_timestamp(headers)
    moment = None if timestamp is None else parse_timestamp(timestamp)
    if timestamp is None or moment is None:
        raise errors.UNAUTHORIZED(reason="s3.date_missing")
    if abs(now - moment) > MAX_SKEW_SECONDS:
        raise _skewed(timestamp, now, trail)
    if not timestamp.startswith(claim.day):
        raise _header_malformed("the credential is of another day than the request")
    payload = headers.get("x-amz-content-sha256")
    if payload is None:
        raise errors.BAD_REQUEST(reason="s3.content_hash_missing")
    return _Signed(claim, timestamp, signature, payload)


def _parse_header(value: str) -> tuple[Claim, str]:
    if value.startswith("AWS4-ECDSA-P256-SHA256"):
        raise errors.NOT_SUPPORTED(reason="signature.sigv4a")
    if value.startswith("AWS "):
        problem = "sign the header with AWS4-HMAC-SHA256"
        raise errors.BAD_REQUEST(reason="s3.sigv2_refused", params={"problem": problem})
    try:
        return parse_authorization(value)
    except MalformedError as error:
        raise _header_malformed(str(error)) from error


def _header_malformed(problem: str) -> StowageError:
    return errors.BAD_REQUEST(reason="s3.authorization_malformed", params={"problem": problem})


def _skewed(timestamp: str, now: float, trail: Trail) -> StowageError:
    trail.extra["RequestTime"] = timestamp
    trail.extra["ServerTime"] = iso_moment(now)
    trail.extra["MaxAllowedSkewMilliseconds"] = str(MAX_SKEW_SECONDS * 1000)
    return errors.UNAUTHORIZED(reason="s3.time_skewed")


def _read_query(request: S3Request, now: float, trail: Trail) -> _Signed:
    query = dict(request.query)
    if query.get("X-Amz-Algorithm", "").startswith("AWS4-ECDSA"):
        raise errors.NOT_SUPPORTED(reason="signature.sigv4a")
    try:
        presigned = parse_presigned(query)
    except MalformedError as error:
        raise query_malformed(str(error)) from error
    claim, timestamp = presigned.claim, presigned.timestamp
    trail.access_key = claim.access_key
    moment = parse_timestamp(timestamp)
    if moment is None or not timestamp.startswith(claim.day):
        raise query_malformed("X-Amz-Date is no moment of the credential's day")
    verify_window(moment - MAX_SKEW_SECONDS, moment + presigned.expires_seconds, now, trail)
    payload = request.fields.get("x-amz-content-sha256", UNSIGNED)
    return _Signed(claim, timestamp, presigned.signature, payload)


def _prove(
    signed: _Signed, request: S3Request, snapshot: Snapshot, now: float, trail: Trail
) -> Proof:
    claim, payload = signed.claim, signed.payload
    mode = parse_payload_mode(payload)
    if mode is None:
        raise errors.BAD_REQUEST(
            reason="s3.argument_invalid", params={"argument": "x-amz-content-sha256"}
        )
    if mode.is_sigv4a:
        raise errors.NOT_SUPPORTED(reason="signature.sigv4a")
    _verify_all_signed(request, claim)
    credential = snapshot.credentials.get(claim.access_key)
    key = find_key(find_secret(credential), claim.scope)
    is_signed = _is_signed(signed, request, key, trail.signature)
    if not is_signed and _patience.is_left(snapshot, now):
        # Looked for with a key that nobody has, too: the time must not tell which keys exist.
        mismatch = _explain(signed, request, key, snapshot)
        computed = render_computed(request, claim.signed_headers, payload)
        if credential is not None:
            trail.canonical_request = computed
            raise mismatch
    credential = verify_credential(credential, request, now, is_signed=is_signed)
    seed = (
        ChunkSeed(key, signed.timestamp, claim.scope, signed.signature)
        if mode.signs_chunks
        else None
    )
    declared = payload if mode is PayloadMode.HASHED else ""
    return Proof(credential.principal, credential, None, mode, declared, seed, claim.scope)


_patience = Patience()


def _explain(
    signed: _Signed, request: S3Request, key: SigningKey, snapshot: Snapshot
) -> StowageError:
    claim = signed.claim
    attempt = Attempt(
        key,
        signed.timestamp,
        claim.scope,
        tuple(claim.signed_headers),
        claim.signed_text,
        signed.signature,
        signed.payload,
    )
    difference = find_difference(request, attempt, snapshot.settings.public_url)
    return errors.INVALID_CREDENTIALS(
        reason="signature.mismatch", params={"difference": difference}
    )


def _verify_all_signed(request: S3Request, claim: Claim) -> None:
    """
    Refuse what somebody could have added to a request that another one signed.
    """
    signed, headers = claim.signed_set, request.headers
    if "host" in signed and request.shape.amz_set <= signed:
        return
    unsigned = [name for name in request.amz if name not in signed and name in headers]
    if "host" not in signed:
        unsigned.insert(0, "host")
    if unsigned:
        raise errors.UNAUTHORIZED(
            reason="s3.headers_unsigned", params={"headers": ", ".join(unsigned)}
        )


def _is_signed(signed: _Signed, request: S3Request, key: SigningKey, expected: str) -> bool:
    """
    Tell whether one of the accepted canonical forms has this signature.

    Args:
        signed: The signature.
        request: What it is over.
        key: That it was made with.
        expected: What it should be, where that was found out; else empty.
    """
    if expected:
        return is_same(expected, signed.signature)
    claim = signed.claim
    query = ""
    if request.query:
        query = canonical_query([pair for pair in request.query if pair[0] != "X-Amz-Signature"])
    paths = canonical_paths(request.raw_path)
    if len(paths) == 1:
        right = twin.sign_plainly(
            key.blocks,
            signed.timestamp,
            claim.scope,
            request.method,
            paths[0],
            query,
            request.head.headers,
            claim.signed_headers,
            claim.signed_text,
            signed.payload,
        )
        if right is not None:
            return is_same(right, signed.signature)
    return _has_form(signed, request, key, query, paths)


def _has_form(
    signed: _Signed, request: S3Request, key: SigningKey, query: str, paths: tuple[str, ...]
) -> bool:
    claim = signed.claim
    header_forms = canonical_headers(request.headers, claim.signed_headers)
    if header_forms is None:
        return False
    for path in paths:
        for headers in header_forms:
            digest = hash_request(
                request.method, path, query, headers, claim.signed_text, signed.payload
            )
            text = string_to_sign(signed.timestamp, claim.scope, digest)
            if is_same(key.sign(text), signed.signature):
                return True
    return False
