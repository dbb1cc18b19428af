"""
Decoders of request bodies: framing removed, everything declared verified.
"""

import base64
import hashlib
import json
import zlib
from pathlib import Path

import pytest
from awscrt import checksums as native

from app.errors.raised import StowageError
from proxy.core.chunked import open_decoder
from proxy.core.decision import BodyPlan, BodyRule
from proxy.core.framing import MAX_LINE_BYTES
from proxy.sigv4.payload import ChunkSeed
from proxy.sigv4.signature import derive_key

VECTORS = json.loads((Path(__file__).parents[3] / "vectors/sigv4.json").read_text())
PAYLOAD = b"a" * 66560
HELLO = b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"
UNSIGNED = BodyRule(is_aws_chunked=True, trailer="x-amz-checksum-crc32")


def decode(plan: BodyPlan, body: bytes, step: int = 1 << 20) -> tuple[bytes, bytes]:
    """
    Return what was let through before the verdict, and after it.
    """
    decoder = open_decoder(plan)
    before = b"".join(decoder.feed(body[at : at + step]) for at in range(0, len(body), step))
    assert decoder.is_complete
    return before, decoder.finish()


def refusal(plan: BodyPlan, body: bytes, step: int = 1 << 20) -> str:
    passed = bytearray()

    def feed_all() -> None:
        decoder = open_decoder(plan)
        for at in range(0, len(body), step):
            passed.extend(decoder.feed(body[at : at + step]))
        decoder.finish()

    with pytest.raises(StowageError) as caught:
        feed_all()
    # Nothing that was let through may look complete to a backend.
    assert plan.payload_length is None or len(passed) < max(plan.payload_length, 1)
    return caught.value.s3.code


def framed(body: bytes, rule: BodyRule, length: int) -> BodyPlan:
    return BodyPlan(len(body), length, needs_decoder=True, rule=rule)


def transfer_chunks(body: bytes, size: int) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


# ---- plain bodies ----------------------------------------------------------------------------


def test_a_declared_hash_is_verified_before_the_last_byte_passes() -> None:
    rule = BodyRule(payload_sha256=hashlib.sha256(b"hello").hexdigest())

    assert decode(framed(b"hello", rule, 5), b"hello", step=2) == (b"hell", b"o")
    assert refusal(framed(b"hello", rule, 5), b"hellO") == "XAmzContentSHA256Mismatch"


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [
        ("crc32", zlib.crc32(b"hello").to_bytes(4, "big")),
        ("crc32c", native.crc32c(b"hello").to_bytes(4, "big")),
        ("crc64nvme", native.crc64nvme(b"hello").to_bytes(8, "big")),
        ("md5", hashlib.md5(b"hello", usedforsecurity=False).digest()),
        ("sha1", hashlib.sha1(b"hello", usedforsecurity=False).digest()),
        ("sha256", hashlib.sha256(b"hello").digest()),
        ("sha512", hashlib.sha512(b"hello").digest()),
        ("xxhash3", native.XXHash.compute_xxhash3_64(b"hello")),
        ("xxhash64", native.XXHash.compute_xxhash64(b"hello")),
        ("xxhash128", native.XXHash.compute_xxhash3_128(b"hello")),
    ],
)
def test_a_declared_checksum_is_verified(algorithm: str, digest: bytes) -> None:
    plan = framed(b"hello", BodyRule(checksums=((algorithm, digest),)), 5)

    assert decode(plan, b"hello", step=1) == (b"hell", b"o")
    assert refusal(plan, b"jello") == "BadDigest"


def test_a_body_that_is_cut_never_finishes() -> None:
    plan = BodyPlan(5, 5, needs_decoder=True)

    assert refusal(plan, b"hell") == "IncompleteBody"


def test_what_comes_behind_the_body_is_left_over() -> None:
    decoder = open_decoder(BodyPlan(5, 5, needs_decoder=True))

    assert decoder.feed(b"helloGET / ") + decoder.finish() == b"hello"
    assert decoder.leftover == b"GET / "


# ---- transfer chunks -------------------------------------------------------------------------


@pytest.mark.parametrize("step", [1, 2, 3, 7, 1000])
def test_transfer_chunks_come_off(step: int) -> None:
    body = b"3\r\nhel\r\n02;name=value\r\nlo\r\n0\r\nTrailer: x\r\n\r\n"
    plan = BodyPlan(None, None, needs_decoder=True, rule=BodyRule(is_transfer_chunked=True))

    assert decode(plan, body, step) == (b"hello", b"")


