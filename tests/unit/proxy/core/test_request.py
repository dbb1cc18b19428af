"""
From a head to bucket, key and query.
"""

import pytest

from app.errors.raised import StowageError
from proxy.core.head import parse_head
from proxy.core.request import MAX_PARAMETERS, AddressStyle, S3Request, parse_query, parse_request

pytestmark = pytest.mark.usefixtures("each_core")

SUFFIXES = ("s3.example.com", ".Other.example")


def request(target: str, host: str = "localhost:8090") -> S3Request:
    data = f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    return parse_request(parse_head(data), SUFFIXES)


def refusal(target: str, host: str = "localhost") -> str:
    with pytest.raises(StowageError) as caught:
        request(target, host)
    return caught.value.s3.code


@pytest.mark.parametrize(
    ("target", "bucket", "key"),
    [
        ("/", "", ""),
        ("/bucket", "bucket", ""),
        ("/bucket/", "bucket", ""),
        ("/bucket/key", "bucket", "key"),
        ("/bucket//key", "bucket", "/key"),
        ("/bucket/a/b/", "bucket", "a/b/"),
        ("/bucket/a%2Fb", "bucket", "a/b"),
        ("/a%2Fb/key", "a/b", "key"),
        ("//bucket/key", "", "bucket/key"),
        ("/bucket/gr%C3%BC%C3%9Fe", "bucket", "grüße"),
        ("/bucket/a+b%20c", "bucket", "a+b c"),
        ("/bucket/%252F", "bucket", "%2F"),
    ],
)
def test_path_style(target: str, bucket: str, key: str) -> None:
    found = request(target)

    assert (found.bucket, found.key, found.style) == (bucket, key, AddressStyle.PATH)


@pytest.mark.parametrize(
    ("host", "target", "bucket", "key"),
    [
        ("photos.s3.example.com", "/", "photos", ""),
        ("photos.s3.example.com:8090", "/a/b", "photos", "a/b"),
        ("Photos.S3.Example.Com", "/a", "photos", "a"),
        ("my.dotted.s3.example.com", "//a", "my.dotted", "/a"),
        ("photos.other.example", "/a", "photos", "a"),
    ],
)
def test_virtual_hosted_style(host: str, target: str, bucket: str, key: str) -> None:
    found = request(target, host)

    assert (found.bucket, found.key, found.style) == (bucket, key, AddressStyle.VIRTUAL)


@pytest.mark.parametrize(
    "host", ["s3.example.com", "xs3.example.com", "[::1]:8090", "[::1]", "10.0.0.1:80"]
)
def test_other_hosts_are_path_style(host: str) -> None:
    assert request("/bucket/key", host).style is AddressStyle.PATH


@pytest.mark.parametrize("host", ["a b", "a,b", "a/b", "a:b", "[::1", "u@h", "a:123456"])
def test_a_malformed_host_is_refused(host: str) -> None:
    assert refusal("/", host) == "InvalidRequest"


@pytest.mark.parametrize("target", ["/b/%", "/b/%2", "/b/%zz", "/b/%00", "/b/%ff", "/b/k?a=%q"])
def test_invalid_escapes_nul_and_broken_utf8_are_refused(target: str) -> None:
    assert refusal(target) == "InvalidURI"


def test_the_query_is_decoded_in_order() -> None:
    found = request("/b?prefix=a%2Fb+c&acl&&x=;1&empty=")

    assert found.query == (("prefix", "a/b c"), ("acl", ""), ("x", ";1"), ("empty", ""))
    assert found.parameters == dict(found.query)
    assert found.fields is found.headers


def test_a_plus_is_a_space_but_an_escaped_plus_is_a_plus() -> None:
    assert parse_query("a=1+2%2B3") == (("a", "1 2+3"),)


@pytest.mark.parametrize(
    "query", ["prefix=a&prefix=b", "prefix=a&pre%66ix=b", "&".join(f"a{i}" for i in range(101))]
)
def test_a_parameter_twice_is_refused(query: str) -> None:
    assert MAX_PARAMETERS == 100
    assert refusal(f"/b?{query}") == "InvalidArgument"


def test_the_request_shows_its_head() -> None:
    found = request("/b/k%20?acl", "h:1")

    assert (found.method, found.target, found.host) == ("GET", "/b/k%20?acl", "h:1")
    assert found.raw_path == "/b/k%20"
    assert found.headers == {"host": "h:1"}


def test_what_authenticates_is_no_parameter() -> None:
    found = request("/b/k?versionId=1&X-Amz-Date=d&X-Amz-Signature=s&AWSAccessKeyId=a&Expires=5")

    assert found.parameters == {"versionId": "1"}
    assert len(found.query) == 5


def test_fields_that_a_presigner_hoisted_are_fields() -> None:
    found = request("/b/k?X-Amz-Acl=private&x-amz-meta-name=gr%C3%BCn&content-type=text%2Fplain")

    assert found.parameters == {}
    assert found.amz == ("x-amz-acl", "x-amz-meta-name")
    assert found.fields["x-amz-acl"] == "private"
    assert found.fields["x-amz-meta-name"].encode("latin-1") == "grün".encode()
    assert found.fields["content-type"] == "text/plain"
    assert "x-amz-acl" not in found.headers


def test_hoisted_checksums_are_ignored() -> None:
    found = request("/b/k?x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-sdk-checksum-algorithm=CRC32")

    assert (found.parameters, found.amz) == ({}, ())


@pytest.mark.parametrize("value", ["a%0D%0Ax-amz-acl:public-read", "%7F", "%09"])
def test_a_hoisted_value_cannot_break_out_of_its_field(value: str) -> None:
    assert refusal(f"/b/k?x-amz-meta-a={value}") == "InvalidArgument"


def test_a_hoisted_name_is_a_field_name() -> None:
    assert refusal("/b/k?x-amz-meta-a%3Ab=1") == "InvalidArgument"


def test_a_field_in_head_and_query_must_agree() -> None:
    lines = "PUT /b/k?x-amz-acl={} HTTP/1.1\r\nHost: h\r\nX-Amz-Acl: private\r\n\r\n"

    same = parse_request(parse_head(lines.format("private").encode()))
    assert same.amz == ("x-amz-acl",)
    with pytest.raises(StowageError) as caught:
        parse_request(parse_head(lines.format("public-read").encode()))
    assert caught.value.reason == "s3.parameter_repeated"
