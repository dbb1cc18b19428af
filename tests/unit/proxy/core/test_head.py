"""
The strict head parser: what it reads, and everything ambiguous that it refuses.
"""

import pytest

from app.errors.raised import StowageError
from proxy.core.head import MAX_FIELDS, parse_head

pytestmark = pytest.mark.usefixtures("each_core")


def head_bytes(*fields: str, line: str = "GET /bucket/key HTTP/1.1") -> bytes:
    return "\r\n".join((line, "Host: s3.example.com", *fields, "", "")).encode("latin-1")


def refusal(data: bytes) -> StowageError:
    with pytest.raises(StowageError) as caught:
        parse_head(data)
    return caught.value


def test_a_plain_head_is_read_whole() -> None:
    head = parse_head(head_bytes("Content-Length: 5", "X-Amz-Meta-Name:  padded \t"))

    assert (head.method, head.target) == ("GET", "/bucket/key")
    assert head.headers == {
        "host": "s3.example.com",
        "content-length": "5",
        "x-amz-meta-name": "padded",
    }
    assert (head.content_length, head.wire_length, head.is_chunked) == (5, 5, False)
    assert head.is_persistent
    assert not head.expects_continue


def test_a_head_without_a_length_has_no_body() -> None:
    head = parse_head(head_bytes())

    assert head.content_length is None
    assert head.wire_length == 0


def test_transfer_chunks_leave_the_length_open() -> None:
    head = parse_head(head_bytes("Transfer-Encoding: Chunked"))

    assert head.is_chunked
    assert head.wire_length is None


@pytest.mark.parametrize(
    ("line", "field", "persistent"),
    [
        ("GET / HTTP/1.1", "Connection: close", False),
        ("GET / HTTP/1.1", "Connection: Keep-Alive, TE", True),
        ("GET / HTTP/1.0", "Accept: */*", False),
        ("GET / HTTP/1.0", "Connection: keep-alive", False),
    ],
)
def test_the_connection_goes_on_only_in_http_11(line: str, field: str, *, persistent: bool) -> None:
    assert parse_head(head_bytes(field, line=line)).is_persistent is persistent


def test_nominated_fields_are_known() -> None:
    assert parse_head(head_bytes("Connection: X-One, x-two")).nominated == {"x-one", "x-two"}


def test_continue_is_expected_in_http_11_alone() -> None:
    assert parse_head(head_bytes("Expect: 100-Continue")).expects_continue
    old = head_bytes("Expect: 100-continue", line="PUT /b/k HTTP/1.0")
    assert not parse_head(old).expects_continue


def test_values_keep_their_bytes() -> None:
    head = parse_head(head_bytes("x-amz-meta-a: gr\xc3\xbc\xc3\x9f"))

    assert head.headers["x-amz-meta-a"].encode("latin-1") == "grüß".encode()


@pytest.mark.parametrize("name", ["Accept", "x-amz-meta-tag", "X-Amz-Object-Attributes"])
def test_lists_may_come_in_several_lines(name: str) -> None:
    assert parse_head(head_bytes(f"{name}: a", f"{name}: b")).headers[name.lower()] == "a,b"


@pytest.mark.parametrize(
    "name",
    [
        "Host",
        "Content-Length",
        "Authorization",
        "Transfer-Encoding",
        "X-Amz-Date",
        "x-amz-content-sha256",
        "x-amz-copy-source",
        "Range",
        "Content-Type",
    ],
)
def test_a_single_field_twice_is_refused(name: str) -> None:
    value = "chunked" if name == "Transfer-Encoding" else "5"

    assert refusal(head_bytes(f"{name}: {value}", f"{name.lower()}: {value}")).reason == (
        "s3.head_malformed"
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\nmore",
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\n\r\n",
        b"GET / HTTP/1.1\nHost: a\n\n",
        b"GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: b\r c\nd\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nNo colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nAccept\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: \x7f\r\n\r\n",
        b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.2\r\nHost: a\r\n\r\n",
        b"GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        b"get / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: \xb2\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1111111111111111111\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close, keep-alive\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nConnection: X-Amz-Acl\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close, Host\r\n\r\n",
        b"PUT / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n",
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(data: bytes) -> None:
    assert refusal(data).reason == "s3.head_malformed"


@pytest.mark.parametrize("coding", ["gzip", "gzip, chunked", "chunked, chunked", "identity", ""])
def test_any_other_transfer_coding_is_not_implemented(coding: str) -> None:
    error = refusal(head_bytes(f"Transfer-Encoding: {coding}"))

    assert error.reason == "transfer_coding.unsupported"
    assert error.s3.status == 501


@pytest.mark.parametrize("target", ["http://a/b", "*", "b/k", "/a#b", "/\xe9", "a:443"])
def test_only_the_origin_form_in_visible_ascii_is_a_target(target: str) -> None:
    error = refusal(head_bytes(line=f"GET {target} HTTP/1.1"))

    assert error.s3.code == "InvalidURI"


def test_a_head_names_its_host() -> None:
    error = refusal(b"GET / HTTP/1.1\r\nAccept: a\r\n\r\n")

    assert error.reason == "source.host_invalid"


def test_size_and_number_of_fields_are_bounded() -> None:
    with pytest.raises(StowageError) as caught:
        parse_head(head_bytes("X: " + "a" * 100), max_bytes=64)
    assert caught.value.reason == "s3.head_too_large"
    assert refusal(head_bytes(*["A: b"] * MAX_FIELDS)).reason == "s3.head_malformed"


def test_the_cache_of_names_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proxy.core.head._MAX_NAMES", 0)

    assert parse_head(head_bytes("X-Never-Seen-Before: 1")).headers["x-never-seen-before"] == "1"