def test_transfer_chunks_leave_the_next_request() -> None:
    decoder = open_decoder(BodyPlan(None, None, needs_decoder=True))

    assert decoder.feed(b"0\r\n\r\nGET") == b""
    assert (decoder.is_complete, decoder.leftover, decoder.finish()) == (True, b"GET", b"")


@pytest.mark.parametrize(
    "body",
    [
        b"5\nhello\r\n0\r\n\r\n",
        b"5\r\nhello0\r\n\r\n",
        b"5\r\nhello\n0\r\n\r\n",
        b"-5\r\nhello\r\n0\r\n\r\n",
        b"0x5\r\nhello\r\n0\r\n\r\n",
        b" 5\r\nhello\r\n0\r\n\r\n",
        b"\r\nhello\r\n0\r\n\r\n",
        b"5;\x00\r\nhello\r\n0\r\n\r\n",
        b"5;\rx\r\nhello\r\n0\r\n\r\n",
        b"11111111111111111\r\n",
        b"5;" + b"x" * MAX_LINE_BYTES,
        b"0\r\nTrailer: x\n\r\n",
        b"0\r\n" + b"a: b\r\n" * 17,
        b"5\r\nhello\r\n0\r\n",
        b"5\r\nhel",
    ],
)
def test_broken_transfer_chunks_are_refused(body: bytes) -> None:
    plan = BodyPlan(None, None, needs_decoder=True)

    assert refusal(plan, body) == "IncompleteBody"
    assert refusal(plan, body, step=1) == "IncompleteBody"


def test_a_body_of_unknown_length_is_bounded() -> None:
    plan = BodyPlan(None, None, needs_decoder=True, rule=BodyRule(max_payload_bytes=4))

    assert refusal(plan, transfer_chunks(b"hello", 3)) == "EntityTooLarge"


# ---- aws-chunked -----------------------------------------------------------------------------


def seed(kind: str) -> ChunkSeed:
    key = derive_key(VECTORS["secret_key"], VECTORS["scope"])
    return ChunkSeed(key, VECTORS["timestamp"], VECTORS["scope"], VECTORS["chunks"][kind]["seed"])


def signed_body(kind: str, end: bytes = b"\r\n") -> bytes:
    pieces = [PAYLOAD[:65536], PAYLOAD[65536:], b""]
    body = b""
    for piece, signature in zip(pieces, VECTORS["chunks"][kind]["signatures"], strict=True):
        body += b"%x;chunk-signature=%b\r\n" % (len(piece), signature.encode())
        body += piece + (b"\r\n" if piece else b"")
    if kind == "signed":
        return body + b"\r\n"
    vector = VECTORS["chunks"]["trailer"]
    body += vector["trailer"].encode() + end
    return body + b"x-amz-trailer-signature:" + vector["trailer_signature"].encode() + end + b"\r\n"


def signed_plan(kind: str, body: bytes) -> BodyPlan:
    trailer = "x-amz-checksum-crc32c" if kind == "trailer" else ""
    return framed(body, BodyRule(is_aws_chunked=True, seed=seed(kind), trailer=trailer), 66560)


@pytest.mark.parametrize("kind", ["signed", "trailer"])
@pytest.mark.parametrize("step", [13, 1000, 65536, 100000])
def test_the_published_chunked_uploads_decode(kind: str, step: int) -> None:
    body = signed_body(kind)

    before, after = decode(signed_plan(kind, body), body, step)

    assert (len(before), before + after) == (66559, PAYLOAD)
    assert kind == "trailer" or len(body) == 66824


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\n\r\n"])
def test_line_ends_of_trailers_vary(end: bytes) -> None:
    body = signed_body("trailer", end)

    assert b"".join(decode(signed_plan("trailer", body), body, 100)) == PAYLOAD


@pytest.mark.parametrize("kind", ["signed", "trailer"])
def test_nested_framings_both_come_off(kind: str) -> None:
    inner = signed_body(kind)
    plan = signed_plan(kind, b"")
    plan = BodyPlan(None, 66560, needs_decoder=True, rule=plan.rule)

    assert b"".join(decode(plan, transfer_chunks(inner, 999), 777)) == PAYLOAD


@pytest.mark.parametrize("offset", [90, 66000, 66600])
def test_a_forged_chunk_is_refused(offset: int) -> None:
    body = bytearray(signed_body("signed"))
    body[offset] ^= 1

    assert refusal(signed_plan("signed", bytes(body)), bytes(body)) == "SignatureDoesNotMatch"


def test_a_forged_chunk_signature_is_refused() -> None:
    body = signed_body("signed").replace(b"b6c6ea8a", b"c6c6ea8a")

    assert refusal(signed_plan("signed", body), body) == "SignatureDoesNotMatch"


