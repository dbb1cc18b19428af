"""
Payload tokens and the chain of chunk signatures.
"""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from proxy.sigv4.payload import ChunkSeed, ChunkVerifier, PayloadMode, parse_payload_mode
from proxy.sigv4.signature import derive_key

VECTORS = json.loads((Path(__file__).parents[3] / "vectors/sigv4.json").read_text())
CHUNKS = [b"a" * 65536, b"a" * 1024, b""]


def verifier(kind: str) -> ChunkVerifier:
    key = derive_key(VECTORS["secret_key"], VECTORS["scope"])
    seed = VECTORS["chunks"][kind]["seed"]
    return ChunkVerifier(ChunkSeed(key, VECTORS["timestamp"], VECTORS["scope"], seed))


@pytest.mark.parametrize("kind", ["signed", "trailer"])
def test_the_published_chain_of_chunks(kind: str) -> None:
    chain = verifier(kind)

    for data, signature in zip(CHUNKS, VECTORS["chunks"][kind]["signatures"], strict=True):
        assert chain.is_chunk(signature, sha256(data).hexdigest())


def test_the_published_trailer() -> None:
    vector = VECTORS["chunks"]["trailer"]
    chain = verifier("trailer")
    for data, signature in zip(CHUNKS, vector["signatures"], strict=True):
        chain.is_chunk(signature, sha256(data).hexdigest())
    lines = vector["trailer"].encode() + b"\n"

    assert chain.is_trailer(vector["trailer_signature"], lines)
    assert not chain.is_trailer(vector["trailer_signature"], lines.replace(b"8", b"9"))


def test_a_chunk_out_of_order_does_not_fit() -> None:
    signatures = VECTORS["chunks"]["signed"]["signatures"]

    assert not verifier("signed").is_chunk(signatures[1], sha256(CHUNKS[1]).hexdigest())


@pytest.mark.parametrize(
    ("value", "mode"),
    [
        ("0" * 64, PayloadMode.HASHED),
        ("UNSIGNED-PAYLOAD", PayloadMode.UNSIGNED),
        ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", PayloadMode.SIGNED_CHUNKS),
        ("STREAMING-UNSIGNED-PAYLOAD-TRAILER", PayloadMode.UNSIGNED_CHUNKS_TRAILER),
        ("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER", PayloadMode.ECDSA_CHUNKS_TRAILER),
        ("sha256", None),
        ("A" * 64, None),
        ("0" * 63, None),
        ("", None),
        ("unsigned-payload", None),
    ],
)
def test_the_recognised_tokens(value: str, mode: PayloadMode | None) -> None:
    assert parse_payload_mode(value) is mode


def test_what_the_modes_mean() -> None:
    traits = {
        mode: (mode.is_aws_chunked, mode.has_trailer, mode.signs_chunks, mode.is_sigv4a)
        for mode in PayloadMode
    }

    assert traits == {
        PayloadMode.HASHED: (False, False, False, False),
        PayloadMode.UNSIGNED: (False, False, False, False),
        PayloadMode.SIGNED_CHUNKS: (True, False, True, False),
        PayloadMode.SIGNED_CHUNKS_TRAILER: (True, True, True, False),
        PayloadMode.UNSIGNED_CHUNKS_TRAILER: (True, True, False, False),
        PayloadMode.ECDSA_CHUNKS: (True, False, False, True),
        PayloadMode.ECDSA_CHUNKS_TRAILER: (True, True, False, True),
    }
