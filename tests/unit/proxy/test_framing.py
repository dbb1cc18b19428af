import pytest

from proxy.framing import MAX_TRAILER_BYTES, ChunkFramer, LengthFramer, UntilCloseFramer
from proxy.response import MalformedResponseError

BODY = b"5\r\nhello\r\n6;ext=1\r\n world\r\n0\r\nx-trailer: y\r\n\r\n"


@pytest.mark.parametrize("step", [1, 2, 3, 7, 1000])
def test_chunks_are_joined_however_they_arrive(step: int) -> None:
    framer = ChunkFramer()

    pieces = [framer.feed(BODY[at : at + step]) for at in range(0, len(BODY), step)]

    assert b"".join(pieces) == b"hello world"
    assert framer.is_complete
    assert framer.excess == b""


def test_bytes_behind_the_last_chunk_are_excess() -> None:
    framer = ChunkFramer()

    assert framer.feed(b"0\r\n\r\nHTTP/1.1 200 OK") == b""
    assert framer.is_complete
    assert framer.excess == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize(
    "body",
    [
        b"x\r\n",
        b"\r\n",
        b"-1\r\n",
        b"0x5\r\nhello\r\n",
        b"5\nhello\r\n",
        b"5\r\nhelloX",
        b"5\r\nhello\rX",
        b"11111111111111111\r\n",
        b"0\r\nno colon\r\n\r\n",
        b"0\r\na: b\nc: d\r\n\r\n",
        b"5" + b" " * 2000,
        b"0\r\n" + (b"a: " + b"b" * 1000 + b"\r\n") * (MAX_TRAILER_BYTES // 1000 + 1),
    ],
)
def test_broken_chunks_are_refused(body: bytes) -> None:
    with pytest.raises(MalformedResponseError):
        ChunkFramer().feed(body)


def test_cut_chunks_are_not_whole() -> None:
    framer = ChunkFramer()

    framer.feed(b"5\r\nhel")

    assert not framer.finish()


def test_many_tiny_chunks_cost_one_copy() -> None:
    framer = ChunkFramer()

    assert framer.feed(b"1\r\nx\r\n" * 200_000) == b"x" * 200_000


def test_declared_length_is_kept() -> None:
    framer = LengthFramer(5)

    assert framer.feed(b"hel") == b"hel"
    assert not framer.finish()
    assert framer.feed(b"lo, more") == b"lo"
    assert framer.is_complete
    assert framer.excess == b", more"


def test_empty_body_is_complete_at_once() -> None:
    assert LengthFramer(0).is_complete


def test_body_until_close_ends_with_the_connection() -> None:
    framer = UntilCloseFramer()

    assert framer.feed(b"all") == b"all"
    assert not framer.is_complete
    assert framer.finish()
