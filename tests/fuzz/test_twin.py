"""
The compiled core beside the Python one: the same bytes, the same answer.

`FUZZ_EXAMPLES` says how many of each kind; `make fuzz` asks for many.
"""

import os
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict

from app.errors.raised import StowageError
from proxy.answer import render_answer_head
from proxy.core import twin
from proxy.core.decision import Forward, Local, Refuse
from proxy.core.head import parse_head
from proxy.response import MalformedResponseError, parse_response_head
from support.cores import by_both
from support.decisions import EAST, ask, snapshot
from support.missing import missing_part
from support.signing import Client

EXAMPLES = settings(max_examples=int(os.environ.get("FUZZ_EXAMPLES", "300")))
WORLD = snapshot()
CLIENT = Client(unsigned={"user-agent": "sdk/1", "connection": "keep-alive"})
REQUESTS = (
    CLIENT.head("GET", "/photos/key", {"x-amz-checksum-mode": "ENABLED"}),
    CLIENT.head("PUT", "/photos/k%20y?partNumber=1&uploadId=2", {"content-length": "0"}),
    CLIENT.head("GET", "/photos?list-type=2&prefix=a%2F"),
    CLIENT.head("PUT", "/far/key", {"content-length": "1", "x-amz-meta-a": "one  two"}),
    CLIENT.presigned("GET", "/photos/key"),
)
ANSWERS = (
    b'HTTP/1.1 200 OK\r\nETag: "e"\r\nContent-Length: 12\r\nDate: today\r\n\r\n',
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive, x\r\n\r\n",
    b"HTTP/1.0 404 Not Found\r\nServer: a \t\r\n\r\n",
    b"HTTP/1.1 204\r\nConnection: close\r\n\r\n",
)
PIECES = st.sampled_from(
    [
        *(
            b"\r\n",
            b"\n",
            b"\r",
            b"\t",
            b" ",
            b"  ",
            b":",
            b"\x00",
            b"\x7f",
            b"\x80",
            b"\xff",
            b"#",
        ),
        *(b"%", b"?", b"/", b"Host: a\r\n", b"content-length: 5\r\n", b"Connection: close\r\n"),
        *(b"transfer-encoding: chunked\r\n", b"x-amz-acl: private\r\n", b"HTTP/1.0", b"HTTP/1.1"),
        *(b"0", b"9" * 19, b"a" * 70),
    ]
)
SPOTS = st.floats(0, 1, exclude_max=True)
# Where, how many bytes are taken out, and what is put in.
CHANGES = st.lists(st.tuples(SPOTS, st.integers(0, 4), PIECES | st.binary(max_size=6)), max_size=4)


@pytest.fixture(autouse=True, scope="module")
def _built() -> None:
    if not twin.is_built:
        missing_part("the compiled core was not built: make install, with a C compiler")


def changed(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for spot, taken, put in changes:
        at = int(spot * len(data))
        data = data[:at] + put + data[at + taken :]
    return data


def told(error: StowageError) -> tuple[str, object, object]:
    return error.code, error.reason, dict(error.params)


def read_request(data: bytes) -> object:
    try:
        return asdict(parse_head(data))
    except StowageError as error:
        return told(error)


def read_answer(data: bytes, *, answers_head: bool) -> object:
    try:
        head = parse_response_head(data, answers_head=answers_head)
    except MalformedResponseError as error:
        return str(error)
    written = render_answer_head(
        head, request_id="R", route=EAST, public_base=lambda: "http://us", keeps_alive=True
    )
    # Our own Date is of the second in which it was written.
    lines = [line for line in written.split(b"\r\n") if not line.startswith(b"Date: ")]
    return asdict(head), lines


def decided(data: bytes) -> dict[str, Any]:
    answer = ask(data, WORLD)
    facts: dict[str, Any] = {"kind": type(answer), "audited": answer.audited}
    match answer:
        case Forward():
            return facts | {"head": answer.head, "body": answer.body, "to": answer.backend.id}
        case Local():
            return facts | {"body": answer.body, "prefixes": answer.visible_prefixes}
        case Refuse():
            return facts | {"error": told(answer.error), "closes": answer.closes}


@EXAMPLES
@given(st.sampled_from(REQUESTS), CHANGES)
def test_request_heads_are_read_the_same(data: bytes, changes: list[Any]) -> None:
    python, compiled = by_both(lambda: read_request(changed(data, changes)))

    assert compiled == python


@EXAMPLES
@given(st.sampled_from(ANSWERS), CHANGES, st.booleans())
def test_answers_are_read_the_same(data: bytes, changes: list[Any], answers_head: bool) -> None:  # noqa: FBT001 - drawn, not passed
    spoilt = changed(data, changes)

    python, compiled = by_both(lambda: read_answer(spoilt, answers_head=answers_head))

    assert compiled == python


@EXAMPLES
@given(st.sampled_from(REQUESTS), CHANGES)
def test_requests_are_decided_the_same(data: bytes, changes: list[Any]) -> None:
    python, compiled = by_both(lambda: decided(changed(data, changes)))

    assert compiled == python


NAMES = st.sampled_from(["host", "range", "x-amz-date", "x-amz-meta-a", "x-100%"])
VALUES = st.text(st.characters(codec="latin-1"), max_size=12)
FIELDS = st.dictionaries(NAMES, VALUES)
ASCII = st.text(st.characters(codec="ascii"), max_size=12)


@EXAMPLES
@given(FIELDS, st.lists(NAMES, max_size=4), ASCII, ASCII, VALUES)
def test_requests_are_signed_and_written_the_same(
    fields: dict[str, str], names: list[str], scope: str, query: str, payload: str
) -> None:
    key, signed = (b"i" * 64, b"o" * 64), tuple(names)

    python, compiled = by_both(
        lambda: (
            twin.sign_plainly(
                key, "20231114T221320Z", scope, "GET", "/p", query, fields, signed, scope, payload
            ),
            twin.join_head(f"GET {query}\r\n", fields, f"a: {payload}\r\n\r\n"),
            twin.sign_head(
                *(key, "AK", "20231114T221320Z", scope, "PUT", ("h", "/p", query)),
                *(fields, (signed, scope), payload, "content-length: 1\r\n"),
            ),
        )
    )

    assert compiled == python
