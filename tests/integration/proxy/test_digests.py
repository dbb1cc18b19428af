"""
Documents whose integrity header a backend wants: what goes on beside what the client sent.
"""

import base64
import hashlib
import re
import zlib
from collections.abc import Iterator

import pytest

from support.fake_upstream import Conversation, FakeUpstream, running_fake_upstream
from support.s3_proxy import (
    FULL,
    HOST,
    RunningProxy,
    make_credential,
    make_route,
    make_snapshot,
    running_proxy,
)
from support.s3_raw import connected, signed_head

BUCKET = "bucket"
DOCUMENT = b"<Tagging><TagSet></TagSet></Tagging>"
MD5 = base64.b64encode(hashlib.md5(DOCUMENT, usedforsecurity=False).digest()).decode()
CRC32 = base64.b64encode(zlib.crc32(DOCUMENT).to_bytes(4, "big")).decode()
received: list[bytes] = []


def take(conversation: Conversation) -> None:
    while head := conversation.read_head():
        length = re.search(rb"content-length: (\d+)", head)
        received.append(conversation.read_body(int(length[1]) if length else 0))
        conversation.answer()


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[RunningProxy, FakeUpstream]]:
    with running_fake_upstream(take) as upstream:
        route = make_route(f"http://{HOST}:{upstream.port}")
        credential = make_credential("AKTENANT", {BUCKET: FULL})
        with running_proxy(make_snapshot(route, credential)) as proxy:
            yield proxy, upstream


def put(
    pair: tuple[RunningProxy, FakeUpstream], target: str, body: bytes, **headers: str
) -> tuple[bytes, bytes]:
    """
    Send a PUT in two pieces, then a GET behind it; return head and body as the backend got them.
    """
    proxy, upstream = pair
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    with connected(proxy.port) as client:
        head = signed_head(proxy.port, "PUT", target, body=body, headers=fields)
        after = signed_head(proxy.port, "GET", "/bucket/after")
        client.send(head + body[:5], body[5:] + after)
        assert client.read_response().status == 200
        assert client.read_response().status == 200
    return upstream.heads[-2].lower(), received[-2]


@pytest.mark.parametrize("target", ["/bucket?tagging", "/bucket/key?tagging"])
def test_document_without_a_digest_gets_one(
    pair: tuple[RunningProxy, FakeUpstream], target: str
) -> None:
    head, body = put(pair, target, DOCUMENT, x_amz_checksum_crc32=CRC32)

    assert f"\r\ncontent-md5: {MD5}\r\n".lower().encode() in head
    assert f"\r\nx-amz-checksum-crc32: {CRC32}\r\n".lower().encode() in head
    assert head.endswith(b"\r\n\r\n")
    assert body == DOCUMENT


def test_digest_of_the_client_goes_on_as_it_is(pair: tuple[RunningProxy, FakeUpstream]) -> None:
    head, body = put(pair, "/bucket?tagging", DOCUMENT, content_md5=MD5)

    assert head.count(b"content-md5:") == 1
    assert body == DOCUMENT


def test_object_gets_no_digest(pair: tuple[RunningProxy, FakeUpstream]) -> None:
    head, _ = put(pair, "/bucket/key", DOCUMENT)

    assert b"content-md5" not in head
