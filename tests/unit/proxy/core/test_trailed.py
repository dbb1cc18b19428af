import base64
import zlib

import pytest

from app.errors.raised import StowageError
from proxy.core.chunked import open_decoder
from proxy.core.decision import BodyPlan, BodyRule
from proxy.core.trailed import CHUNK_BYTES, find_trailer, framed_length
from support.decisions import CAPABILITIES, forwarded, verify_upstream
from support.signing import Client

TRAILER = "x-amz-checksum-crc32"
RULE = BodyRule(is_aws_chunked=True, trailer=TRAILER)


def crc32(payload: bytes) -> str:
    return base64.b64encode(zlib.crc32(payload).to_bytes(4, "big")).decode()


def sent_by_sdk(payload: bytes, checksum: str = "") -> bytes:
    size = b"%x\r\n%b\r\n" % (len(payload), payload) if payload else b""
    return size + f"0\r\n{TRAILER}:{checksum or crc32(payload)}\r\n\r\n".encode()


def plan(body: bytes, payload: bytes) -> BodyPlan:
    return BodyPlan(len(body), len(payload), needs_decoder=True, rule=RULE, passed_trailer=TRAILER)


def passed_on(payload: bytes, step: int) -> bytes:
    body = sent_by_sdk(payload)
    decoder = open_decoder(plan(body, payload))
    fed = b"".join(decoder.feed(body[at : at + step]) for at in range(0, len(body), step))
    assert decoder.is_complete
    assert decoder.leftover == b""
    return fed + decoder.finish()


SIZES = (0, 1, 1000, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 5)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("step", [7777, 1 << 20])
def test_body_goes_on_in_chunks_of_ours_with_its_checksum(size: int, step: int) -> None:
    payload = bytes(number % 251 for number in range(size))

    framed = passed_on(payload, step)

    assert len(framed) == framed_length(size, TRAILER)
    rule = BodyRule(is_aws_chunked=True, trailer=TRAILER)
    again = open_decoder(BodyPlan(len(framed), size, needs_decoder=True, rule=rule))
    assert again.feed(framed) + again.finish() == payload


def test_nothing_that_could_be_the_end_passes_before_the_checksum_is_found_right() -> None:
    payload = b"x" * 1000
    body = sent_by_sdk(payload, crc32(b"other"))
    decoder = open_decoder(plan(body, payload))

    fed = decoder.feed(body)

    assert len(fed) == len(b"3e8\r\n") + 999
    with pytest.raises(StowageError) as refused:
        decoder.finish()
    assert refused.value.reason == "s3.digest_mismatch"


def test_only_a_backend_that_takes_trailers_gets_one() -> None:
    able, body = CAPABILITIES, sent_by_sdk(b"hello")
    known = BodyPlan(len(body), 5, needs_decoder=True, rule=RULE)

    assert find_trailer(known, able) == TRAILER
    assert find_trailer(known, frozenset()) == ""
    assert find_trailer(BodyPlan(len(body), None, needs_decoder=True, rule=RULE), able) == ""
    assert find_trailer(BodyPlan(5, 5, needs_decoder=False), able) == ""


def test_head_announces_the_chunks_and_the_trailer() -> None:
    body = sent_by_sdk(b"hello")
    fields = {
        "content-encoding": "gzip,aws-chunked",
        "content-length": str(len(body)),
        "x-amz-decoded-content-length": "5",
        "x-amz-trailer": TRAILER,
    }
    data = Client().head("PUT", "/photos/key", fields, payload="STREAMING-UNSIGNED-PAYLOAD-TRAILER")
    answer = forwarded(data)

    sent = verify_upstream(answer)
    assert sent["x-amz-content-sha256"] == "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
    assert sent["x-amz-trailer"] == TRAILER
    assert sent["x-amz-decoded-content-length"] == "5"
    assert sent["content-length"] == str(framed_length(5, TRAILER))
    assert sent["content-encoding"] == "gzip"
    assert answer.body.passed_trailer == TRAILER
