import pytest

from proxy.response import MalformedResponseError, ResponseHead, parse_response_head

pytestmark = pytest.mark.usefixtures("each_core")


def parse(text: bytes, *, answers_head: bool = False) -> ResponseHead:
    return parse_response_head(text, answers_head=answers_head)


def test_head_is_read_as_sent() -> None:
    head = parse(
        b'HTTP/1.1 200 OK\r\nETag:  "x" \r\nx-amz-meta-A: b:c\r\nContent-Length: 3\r\n\r\n'
    )

    assert head.status == 200
    assert head.headers == (
        (b"ETag", b'"x"'),
        (b"x-amz-meta-A", b"b:c"),
        (b"Content-Length", b"3"),
    )
    assert head.length == 3
    assert head.keeps_alive
    assert head.find(b"etag") == b'"x"'
    assert head.find(b"date") is None


@pytest.mark.parametrize(
    "text",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: +3\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3, 3\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length : 3\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
        b"HTTP/1.1 200 OK\nA: b\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: \x00\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n: b\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA b\r\n\r\n",
        b"HTTP/1.1 099 Odd\r\n\r\n",
        b"HTTP/1.1 2000 Odd\r\n\r\n",
        b"HTTP/2 200 OK\r\n\r\n",
        b"ICY 200 OK\r\n\r\n",
    ],
)
def test_what_two_readers_could_read_differently_is_refused(text: bytes) -> None:
    with pytest.raises(MalformedResponseError):
        parse(text)


@pytest.mark.parametrize(
    ("text", "length", "chunked", "until_close"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0, False, False),
        (b"HTTP/1.1 200\r\nTransfer-Encoding: Chunked\r\n\r\n", None, True, False),
        (b"HTTP/1.1 200 OK\r\n\r\n", None, False, True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 0, False, False),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 0, False, False),
        (b"HTTP/1.1 100 Continue\r\n\r\n", 0, False, False),
    ],
)
def test_framing_follows_the_head(
    text: bytes, length: int | None, *, chunked: bool, until_close: bool
) -> None:
    head = parse(text)

    assert (head.length, head.is_chunked, head.ends_with_connection) == (
        length,
        chunked,
        until_close,
    )


def test_answer_to_head_has_no_body() -> None:
    head = parse(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", answers_head=True)

    assert head.length == 0
    assert head.find(b"content-length") == b"9"


@pytest.mark.parametrize(
    ("text", "keeps"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: Close\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: a, close\r\n\r\n", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\n\r\n", False),
    ],
)
def test_connection_is_kept_only_where_the_upstream_keeps_it(text: bytes, *, keeps: bool) -> None:
    assert parse(text).keeps_alive is keeps
