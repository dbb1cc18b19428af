"""
From a head to bucket, key and query.
"""

import pytest

from app.errors.raised import StowageError
from proxy.core.head import parse_head
from proxy.core.request import MAX_PARAMETERS, AddressStyle, S3Request, parse_query, parse_request

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
    assert found.find_parameter("acl") == ""
    assert found.find_parameter("ACL") is None


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