def test_a_forged_trailer_is_refused() -> None:
    body = signed_body("trailer").replace(b"sOO8", b"sOO9")

    assert refusal(signed_plan("trailer", body), body) == "SignatureDoesNotMatch"


@pytest.mark.parametrize("step", [1, 5, 100])
def test_the_unsigned_trailer_of_current_sdks(step: int) -> None:
    assert decode(framed(HELLO, UNSIGNED, 5), HELLO, step) == (b"hell", b"o")
    empty = b"0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"
    assert decode(framed(empty, UNSIGNED, 0), empty, step) == (b"", b"")
    surplus = HELLO + b"\r\n"
    assert decode(framed(surplus, UNSIGNED, 5), surplus, step) == (b"hell", b"o")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (HELLO.replace(b"hello", b"jello"), "BadDigest"),
        (HELLO.replace(b"NhCmhg==", b"NhCmiA=="), "BadDigest"),
        (HELLO.replace(b"NhCmhg==", b"NhCm"), "MalformedTrailerError"),
        (HELLO.replace(b"NhCmhg==", b"N!Cmhg=="), "MalformedTrailerError"),
        (HELLO.replace(b"crc32:", b"crc32c:"), "MalformedTrailerError"),
        (
            HELLO.replace(b"x-amz-checksum-crc32:", b"x-amz-checksum-crc32 "),
            "MalformedTrailerError",
        ),
        (HELLO.replace(b"x-amz-checksum-crc32", b"x_a"), "MalformedTrailerError"),
        (b"5\r\nhello\r\n0\r\n\r\n", "MalformedTrailerError"),
        (b"5\r\nhello\r\n0\r\n", "MalformedTrailerError"),
        (HELLO[:-2], "MalformedTrailerError"),
        (HELLO[:-2] + HELLO[-33:], "MalformedTrailerError"),
        (HELLO.replace(b"\r\n\r\n", b"\r\nx-amz-meta-a: 1\r\n\r\n"), "MalformedTrailerError"),
        (HELLO + b"more", "IncompleteBody"),
        (HELLO + b"\r\n\r\n", "IncompleteBody"),
        (b"4\r\nhell\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", "IncompleteBody"),
        (b"6\r\nhello!\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", "IncompleteBody"),
        (b"7fffffffffffffff\r\nhello", "IncompleteBody"),
        (b"5;chunk-signature=" + b"0" * 64 + HELLO[1:], "IncompleteBody"),
        (b"5\r\nhelloxx0\r\n", "IncompleteBody"),
        (b"5\r\nhel", "IncompleteBody"),
        (b"zz\r\n", "IncompleteBody"),
    ],
)
def test_what_is_wrong_with_an_unsigned_body(body: bytes, code: str) -> None:
    assert refusal(framed(body, UNSIGNED, 5), body) == code
    assert refusal(framed(body, UNSIGNED, 5), body, step=3) == code


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b";chunk-signature=", b";chunk-sig=", "IncompleteBody"),
        (b"x-amz-trailer-signature", b"x-amz-trailer-sig", "MalformedTrailerError"),
        (b"x-amz-checksum-crc32c:sOO8/Q==\r\n", b"", "MalformedTrailerError"),
    ],
)
def test_what_is_wrong_with_a_signed_body(old: bytes, new: bytes, code: str) -> None:
    body = signed_body("trailer").replace(old, new)

    assert refusal(signed_plan("trailer", body), body) == code


def test_a_signed_trailer_without_its_signature_is_malformed() -> None:
    body = signed_body("trailer").partition(b"x-amz-trailer-signature")[0] + b"\r\n\r\n"

    assert refusal(signed_plan("trailer", body), body) == "MalformedTrailerError"


def test_a_trailer_that_nobody_announced_is_malformed() -> None:
    body = signed_body("signed")[:-2] + b"x-amz-checksum-crc32c:sOO8/Q==\r\n\r\n"

    assert refusal(signed_plan("signed", body), body) == "MalformedTrailerError"


def test_header_and_trailer_checksums_are_both_verified() -> None:
    crc = zlib.crc32(b"hello").to_bytes(4, "big")
    rule = BodyRule(
        is_aws_chunked=True, trailer="x-amz-checksum-crc32", checksums=(("crc32", crc[::-1]),)
    )

    assert refusal(framed(HELLO, rule, 5), HELLO) == "BadDigest"


def test_the_published_checksums() -> None:
    vector = VECTORS["checksums"]
    payload = vector["payload"].encode()
    for algorithm in ("crc32", "crc32c", "crc64nvme"):
        digest = base64.b64decode(vector[algorithm])
        plan = framed(payload, BodyRule(checksums=((algorithm, digest),)), len(payload))
        assert b"".join(decode(plan, payload)) == payload
