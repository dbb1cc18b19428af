import pytest

from app.errors import registry as errors
from app.errors.raised import StowageError
from proxy.results import auth_failure, name_result


@pytest.mark.parametrize(
    ("error", "status", "result"),
    [
        (None, 200, "ok"),
        (None, 304, "ok"),
        (None, 404, "upstream-error"),
        (None, 499, "client-gone"),
        (errors.UNAUTHORIZED(reason="s3.unsigned"), 403, "missing-auth"),
        (errors.INVALID_CREDENTIALS(reason="credential.unknown"), 403, "unknown-akid"),
        (errors.INVALID_CREDENTIALS(reason="signature.mismatch"), 403, "bad-sig"),
        (errors.UNAUTHORIZED(reason="s3.presign_expired"), 403, "expired"),
        (errors.UNAUTHORIZED(reason="s3.time_skewed"), 403, "skew"),
        (errors.UNAUTHORIZED(), 403, "auth-error"),
        (errors.FORBIDDEN(reason="bucket.out_of_scope"), 403, "scope-violation"),
        (errors.RATE_LIMITED(reason="rate.key"), 503, "rate-limited"),
        (errors.QUOTA_EXCEEDED(), 507, "quota-exceeded"),
        (errors.BACKEND_ERROR(reason="backend.unreachable"), 503, "backend-unavailable"),
        (errors.BACKEND_ERROR(reason="backend.timeout"), 503, "upstream-error"),
        (errors.NOT_SUPPORTED(reason="operation.later"), 501, "op-not-allowed"),
        (errors.BAD_REQUEST(reason="s3.uri_invalid"), 400, "bad-request"),
        (errors.INTERNAL(reason="bug"), 500, "build-error"),
    ],
    ids=str,
)
def test_results_have_the_names_that_dashboards_know(
    error: StowageError | None, status: int, result: str
) -> None:
    assert name_result(error, status) == result


def test_only_failed_authentication_is_counted_as_such() -> None:
    assert auth_failure("bad-sig") == "bad-sig"
    assert auth_failure("ok") is None
    assert auth_failure("scope-violation") is None
