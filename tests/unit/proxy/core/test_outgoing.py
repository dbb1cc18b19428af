"""
The head that goes upstream: rebuilt, signed anew, and nothing in it that was not understood.
"""

from dataclasses import replace

import pytest

from proxy.core.outgoing import Outgoing, render_outgoing
from support.decisions import EAST, WEST, fields_of, forwarded, snapshot, verify_upstream
from support.signing import ACCESS_KEY, EMPTY, NOW, SECRET_KEY, Client

pytestmark = pytest.mark.usefixtures("each_core")

CLIENT = Client()


def test_private_fields_stay_behind() -> None:
    client = Client(
        unsigned={
            "accept": "*/*",
            "cookie": "session=1",
            "connection": "keep-alive, x-private, if-match",
            "expect": "100-continue",
            "forwarded": "for=1",
            "if-match": '"nominated"',
            "if-none-match": '"kept"',
            "keep-alive": "5",
            "origin": "https://page.example",
            "proxy-authorization": "Basic x",
            "referer": "https://page.example",
            "seaweed-ttl": "1",
            "te": "trailers",
            "upgrade": "h2c",
            "user-agent": "test/1",
            "via": "1.1 a",
            "x-forwarded-for": "1.2.3.4",
            "x-forwarded-host": "evil",
            "x-minio-source-etag": "1",
            "x-private": "1",
            "x-real-ip": "1.2.3.4",
        }
    )

    answer = forwarded(client.head("GET", "/photos/key", {"x-amz-user-agent": "sdk"}))

    fields = verify_upstream(answer)
    assert set(fields) == {
        "accept",
        "authorization",
        "host",
        "if-none-match",
        "user-agent",
        "x-amz-content-sha256",
        "x-amz-date",
    }
    assert fields["host"] == "east.example.net"
    for secret in (ACCESS_KEY, SECRET_KEY, "s3.example.com", "upstream-secret"):
        assert secret.encode() not in answer.head


def test_a_key_that_ends_goes_with_its_token_which_is_signed() -> None:
    mine = Client(unsigned={})
    route = replace(EAST, session_token="upstream-token")
    world = replace(snapshot(), backends={"east": route})

    answer = forwarded(mine.head("GET", "/photos/key"), world)

    fields = verify_upstream(answer)
    assert fields["x-amz-security-token"] == "upstream-token"
    assert "upstream-token" not in repr(answer.backend)
    assert "x-amz-security-token" not in verify_upstream(forwarded(mine.head("GET", "/photos/key")))


def test_only_what_must_be_is_signed() -> None:
    answer = forwarded(
        CLIENT.head("GET", "/photos/key", {"range": "bytes=0-1", "user-agent": "a", "accept": "b"})
    )

    signed = fields_of(answer.head)["authorization"].partition("SignedHeaders=")[2]
    assert signed.partition(",")[0] == "host;range;x-amz-content-sha256;x-amz-date"


def test_fields_of_the_operation_go_on() -> None:
    headers = {
        "cache-control": "no-store",
        "content-disposition": "attachment",
        "content-language": "de",
        "content-type": "text/plain",
        "expires": "0",
        "x-amz-expected-bucket-owner": "1",
        "x-amz-meta-gr": "\xc3\xbc  two",
        "x-amz-object-lock-mode": "GOVERNANCE",
        "x-amz-server-side-encryption-context": "e30=",
        "x-amz-storage-class": "STANDARD",
        "x-amz-tagging": "a=b",
    }

    fields = fields_of(forwarded(CLIENT.head("PUT", "/photos/key", headers)).head)

    assert headers.items() <= fields.items()


def test_the_query_is_written_anew() -> None:
    target = "/photos?prefix=a%2fb+c;&list-type=2&delimiter=%2F&x-id=ListObjectsV2&x-mine=1"

    answer = forwarded(CLIENT.head("GET", target))

    line = answer.head.split(b"\r\n")[0]
    assert line == (
        b"GET /photos-real?delimiter=%2F&list-type=2&prefix=a%2Fb%20c%3B&x-id=ListObjectsV2"
        b" HTTP/1.1"
    )
    verify_upstream(answer)


