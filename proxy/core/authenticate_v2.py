"""
Proves a URL that was presigned with signature version 2, as boto3 still does by default.
"""

from app.errors import registry as errors
from app.snapshot.values import Snapshot
from proxy.core.proof import (
    MAX_SKEW_SECONDS,
    Proof,
    find_secret,
    query_malformed,
    verify_credential,
    verify_window,
)
from proxy.core.request import AddressStyle, S3Request
from proxy.core.trail import Trail
from proxy.sigv4 import v2
from proxy.sigv4.authorization import MAX_EXPIRES_SECONDS, MalformedError
from proxy.sigv4.payload import UNSIGNED, PayloadMode, parse_payload_mode

# What listing takes is under no version 2 signature, by its design.
_FREE_IN_V2 = frozenset(
    {
        "continuation-token",
        "delimiter",
        "encoding-type",
        "fetch-owner",
        "key-marker",
        "list-type",
        "marker",
        "max-keys",
        "max-parts",
        "max-uploads",
        "part-number-marker",
        "prefix",
        "start-after",
        "upload-id-marker",
        "version-id-marker",
        "x-id",
    }
)


def prove_v2(request: S3Request, snapshot: Snapshot, now: float, trail: Trail) -> Proof:
    """
    Prove a request by `AWSAccessKeyId`, `Expires` and `Signature` in its query.

    Raises:
        StowageError: the proof fails, or version 2 is switched off.
    """
    if not snapshot.settings.is_sigv2_served:
        problem = "s3_proxy.sigv2 is off; presign with signature_version s3v4"
        raise errors.BAD_REQUEST(reason="s3.sigv2_refused", params={"problem": problem})
    query = dict(request.query)
    presigned = _parse(query, now)
    trail.access_key = presigned.access_key
    verify_window(0, presigned.expires_at, now, trail)
    _verify_parameters(request)
    mode, declared = _find_payload(request)
    credential = snapshot.credentials.get(presigned.access_key)
    is_signed = _is_signed(request, query, presigned, find_secret(credential))
    credential = verify_credential(credential, request, now, is_signed=is_signed)
    return Proof(credential.principal, credential, None, mode, declared)


def _parse(query: dict[str, str], now: float) -> v2.PresignedV2:
    try:
        presigned = v2.parse_presigned_v2(query)
    except MalformedError as error:
        raise query_malformed(str(error)) from error
    if presigned.expires_at > now + MAX_EXPIRES_SECONDS + MAX_SKEW_SECONDS:
        raise query_malformed(f"Expires is more than {MAX_EXPIRES_SECONDS} seconds ahead")
    return presigned


def _find_payload(request: S3Request) -> tuple[PayloadMode, str]:
    value = request.fields.get("x-amz-content-sha256", UNSIGNED)
    match parse_payload_mode(value):
        case PayloadMode.HASHED:
            return PayloadMode.HASHED, value
        case PayloadMode.UNSIGNED:
            return PayloadMode.UNSIGNED, ""
    raise errors.BAD_REQUEST(
        reason="s3.argument_invalid", params={"argument": "x-amz-content-sha256"}
    )


def _verify_parameters(request: S3Request) -> None:
    """
    Refuse parameters that carry weight and are not under a version 2 signature.
    """
    unsigned = [
        name
        for name in request.parameters
        if name not in v2.SIGNED_PARAMETERS and name not in _FREE_IN_V2
    ]
    if unsigned:
        raise errors.UNAUTHORIZED(
            reason="s3.headers_unsigned", params={"headers": ", ".join(unsigned)}
        )


def _is_signed(
    request: S3Request, query: dict[str, str], presigned: v2.PresignedV2, secret: str
) -> bool:
    for path in _resource_paths(request):
        parts = v2.RequestV2(request.method, path, query, request.headers)
        try:
            if v2.is_signed_v2(secret, parts, presigned, query["Expires"]):
                return True
        except MalformedError:
            return False
    return False


def _resource_paths(request: S3Request) -> tuple[str, ...]:
    """
    Return the accepted forms of the path: of a bucket, boto3 signs one with a slash at the end.
    """
    path = request.raw_path
    if request.style is AddressStyle.VIRTUAL:
        path = f"/{request.bucket}{path}"
    return (path,) if request.key else (path, f"{path.rstrip('/')}/")
