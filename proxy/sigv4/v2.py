"""
Signature Version 2 of a presigned query and of a POST policy.

boto3 makes such URLs by default in several regions. AWS: "Signing and Authenticating REST
Requests". Only the parameters in `SIGNED_PARAMETERS` and the `x-amz-…` fields are under the
signature: the caller must not let any other parameter carry weight.
"""

import base64
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from proxy.sigv4.authorization import MalformedError
from proxy.sigv4.signature import is_same

SIGNED_PARAMETERS = frozenset(
    {
        "accelerate",
        "acl",
        "analytics",
        "cors",
        "delete",
        "inventory",
        "lifecycle",
        "location",
        "logging",
        "metrics",
        "notification",
        "object-lock",
        "partNumber",
        "policy",
        "replication",
        "requestPayment",
        "response-cache-control",
        "response-content-disposition",
        "response-content-encoding",
        "response-content-language",
        "response-content-type",
        "response-expires",
        "restore",
        "select",
        "select-type",
        "tagging",
        "torrent",
        "uploadId",
        "uploads",
        "versionId",
        "versioning",
        "versions",
        "website",
    }
)
"""The parameters of the canonicalised resource, as botocore and boto sign them."""

# The values are not escaped under the signature: `a=1&versionId=2` could be one parameter or two.
_HIDDEN_PARAMETER = re.compile(rf"&(?:{'|'.join(sorted(SIGNED_PARAMETERS))})(?:[=&]|$)")
_MAX_EPOCH_DIGITS = 12
_HOISTED = ("content-md5", "content-type")


@dataclass(frozen=True, slots=True)
class PresignedV2:
    """
    The authentication parameters of a version 2 URL.
    """

    access_key: str
    expires_at: int
    """Seconds since the epoch."""
    signature: str
    """Base64."""


def parse_presigned_v2(query: Mapping[str, str]) -> PresignedV2:
    """
    Read `AWSAccessKeyId`, `Expires` and `Signature`.

    Raises:
        MalformedError: one is missing or not what it should be.
    """
    access_key, signature = query.get("AWSAccessKeyId"), query.get("Signature")
    expires = query.get("Expires", "")
    if not access_key or not signature:
        raise MalformedError("AWSAccessKeyId and Signature go together")
    if not (expires.isascii() and expires.isdigit() and len(expires) <= _MAX_EPOCH_DIGITS):
        raise MalformedError("Expires is not a number of seconds since 1970")
    return PresignedV2(access_key, int(expires), signature)


@dataclass(frozen=True, slots=True)
class RequestV2:
    """
    The parts of a request that version 2 signs.
    """

    method: str
    resource_path: str
    """As on the wire; with virtual-hosted style, `/<bucket>` stands in front."""
    query: Mapping[str, str]
    headers: Mapping[str, str]


def string_to_sign_v2(request: RequestV2, expires: str) -> str:
    """
    Return what a version 2 signature of a presigned URL is made over.

    `x-amz-…`, Content-Type and Content-MD5 may stand in the query, where boto3 puts them.

    Raises:
        MalformedError: a line feed, or a parameter within a parameter, could be read two ways.
    """
    headers = {name: _as_text(value) for name, value in request.headers.items()}
    amz = {
        name.lower(): value
        for source in (request.query, headers)
        for name, value in source.items()
        if name.lower().startswith("x-amz-")
    }
    md5, content_type = (headers.get(name) or request.query.get(name, "") for name in _HOISTED)
    lines = [request.method, md5, content_type, expires]
    lines += [f"{name}:{amz[name]}" for name in sorted(amz)]
    lines.append(_resource(request))
    if any("\n" in line for line in lines):
        raise MalformedError("a line feed in a signed value")
    return "\n".join(lines)


def _as_text(value: str) -> str:
    """
    Turn a header value, one character per byte, into the text that its sender signed.
    """
    return value.encode("latin-1").decode("utf-8", "surrogateescape")


def _resource(request: RequestV2) -> str:
    signed = {name: value for name, value in request.query.items() if name in SIGNED_PARAMETERS}
    if any(_HIDDEN_PARAMETER.search(value) for value in signed.values()):
        raise MalformedError("a parameter within the value of another")
    text = "&".join(f"{name}={signed[name]}" if signed[name] else name for name in sorted(signed))
    return f"{request.resource_path}?{text}" if text else request.resource_path


def sign_v2(secret: str, text: str) -> str:
    """
    Return HMAC-SHA1 in base64; of a policy, the text is its base64 form.
    """
    message = text.encode("utf-8", "surrogateescape")
    mac = hmac.digest(secret.encode("utf-8"), message, "sha1")
    return base64.b64encode(mac).decode("ascii")


def is_signed_v2(secret: str, request: RequestV2, presigned: PresignedV2, expires: str) -> bool:
    """
    Tell whether the URL's signature is that of this request.
    """
    expected = sign_v2(secret, string_to_sign_v2(request, expires))
    return is_same(expected, presigned.signature)
