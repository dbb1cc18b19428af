"""
The head parser with bytes of any kind: it parses or refuses, and never guesses.
"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors.raised import StowageError
from proxy.core.decide import decide
from proxy.core.decision import Forward
from proxy.core.head import Head, parse_head
from support.decisions import PEER, snapshot
from support.signing import NOW, Client

pytestmark = pytest.mark.usefixtures("each_core")

GOOD = Client().head("PUT", "/photos/key?partNumber=1&uploadId=2", {"content-length": "0"})
TOKENS = st.text("abcXYZ09!#$%&'*+-.^_`|~", min_size=1, max_size=12)
VALUES = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=30)
LINES = st.sampled_from(
    [
        b"\r\n",
        b"\n",
        b"\r",
        b"Host: a",
        b"host: b",
        b"Content-Length: 5",
        b"Content-Length: 0x5",
        b"Transfer-Encoding: chunked",
        b"Transfer-Encoding : chunked",
        b" folded",
        b"Connection: close",
        b"GET / HTTP/1.1",
        b"GET /a b HTTP/1.1",
        b"\x00",
        b":",
    ]
)


def parse(data: bytes) -> Head | None:
    try:
        return parse_head(data)
    except StowageError as error:
        if error.s3.status not in {400, 501}:
            raise
        return None


@given(st.binary(max_size=300))
def test_any_bytes_are_parsed_or_refused(data: bytes) -> None:
    assert parse(data) is None or data.endswith(b"\r\n\r\n")


@given(st.lists(LINES | st.binary(max_size=20), max_size=12).map(b"\r\n".join))
def test_a_head_that_passes_is_framed_in_one_way(data: bytes) -> None:
    head = parse(b"GET / HTTP/1.1\r\nHost: x\r\n" + data + b"\r\n\r\n")

    if head is not None:
        # Nothing that another parser could take for a line end or a second head.
        assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\x00", data)
        assert b"\r\n\r\n" not in data
        assert not (head.is_chunked and "content-length" in head.headers)
        assert "transfer-encoding" not in head.headers or head.is_chunked


@given(st.dictionaries(TOKENS.map(lambda name: f"x-{name}"), VALUES, max_size=8))
def test_what_is_written_is_read_back(fields: dict[str, str]) -> None:
    wanted = {name.lower(): value.strip(" \t") for name, value in fields.items()}
    lines = [f"{name}: {value}" for name, value in wanted.items()]

    data = "\r\n".join(["GET /a HTTP/1.1", "Host: h", *lines, "", ""]).encode("latin-1")

    head = parse(data)
    if head is not None:
        assert dict(head.headers) == {"host": "h", **wanted}


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_one_byte_changed_is_never_another_request(position: int, byte: int) -> None:
    """
    Whatever one byte turns the head into is refused, or asks for exactly the same.
    """
    data = GOOD[:position] + bytes([byte]) + GOOD[position + 1 :]
    original = decide(GOOD, snapshot(), NOW, PEER)
    assert isinstance(original, Forward)

    answer = decide(data, snapshot(), NOW, PEER)

    if isinstance(answer, Forward):
        assert answer.head == original.head
