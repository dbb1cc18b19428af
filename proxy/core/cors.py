"""
Cross-origin rules: which browser page may ask what, and the response fields that say so.

Fetch standard, "CORS protocol"; AWS: "Using cross-origin resource sharing". The rules are
Stowage's own; a backend's never count.
"""

from collections.abc import Iterable
from functools import lru_cache

from app.snapshot.values import BucketTarget, CorsRule, Snapshot
from proxy.core.permit import find_bucket
from proxy.core.request import S3Request

DEFAULT_ALLOWED = (
    "amz-sdk-invocation-id",
    "amz-sdk-request",
    "authorization",
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-md5",
    "content-type",
    "expires",
    "if-match",
    "if-none-match",
    "range",
    "x-amz-acl",
    "x-amz-checksum-*",
    "x-amz-content-sha256",
    "x-amz-copy-source",
    "x-amz-date",
    "x-amz-decoded-content-length",
    "x-amz-meta-*",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-security-token",
    "x-amz-server-side-encryption",
    "x-amz-storage-class",
    "x-amz-tagging",
    "x-amz-trailer",
    "x-amz-user-agent",
)
"""What a rule without headers of its own lets through: what current browser SDKs send."""
DEFAULT_EXPOSED = (
    "ETag",
    "x-amz-version-id",
    "x-amz-request-id",
    "x-amz-checksum-crc32",
    "x-amz-checksum-crc32c",
    "x-amz-checksum-crc64nvme",
    "x-amz-checksum-sha1",
    "x-amz-checksum-sha256",
    "Content-Range",
    "Accept-Ranges",
    "Last-Modified",
)
DEFAULT_MAX_AGE_SECONDS = 600

Fields = tuple[tuple[str, str], ...]
VARY: Fields = (("vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),)


def is_preflight(request: S3Request) -> bool:
    """
    Tell whether a browser asks leave before it asks.
    """
    headers = request.headers
    return (
        request.method == "OPTIONS"
        and "origin" in headers
        and "access-control-request-method" in headers
    )


def answer_preflight(request: S3Request, snapshot: Snapshot) -> Fields | None:
    """
    Return the response fields of a preflight; `None` if no rule allows what it announces.
    """
    headers = request.headers
    origin = headers["origin"]
    method = headers["access-control-request-method"].strip()
    asked = [
        name.strip()
        for name in headers.get("access-control-request-headers", "").split(",")
        if name.strip()
    ]
    for rule in _rules_of(find_targets(request, snapshot), snapshot):
        if (
            _matches_any(origin, rule.allowed_origins)
            and method in rule.allowed_methods
            and _allows(rule, asked)
        ):
            return _preflight_fields(rule, origin, method, asked)
    return None


def find_targets(request: S3Request, snapshot: Snapshot) -> tuple[BucketTarget, ...]:
    """
    Return where a bucket name may lead, without knowing who asks.

    A preflight carries no credentials, but a presigned URL names its access key, and a bucket
    open to strangers is known by its name. Otherwise every backend's bucket of that name counts.
    """
    query = dict(request.query)
    access_key = query.get("X-Amz-Credential", "").partition("/")[0] or query.get("AWSAccessKeyId")
    credential = snapshot.credentials.get(access_key) if access_key else None
    if credential is not None:
        target = find_bucket(credential, request.bucket)
        return () if target is None else (target,)
    named = [target for target in snapshot.cors if target.bucket == request.bucket]
    binding = snapshot.anonymous.get(request.bucket)
    if binding is not None and binding.target not in named:
        named.insert(0, binding.target)
    return tuple(named)


def find_response_fields(
    request: S3Request, targets: Iterable[BucketTarget], snapshot: Snapshot
) -> Fields:
    """
    Return the fields that let the asking page read an answer; none if no rule does.
    """
    origin = request.headers.get("origin")
    if origin is None or not snapshot.cors:
        return ()
    for rule in _rules_of(targets, snapshot):
        if _matches_any(origin, rule.allowed_origins) and request.method in rule.allowed_methods:
            exposed = ", ".join(rule.expose_headers or DEFAULT_EXPOSED)
            return (*_origin_fields(rule, origin), ("access-control-expose-headers", exposed))
    return ()


def _rules_of(targets: Iterable[BucketTarget], snapshot: Snapshot) -> list[CorsRule]:
    return [rule for target in targets for rule in snapshot.cors.get(target, ())]


def _origin_fields(rule: CorsRule, origin: str) -> Fields:
    allowed = "*" if "*" in rule.allowed_origins else origin
    return (("access-control-allow-origin", allowed), *VARY)


def _preflight_fields(rule: CorsRule, origin: str, method: str, asked: list[str]) -> Fields:
    fields = [
        *_origin_fields(rule, origin),
        ("access-control-allow-methods", method),
        ("access-control-max-age", str(rule.max_age_seconds or DEFAULT_MAX_AGE_SECONDS)),
    ]
    if asked:
        # A literal `*` would not cover Authorization in a browser: what was asked is echoed.
        fields.append(("access-control-allow-headers", ", ".join(asked)))
    return tuple(fields)


def _allows(rule: CorsRule, asked: list[str]) -> bool:
    patterns = tuple(name.lower() for name in rule.allowed_headers) or DEFAULT_ALLOWED
    return all(_matches_any(name.lower(), patterns) for name in asked)


@lru_cache(maxsize=4096)
def _matches_any(text: str, patterns: tuple[str, ...]) -> bool:
    return any(_matches(text, pattern) for pattern in patterns)


def _matches(text: str, pattern: str) -> bool:
    """
    Match one `*` at most, as S3 allows it.
    """
    head, star, tail = pattern.partition("*")
    if not star:
        return text == pattern
    return len(text) >= len(head) + len(tail) and text.startswith(head) and text.endswith(tail)
