"""
The `result` label of metrics and audit rows: the reference's words for how a request ended.
"""

from app.errors.raised import StowageError

RESULT_OK = "ok"
_CLIENT_GONE = 499
_FIRST_REFUSAL = 400

_BY_REASON = {
    "s3.unsigned": "missing-auth",
    "credential.unknown": "unknown-akid",
    "signature.mismatch": "bad-sig",
    "signature.chunk_mismatch": "bad-sig",
    "s3.presign_expired": "expired",
    "s3.time_skewed": "skew",
    "bucket.out_of_scope": "scope-violation",
    "grant.missing": "scope-violation",
    "s3.body_incomplete": "bad-chunked-header",
    "s3.trailer_malformed": "bad-chunked-header",
    "s3.authorization_malformed": "auth-error",
    "s3.query_auth_malformed": "auth-error",
    "s3.sigv2_refused": "auth-error",
    "s3.content_hash_missing": "auth-error",
    "s3.auth_twice": "auth-error",
    "operation.unknown": "op-not-allowed",
    "operation.refused": "op-not-allowed",
    "operation.later": "op-not-allowed",
    "backend.unreachable": "backend-unavailable",
    "backend.disabled": "backend-unavailable",
    "backend.gone": "backend-unavailable",
    "backend.dns": "backend-unavailable",
    "backend.tls": "backend-unavailable",
    "backend.misconfigured": "backend-unavailable",
}
_BY_CODE = {
    "unauthorized": "auth-error",
    "invalid_credentials": "auth-error",
    "forbidden": "op-not-allowed",
    "method_not_allowed": "op-not-allowed",
    "rate_limited": "rate-limited",
    "quota_exceeded": "quota-exceeded",
    "backend_error": "upstream-error",
    "maintenance": "backend-unavailable",
    "internal": "build-error",
}
_AUTH_FAILURES = frozenset(
    {"missing-auth", "unknown-akid", "bad-sig", "expired", "skew", "auth-error"}
)


def name_result(error: StowageError | None, status: int) -> str:
    """
    Return the label for an error, or for the status of an answer that was relayed.
    """
    if error is not None:
        by_reason = _BY_REASON.get(error.reason or "")
        return by_reason or _BY_CODE.get(error.code, "bad-request")
    if status == _CLIENT_GONE:
        return "client-gone"
    return RESULT_OK if status < _FIRST_REFUSAL else "upstream-error"


def auth_failure(result: str) -> str | None:
    """
    Return the label of the counter of failed authentications, or `None` for other results.
    """
    return result if result in _AUTH_FAILURES else None
