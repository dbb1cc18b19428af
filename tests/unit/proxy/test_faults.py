from itertools import product
from xml.etree import ElementTree as ET

import pytest

from app.snapshot.values import BackendRoute
from proxy.errors import Occasion, render_error
from proxy.faults import _KNOWN, _OUR_FAULTS, read_fault, render_fault, status_error

ROUTE = BackendRoute("b", "http", "store.internal", 9000, "us-east-1", True, "AK", "SK")
OCCASION = Occasion("R1", resource="/mine/key")


def document(code: str, **elements: str) -> bytes:
    children = "".join(f"<{name}>{text}</{name}>" for name, text in elements.items())
    return f"<Error><Code>{code}</Code>{children}</Error>".encode()


def test_s3_error_passes_with_our_facts_in_it() -> None:
    body = document(
        "NoSuchUpload",
        Message="The upload is not there.",
        UploadId="u-1",
        BucketName="theirs",
        RequestId="theirs",
        HostId="theirs",
        Resource="/theirs/key",
        Endpoint="theirs",
    )

    fault = read_fault(404, body, ROUTE, key="key")
    response = render_fault(
        fault, 404, [(b"ETag", b'"x"'), (b"X-Other", b"theirs")], OCCASION, client_bucket="mine"
    )

    head, _, text = response.partition(b"\r\n\r\n")
    parsed = ET.fromstring(text)  # noqa: S314  our own
    assert {child.tag: child.text for child in parsed if child.tag != "HostId"} == {
        "Code": "NoSuchUpload",
        "Message": "The upload is not there.",
        "UploadId": "u-1",
        "BucketName": "mine",
        "Resource": "/mine/key",
        "RequestId": "R1",
        "Reason": "upload.not_found",
        "Docs": "/docs/errors#not_found",
    }
    assert b'ETag: "x"' in head
    assert b"theirs" not in response
    assert b"x-error-code: not_found" in head


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("InvalidAccessKeyId", "backend.auth_failed"),
        ("SignatureDoesNotMatch", "backend.auth_failed"),
        ("ExpiredToken", "backend.auth_failed"),
        ("RequestTimeTooSkewed", "backend.clock"),
        ("AuthorizationHeaderMalformed", "backend.misconfigured"),
        ("PermanentRedirect", "backend.misconfigured"),
    ],
)
def test_what_speaks_of_our_key_or_settings_is_the_backends_failure(code: str, reason: str) -> None:
    fault = read_fault(403, document(code, Message="AK is wrong"), ROUTE, key="k")

    assert (fault.code, fault.error.reason) == ("", reason)
    assert fault.error.s3.status == 503


def test_a_backend_that_wants_a_length_is_told_as_such() -> None:
    body = document("NotImplemented", Message="A header you provided", Header="Transfer-Encoding")

    fault = read_fault(501, body, ROUTE, key="k")

    assert (fault.code, fault.error.s3.code) == ("", "MissingContentLength")
    other = read_fault(501, document("NotImplemented", Header="x-amz-acl"), ROUTE, key="k")
    assert other.code == "NotImplemented"


@pytest.mark.parametrize(
    "message",
    [
        "no such host store.internal",
        "dial tcp 10.0.0.7:18888: connection refused",
        "see http://10.0.0.7/help",
        "at [fe80::1]:8333",
    ],
)
def test_message_that_tells_a_place_is_replaced(message: str) -> None:
    fault = read_fault(400, document("InvalidRequest", Message=message), ROUTE, key="k")

    assert fault.code == "InvalidRequest"
    assert "10.0.0.7" not in fault.message
    assert "internal" not in fault.message
    assert "fe80" not in fault.message


def test_words_of_a_failing_backend_stay_behind() -> None:
    fault = read_fault(500, document("InternalError", Message="disk /dev/sdb1"), ROUTE, key="k")

    assert fault.code == "InternalError"
    assert "sdb1" not in fault.message


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>nginx</html>", b"<Error/>", b"<Error><Code>not a code</Code></Error>", b"\xff"],
)
def test_what_is_no_s3_error_is_named_by_its_status(body: bytes) -> None:
    fault = read_fault(404, body, ROUTE, key="k")

    assert (fault.code, fault.error.reason) == ("", "object.not_found")


@pytest.mark.parametrize(
    ("status", "key", "code"),
    [
        (301, "k", "backend_error"),
        (400, "k", "bad_request"),
        (403, "k", "backend_error"),
        (404, "k", "not_found"),
        (404, "", "not_found"),
        (412, "k", "precondition_failed"),
        (416, "k", "bad_range"),
        (418, "k", "backend_error"),
        (502, "k", "backend_error"),
    ],
)
def test_every_status_has_a_name(status: int, key: str, code: str) -> None:
    assert status_error(status, key=key).code == code


TELLING = (
    "https://store.internal:9000/theirs/key",
    "store.internal",
    "dial tcp 10.0.0.7:9000: connect: connection refused",
    "arn of AK at [fe80::7]:9000",
)


@pytest.mark.parametrize("code", [*sorted(_KNOWN), *sorted(_OUR_FAULTS), "Unheard.Of", ""])
def test_no_answer_of_the_error_matrix_names_the_backend(code: str) -> None:
    statuses = (301, 307, 400, 403, 404, 405, 409, 411, 412, 416, 500, 501, 503)
    for place, status in product(TELLING, statuses):
        elements = dict.fromkeys(("Message", "Endpoint", "Resource", "HostId", "Bucket"), place)
        fault = read_fault(status, document(code, **elements), ROUTE, key="key")
        headers = [(b"Location", place.encode()), (b"Server", place.encode())]
        answer = (
            render_fault(fault, status, headers, OCCASION, client_bucket="mine")
            if fault.code
            else render_error(fault.error, OCCASION)
        )

        for word in (b"store.internal", b"10.0.0.7", b"fe80::", b":9000"):
            assert word not in answer.lower()


def test_missing_bucket_is_told_from_a_missing_object() -> None:
    assert status_error(404, key="").s3.code == "NoSuchBucket"
    assert status_error(404, key="k").s3.code == "NoSuchKey"


def test_message_that_tells_the_buckets_other_name_is_replaced() -> None:
    body = document("NoSuchBucket", Message="There is no bucket theirs.")

    assert "theirs" not in read_fault(404, body, ROUTE, key="", hidden="theirs").message
    assert "theirs" in read_fault(404, body, ROUTE, key="").message
