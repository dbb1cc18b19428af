import pytest

from app.snapshot.values import BackendRoute
from proxy.answer import render_answer_head, rewrite_location
from proxy.response import parse_response_head

pytestmark = pytest.mark.usefixtures("each_core")

ROUTE = BackendRoute("b", "http", "store.internal", 9000, "us-east-1", True, "AK", "SK")


def render(head: bytes, **changes: object) -> list[str]:
    facts: dict[str, object] = {
        "request_id": "OURS",
        "route": ROUTE,
        "public_base": lambda: "https://s3.example",
        "keeps_alive": True,
        **changes,
    }
    rendered = render_answer_head(
        parse_response_head(head, answers_head=False),
        **facts,  # type: ignore[arg-type]  the facts by name
    )
    assert rendered.endswith(b"\r\n\r\n")
    return rendered.decode("latin-1").split("\r\n")[:-2]


def test_what_is_the_objects_passes_in_its_order() -> None:
    lines = render(
        b'HTTP/1.1 206 Whatever\r\nETag: "x"\r\nContent-Range: bytes 0-1/2\r\n'
        b"X-Amz-Meta-A: b: c\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n"
        b"Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n"
    )

    assert lines == [
        "HTTP/1.1 206 Partial Content",
        "x-amz-request-id: OURS",
        "X-Request-Id: OURS",
        'ETag: "x"',
        "Content-Range: bytes 0-1/2",
        "X-Amz-Meta-A: b: c",
        "Content-Encoding: gzip",
        "Content-Length: 2",
        "Date: Thu, 01 Jan 1970 00:00:00 GMT",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "Connection",
        "Keep-Alive",
        "Transfer-Encoding",
        "Trailer",
        "Upgrade",
        "TE",
        "Proxy-Authenticate",
        "Server",
        "SERVER",
        "Via",
        "Set-Cookie",
        "Strict-Transport-Security",
        "Alt-Svc",
        "Access-Control-Allow-Origin",
        "access-control-anything",
        "X-Amz-Request-Id",
        "X-Amz-Id-2",
        "X-Request-Id",
        "X-Error-Code",
    ],
)
def test_what_is_the_backends_stays_behind(name: str) -> None:
    value = "chunked" if name == "Transfer-Encoding" else "secret"

    lines = render(f"HTTP/1.1 200 OK\r\n{name}: {value}\r\n\r\n".encode())

    assert [line.partition(":")[0] for line in lines] == [
        *("HTTP/1.1 200 OK", "x-amz-request-id", "X-Request-Id", "Date")
    ]


def test_headers_that_connection_names_stay_behind() -> None:
    head = b"HTTP/1.1 200 OK\r\nConnection: close, X-Hop\r\nx-hop: 1\r\nETag: a\r\n\r\n"

    names = [line.partition(":")[0] for line in render(head)]

    assert "x-hop" not in names
    assert "ETag" in names


def test_length_of_ours_replaces_theirs() -> None:
    lines = render(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", length=7, keeps_alive=False)

    assert "Content-Length: 7" in lines
    assert "Content-Length: 5" not in lines
    assert lines[-1] == "Connection: close"


def test_answer_without_content_carries_no_length() -> None:
    assert "Content-Length: 0" not in render(
        b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("http://store.internal:9000/b/k?a", "https://s3.example/b/k?a"),
        ("https://store.internal:9000/b", "https://s3.example/b"),
        ("http://store.internal:9000", "https://s3.example"),
        ("/b/k", "/b/k"),
        ("http://store.internal:9000.evil/b", ""),
        ("http://other.internal/b", ""),
        ("//other.internal/b", ""),
        ("b", ""),
    ],
)
def test_location_leads_to_us_or_nowhere(location: str, expected: str) -> None:
    rewritten = rewrite_location(location.encode(), ROUTE, "https://s3.example")

    assert rewritten == expected.encode()