def test_a_sub_resource_keeps_its_name() -> None:
    answer = forwarded(CLIENT.head("GET", "/photos?versioning"))

    assert answer.head.startswith(b"GET /photos-real?versioning= HTTP/1.1\r\n")


@pytest.mark.parametrize(
    ("backend", "outgoing", "line", "host"),
    [
        (EAST, Outgoing("GET", ""), "GET / HTTP/1.1", "east.example.net"),
        (EAST, Outgoing("GET", "b"), "GET /b HTTP/1.1", "east.example.net"),
        (EAST, Outgoing("GET", "b", "//k"), "GET /b///k HTTP/1.1", "east.example.net"),
        (WEST, Outgoing("GET", ""), "GET / HTTP/1.1", "west.example.net:9000"),
        (WEST, Outgoing("GET", "b"), "GET / HTTP/1.1", "b.west.example.net:9000"),
        (WEST, Outgoing("GET", "b", "k ü"), "GET /k%20%C3%BC HTTP/1.1", "b.west.example.net:9000"),
        (replace(EAST, host="::1"), Outgoing("HEAD", "b"), "HEAD /b HTTP/1.1", "[::1]"),
    ],
)
def test_both_styles_of_address(backend: object, outgoing: Outgoing, line: str, host: str) -> None:
    head = render_outgoing(outgoing, backend, NOW)  # type: ignore[arg-type]

    assert head.split(b"\r\n")[0].decode() == line
    assert fields_of(head)["host"] == host


@pytest.mark.parametrize(
    ("method", "length", "expected"),
    [
        ("GET", 0, {}),
        ("DELETE", 0, {}),
        ("PUT", 0, {"content-length": "0"}),
        ("POST", 0, {"content-length": "0"}),
        ("PUT", 7, {"content-length": "7"}),
        ("DELETE", 7, {"content-length": "7"}),
        ("PUT", None, {"transfer-encoding": "chunked"}),
    ],
)
def test_the_body_is_framed_in_one_way(
    method: str, length: int | None, expected: dict[str, str]
) -> None:
    fields = fields_of(
        render_outgoing(Outgoing(method, "b", "k", payload_length=length), EAST, NOW)
    )

    framing = {"content-length", "transfer-encoding"}
    assert {name: value for name, value in fields.items() if name in framing} == expected


def test_a_request_of_our_own_is_signed_like_any_other() -> None:
    outgoing = Outgoing("GET", "b", parameters=(("z", "1"), ("a", "ü")), payload_sha256=EMPTY)

    head = render_outgoing(outgoing, EAST, NOW)

    assert head.startswith(b"GET /b?a=%C3%BC&z=1 HTTP/1.1\r\n")
    fields = fields_of(head)
    client = Client("UPSTREAM", "upstream-secret", "eu-central-1", now=NOW)
    names = ("host", "x-amz-content-sha256", "x-amz-date")
    signature = client.sign("GET", "/b?a=%C3%BC&z=1", {n: fields[n] for n in names}, EMPTY)
    assert fields["authorization"].endswith(signature)


def test_answer_that_names_the_bucket_is_asked_for_unpacked_by_alias() -> None:
    client = Client(unsigned={"accept-encoding": "gzip"})

    def coding(target: str) -> str | None:
        return fields_of(forwarded(client.head("GET", target)).head).get("accept-encoding")

    assert coding("/photos?list-type=2") == "identity"
    assert coding("/photos/key") == "gzip"
    assert coding("/logs?list-type=2") == "gzip"


def test_fields_with_very_long_names_are_signed_each_time_anew() -> None:
    names = [f"x-amz-meta-{letter * 900}" for letter in "abc"]
    outgoing = Outgoing("PUT", "logs", "key", fields=[(name, "1") for name in names])

    heads = [fields_of(render_outgoing(outgoing, EAST, NOW)) for _ in range(2)]

    assert heads[0] == heads[1]
    assert all(name in heads[0]["authorization"] for name in names)
