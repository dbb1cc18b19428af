from hypothesis import given
from hypothesis import strategies as st

from bench.framing import ChunkReader, content_length, find_etag, wants_close


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=5), st.data())
def test_chunks_are_read_wherever_the_pieces_are_cut(
    body: list[bytes], data: st.DataObject
) -> None:
    framed = b"".join(b"%x;x=y\r\n%b\r\n" % (len(part), part) for part in body)
    framed += b"0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"
    cut = data.draw(st.integers(0, len(framed)))
    reader = ChunkReader()

    pieces = [
        bytes(piece)
        for part in (framed[:cut], framed[cut:])
        for piece in reader.feed(memoryview(part))
    ]

    assert b"".join(pieces) == b"".join(body)
    assert reader.is_done


def test_an_unfinished_body_is_not_done() -> None:
    reader = ChunkReader()

    assert [bytes(piece) for piece in reader.feed(memoryview(b"5\r\nabc"))] == [b"abc"]
    assert not reader.is_done


def test_lengths_are_found_in_any_letter_case() -> None:
    assert content_length(b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n") == 12
    assert content_length(b"HTTP/1.1 200 OK\r\ncontent-length:7\r\n") == 7
    assert content_length(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n") == -1
    assert content_length(b"HTTP/1.1 200 OK\r\nX-Content-Length: 12\r\n") == 0


def test_an_etag_comes_without_its_quotes() -> None:
    assert find_etag(b'HTTP/1.1 200 OK\r\nEtag: "abc"\r\n') == b"abc"
    assert find_etag(b"HTTP/1.1 200 OK\r\n") == b""


def test_the_end_of_a_connection_is_noticed() -> None:
    assert wants_close(b"HTTP/1.1 200 OK\r\nConnection: close\r\n")
    assert not wants_close(b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n")
