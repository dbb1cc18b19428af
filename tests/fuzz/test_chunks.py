"""
The body decoders with any split and any damage.
"""

import hashlib
import zlib
from base64 import b64encode

from hypothesis import given
from hypothesis import strategies as st

from app.errors.raised import StowageError
from proxy.core.chunked import open_decoder
from proxy.core.decision import BodyPlan, BodyRule
from proxy.sigv4.payload import ChunkSeed, ChunkVerifier
from proxy.sigv4.signature import derive_key
from support.signing import NOW, SECRET_KEY, timestamp

SCOPE = f"{timestamp(NOW)[:8]}/us-east-1/s3/aws4_request"
SEED = ChunkSeed(derive_key(SECRET_KEY, SCOPE), timestamp(NOW), SCOPE, "0" * 64)
PAYLOADS = st.binary(max_size=300)
SIZES = st.lists(st.integers(1, 60), min_size=1, max_size=8)


def cut(data: bytes, sizes: list[int]) -> list[bytes]:
    pieces = []
    while data:
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(data[:size])
        data = data[size:]
    return pieces


def unsigned(payload: bytes, sizes: list[int]) -> bytes:
    body = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in cut(payload, sizes))
    checksum = b64encode(zlib.crc32(payload).to_bytes(4, "big"))
    return body + b"0\r\nx-amz-checksum-crc32:" + checksum + b"\r\n\r\n"


def signed(payload: bytes, sizes: list[int]) -> bytes:
    chain = SEED.signature
    body = b""
    for piece in [*cut(payload, sizes), b""]:
        text = (
            f"AWS4-HMAC-SHA256-PAYLOAD\n{SEED.timestamp}\n{SCOPE}\n{chain}\n"
            f"{hashlib.sha256(b'').hexdigest()}\n{hashlib.sha256(piece).hexdigest()}"
        )
        chain = SEED.signing_key.sign(text)
        body += b"%x;chunk-signature=%b\r\n%b\r\n" % (len(piece), chain.encode(), piece)
    return body


def transfer(body: bytes, sizes: list[int]) -> bytes:
    pieces = b"".join(b"%X\r\n%b\r\n" % (len(piece), piece) for piece in cut(body, sizes))
    return pieces + b"0\r\n\r\n"


UNSIGNED_RULE = BodyRule(is_aws_chunked=True, trailer="x-amz-checksum-crc32")
SIGNED_RULE = BodyRule(is_aws_chunked=True, seed=SEED)


BODIES = {"signed": signed, "unsigned": unsigned}
RULES = {"signed": SIGNED_RULE, "unsigned": UNSIGNED_RULE}
KINDS = st.sampled_from(sorted(BODIES))
NESTINGS = st.sampled_from(["", "in transfer chunks"])


def decode(plan: BodyPlan, pieces: list[bytes]) -> tuple[bytes, bytes | None]:
    """
    Return what passed before the end, and what `finish` released; `None` if it refused.
    """
    decoder = open_decoder(plan)
    passed = b""
    try:
        for piece in pieces:
            passed += decoder.feed(piece)
        return passed, decoder.finish()
    except StowageError as error:
        if error.s3.status not in {400, 403}:
            raise
        return passed, None


@given(PAYLOADS, SIZES, SIZES, KINDS, NESTINGS)
def test_any_split_gives_the_same_payload(
    payload: bytes, chunks: list[int], splits: list[int], kind: str, nesting: str
) -> None:
    body = BODIES[kind](payload, chunks)
    rule = RULES[kind]
    wire = transfer(body, chunks[::-1]) if nesting else body
    plan = BodyPlan(None if nesting else len(wire), len(payload), needs_decoder=True, rule=rule)

    passed, released = decode(plan, cut(wire, splits))

    assert released is not None
    assert passed + released == payload
    assert not payload or len(released) == 1


@given(PAYLOADS.filter(bool), SIZES, st.data(), KINDS)
def test_no_damage_lets_another_payload_finish(
    payload: bytes, chunks: list[int], data: st.DataObject, kind: str
) -> None:
    body = bytearray(BODIES[kind](payload, chunks))
    position = data.draw(st.integers(0, len(body) - 1))
    body[position] = data.draw(st.integers(0, 255))
    rule = RULES[kind]
    plan = BodyPlan(len(body), len(payload), needs_decoder=True, rule=rule)

    passed, released = decode(plan, [bytes(body)])

    assert len(passed) < len(payload)
    assert released is None or passed + released == payload


@given(PAYLOADS.filter(bool), SIZES, st.data(), KINDS)
def test_no_truncation_finishes(
    payload: bytes, chunks: list[int], data: st.DataObject, kind: str
) -> None:
    body = BODIES[kind](payload, chunks)
    short = body[: data.draw(st.integers(0, len(body) - 1))]
    rule = RULES[kind]
    plan = BodyPlan(len(short), len(payload), needs_decoder=True, rule=rule)

    assert decode(plan, [short])[1] is None


@given(st.binary(max_size=200), st.integers(0, 100), SIZES)
def test_any_bytes_are_decoded_or_refused(body: bytes, length: int, splits: list[int]) -> None:
    for rule in (SIGNED_RULE, UNSIGNED_RULE, BodyRule(max_payload_bytes=50)):
        for wire in (None, len(body)):
            size = length if rule.is_aws_chunked else None
            plan = BodyPlan(wire, size, needs_decoder=True, rule=rule)
            passed, _ = decode(plan, cut(body, splits))
            assert len(passed) <= len(body)


def test_the_oracle_signs_like_the_verifier() -> None:
    line = signed(b"x", [1]).split(b"\r\n")[0].decode()

    chain = ChunkVerifier(SEED)

    assert chain.is_chunk(line.rpartition("=")[2], hashlib.sha256(b"x").hexdigest())
