from xml.etree import ElementTree as ET

import pytest

from app.errors import registry as errors
from app.errors.raised import ErrorEntry, StowageError
from proxy.errors import Occasion, render_error

OCCASION = Occasion(request_id="R1", resource="/demo/a%20b")


def split(response: bytes) -> tuple[str, dict[str, str], bytes]:
    head, _, body = response.partition(b"\r\n\r\n")
    status, *lines = head.decode("ascii").split("\r\n")
    pairs = [line.partition(": ") for line in lines]
    assert len({name.lower() for name, _, _ in pairs}) == len(pairs)
    return status, {name.lower(): value for name, _, value in pairs}, body


def test_document_carries_the_aws_code_and_our_pair() -> None:
    error = errors.FORBIDDEN(reason="bucket.out_of_scope")

    status, headers, body = split(render_error(error, OCCASION))

    assert status == "HTTP/1.1 403 Forbidden"
    assert body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    document = {child.tag: child.text for child in ET.fromstring(body)}  # noqa: S314  our own
    assert document["Code"] == "AccessDenied"
    assert document["Resource"] == "/demo/a%20b"
    assert document["RequestId"] == "R1"
    assert document["Reason"] == "bucket.out_of_scope"
    assert document["Docs"] == "/docs/errors#forbidden"
    assert document["HostId"]
    assert headers["x-amz-request-id"] == headers["x-request-id"] == "R1"
    assert headers["x-error-code"] == "forbidden"
    assert headers["x-error-reason"] == "bucket.out_of_scope"
    assert headers["content-length"] == str(len(body))
    assert headers["content-type"] == "application/xml"


def test_head_request_gets_headers_alone() -> None:
    occasion = Occasion(request_id="R1", resource="/demo/a", is_head=True)

    _, headers, body = split(render_error(errors.NOT_FOUND(reason="object.not_found"), occasion))

    assert body == b""
    assert headers["x-error-reason"] == "object.not_found"


def test_extras_stand_in_the_document() -> None:
    error = errors.UNAUTHORIZED(reason="s3.time_skewed")

    _, _, body = split(render_error(error, OCCASION, {"ServerTime": "2026-01-01T00:00:00Z"}))

    assert b"<ServerTime>2026-01-01T00:00:00Z</ServerTime>" in body
    assert b"<Code>RequestTimeTooSkewed</Code>" in body


def test_what_xml_cannot_hold_does_not_break_the_document() -> None:
    occasion = Occasion(request_id="R1", resource="/a<&>\x01\ud800")

    _, _, body = split(render_error(errors.NOT_FOUND(), occasion))

    assert ET.fromstring(body).findtext("Resource") == "/a<&>??"  # noqa: S314  our own


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (errors.RATE_LIMITED(reason="rate.key"), "1"),
        (errors.RATE_LIMITED(reason="rate.key", retry_after_seconds=7), "7"),
        (errors.BACKEND_ERROR(reason="backend.unreachable"), "1"),
        (errors.BACKEND_ERROR(reason="backend.auth_failed"), None),
        (errors.BAD_REQUEST(reason="s3.request_timeout"), None),
        (errors.FORBIDDEN(), None),
    ],
    ids=str,
)
def test_retry_after_is_sent_where_it_helps(error: StowageError, expected: str | None) -> None:
    _, headers, _ = split(render_error(error, OCCASION))

    assert headers.get("retry-after") == expected


def test_wrong_method_names_the_right_ones() -> None:
    _, headers, _ = split(render_error(errors.METHOD_NOT_ALLOWED(), OCCASION))

    assert "GET" in headers["allow"]


def test_unsatisfiable_range_names_the_size() -> None:
    error = errors.BAD_RANGE(reason="range.unsatisfiable", params={"size_bytes": 9})

    status, headers, _ = split(render_error(error, OCCASION))

    assert status.startswith("HTTP/1.1 416 ")
    assert headers["content-range"] == "bytes */9"


def test_closing_connection_says_so() -> None:
    occasion = Occasion(request_id="R1", keeps_alive=False)

    _, headers, body = split(render_error(errors.BAD_REQUEST(), occasion))

    assert headers["connection"] == "close"
    assert b"<Resource>" not in body


@pytest.mark.parametrize("entry", errors.REGISTRY.values(), ids=lambda entry: entry.code)
def test_every_row_and_reason_renders(entry: ErrorEntry) -> None:
    for reason in (None, *(reason.name for reason in entry.reasons)):
        error = entry(reason=reason)

        status, _, body = split(render_error(error, OCCASION))

        assert status.split()[1] == str(error.s3.status)
        assert ET.fromstring(body).findtext("Code") == error.s3.code  # noqa: S314  our own


@pytest.mark.parametrize("entry", [errors.FORBIDDEN, errors.INVALID_CREDENTIALS, errors.NOT_FOUND])
def test_a_document_put_together_is_the_one_written_whole(entry: ErrorEntry) -> None:
    for reason in entry.reasons:
        error = entry(reason=reason.name, params=dict.fromkeys(reason.params, "it's <so>"))

        whole = split(render_error(error, Occasion("R2", "/a&b")))
        together = split(render_error(error, Occasion("R2", "/a-b")))

        assert together[2] == whole[2].replace(b"/a&amp;b", b"/a-b")
        assert {**together[1], "content-length": ""} == {**whole[1], "content-length": ""}
        assert together[1]["content-length"] == str(len(together[2]))
