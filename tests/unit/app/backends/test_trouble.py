"""
The seam to botocore and aiohttp: nothing that they raise is without a registry entry.
"""

import inspect
import socket
import ssl
from collections.abc import Iterator
from types import ModuleType

import aiohttp
import pytest
from aiohttp import client_exceptions
from botocore import exceptions as boto

from app.backends.trouble import (
    REASONS,
    CallPlace,
    find_reason,
    find_trouble,
    translated,
    upstream_code,
)
from app.errors import registry as errors
from app.errors.raised import StowageError

PLACE = CallPlace("main", "object.not_found")
ROOTS = {boto.BotoCoreError, boto.ClientError, aiohttp.ClientError, Exception, OSError, ValueError}


def raisable(module: ModuleType) -> Iterator[type[BaseException]]:
    for _, value in inspect.getmembers(module, inspect.isclass):
        is_error = issubclass(value, Exception) and not issubclass(value, Warning)
        if is_error and value.__module__ == module.__name__:
            yield value


def answer(code: str, status: int, **headers: str) -> boto.ClientError:
    return boto.ClientError(
        {
            "Error": {"Code": code, "Message": "secret words of the store"},
            "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": headers},
        },  # type: ignore[arg-type]  the rest of the metadata plays no part
        "GetObject",
    )


@pytest.mark.parametrize(
    "kind",
    [*raisable(boto), *raisable(client_exceptions)],
    ids=lambda kind: f"{kind.__module__}.{kind.__name__}",
)
def test_every_class_of_the_libraries_has_a_reason(kind: type[BaseException]) -> None:
    if kind in (boto.BotoCoreError, boto.ClientError, aiohttp.ClientError):
        return  # the roots themselves are never raised but for ClientError, which is an answer
    if kind is aiohttp.WSMessageTypeError:
        return  # only a web socket raises it

    known = next((one for one in kind.__mro__ if one in REASONS), None)

    assert known is not None
    assert known not in ROOTS


def test_every_reason_is_in_the_registry() -> None:
    names = {reason.name for reason in errors.BACKEND_ERROR.reasons}

    assert set(REASONS.values()) - {"bug"} <= names


@pytest.mark.parametrize(
    ("code", "status", "entry", "reason"),
    [
        ("NoSuchKey", 404, errors.NOT_FOUND, "object.not_found"),
        ("NoSuchBucket", 404, errors.NOT_FOUND, "bucket.not_found"),
        ("NoSuchUpload", 404, errors.NOT_FOUND, "upload.not_found"),
        ("404", 404, errors.NOT_FOUND, "object.not_found"),
        ("NoSuchTagSet", 404, errors.NOT_FOUND, "object.not_found"),
        ("BucketNotEmpty", 409, errors.CONFLICT, "bucket.not_empty"),
        ("BucketAlreadyExists", 409, errors.CONFLICT, "bucket.exists"),
        ("BucketAlreadyOwnedByYou", 409, errors.CONFLICT, "bucket.owned_by_you"),
        ("OperationAborted", 409, errors.CONFLICT, "backend.refused"),
        ("PreconditionFailed", 412, errors.PRECONDITION_FAILED, None),
        ("412", 412, errors.PRECONDITION_FAILED, None),
        ("InvalidRange", 416, errors.BAD_RANGE, "range.unsatisfiable"),
        ("NotImplemented", 501, errors.NOT_SUPPORTED, "backend.not_implemented"),
        ("501", 501, errors.NOT_SUPPORTED, "backend.not_implemented"),
        ("MethodNotAllowed", 405, errors.NOT_SUPPORTED, "backend.not_implemented"),
        ("InvalidAccessKeyId", 403, errors.BACKEND_ERROR, "backend.auth_failed"),
        ("SignatureDoesNotMatch", 403, errors.BACKEND_ERROR, "backend.auth_failed"),
        ("RequestTimeTooSkewed", 403, errors.BACKEND_ERROR, "backend.clock"),
        ("AccessDenied", 403, errors.BACKEND_ERROR, "backend.permission"),
        ("PermanentRedirect", 301, errors.BACKEND_ERROR, "backend.misconfigured"),
        ("SlowDown", 503, errors.BACKEND_ERROR, "backend.rate_limited"),
        ("ServiceUnavailable", 503, errors.BACKEND_ERROR, "backend.transient"),
        ("InternalError", 500, errors.BACKEND_ERROR, "backend.transient"),
        ("InvalidArgument", 400, errors.BACKEND_ERROR, "backend.rejected"),
    ],
)
def test_an_answer_becomes_its_entry(
    code: str, status: int, entry: errors.ErrorEntry, reason: str | None
) -> None:
    error = find_trouble(answer(code, status), PLACE)

    assert (error.entry, error.reason) == (entry, reason)
    assert error.params["upstream_status"] == status
    assert error.params["upstream_code"] == code
    assert error.detail == ("" if code.isdigit() else code)
    assert "secret words" not in str(error)


def test_a_code_that_is_none_is_not_repeated() -> None:
    assert upstream_code(answer("<script>alert(1)</script>", 500)) == "500"


def test_an_unsatisfiable_range_tells_the_size() -> None:
    error = find_trouble(answer("InvalidRange", 416, **{"content-range": "bytes */42"}), PLACE)

    assert error.params["size_bytes"] == 42


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (boto.EndpointConnectionError(endpoint_url="http://x"), "backend.unreachable"),
        (
            boto.EndpointConnectionError(endpoint_url="x", error=socket.gaierror(-2, "no name")),
            "backend.dns",
        ),
        (boto.ConnectTimeoutError(endpoint_url="x"), "backend.timeout"),
        (boto.ReadTimeoutError(endpoint_url="x"), "backend.timeout"),
        (boto.SSLError(endpoint_url="x", error="y"), "backend.tls"),
        (boto.HTTPClientError(error=ssl.SSLError("bad")), "backend.tls"),
        (boto.HTTPClientError(error=FileNotFoundError("ca.pem")), "backend.misconfigured"),
        (boto.HTTPClientError(error=KeyError("x")), "backend.transient"),
        (boto.IncompleteReadError(actual_bytes=1, expected_bytes=2), "backend.transient"),
        (boto.NoCredentialsError(), "backend.misconfigured"),
        (boto.ParamValidationError(report="x"), "bug"),
        (aiohttp.ClientPayloadError(), "backend.transient"),
        (TimeoutError(), "backend.timeout"),
        (ConnectionRefusedError(), "backend.unreachable"),
        (ConnectionResetError(), "backend.unreachable"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else value,
)
def test_a_failure_becomes_its_reason(error: BaseException, reason: str) -> None:
    assert find_reason(error) == reason


def test_a_fault_of_ours_is_called_one() -> None:
    error = find_trouble(boto.ParamValidationError(report="secret report"), PLACE)

    assert (error.code, error.reason) == ("internal", "bug")
    assert "secret report" not in str(error)


def test_the_cause_is_kept_for_the_log() -> None:
    cause = boto.ReadTimeoutError(endpoint_url="http://internal-host")

    with pytest.raises(StowageError) as caught, translated(PLACE):
        raise cause

    assert caught.value.__cause__ is cause
    assert "internal-host" not in str(caught.value)


def test_errors_of_ours_pass_as_they_are() -> None:
    ours = errors.TOO_LARGE(params={"limit": 1})

    with pytest.raises(StowageError) as caught, translated(PLACE):
        raise ours

    assert caught.value is ours
