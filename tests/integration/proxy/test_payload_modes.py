"""
Every way a client may send a body, over real sockets into a real store: what was meant is stored,
byte for byte, and what is damaged on its way is not stored at all.
"""

import hashlib
import secrets
import time
import zlib
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.s3_proxy import (
    READWRITE,
    SECRET,
    RunningProxy,
    make_credential,
    make_route,
    make_snapshot,
    running_proxy,
)
from support.s3_raw import Response, connected
from support.signing import Client, timestamp

BUCKET = "tenant-one"
SIZES = (0, 1, 8191, 8192, 8193, 1024 * 1024)
MODES = (
    "hash",
    "unsigned",
    "transfer-chunks",
    "signed-chunks",
    "signed-trailer",
    "unsigned-trailer",
    "nested-trailer",
)
CHUNK = 65536


@pytest.fixture(scope="module")
def able(seaweedfs: Any, direct: Any) -> Iterator[RunningProxy]:
    """
    A proxy that knows that its store takes bodies of unknown length, and checksums behind them.
    """
    assert direct is not None
    route = make_route(
        seaweedfs.endpoint,
        access_key=seaweedfs.access_key,
        secret_key=seaweedfs.secret_key,
        capabilities=frozenset({"chunked_upload"}),
    )
    tenant = make_credential("AKTENANT", {BUCKET: READWRITE})
    with running_proxy(make_snapshot(route, tenant)) as running:
        yield running


class Upload:
    """
    One upload in one mode: its signed head and its framed body.
    """

    def __init__(self, port: int, mode: str, key: str, payload: bytes) -> None:
        self.client = Client("AKTENANT", SECRET, host=f"127.0.0.1:{port}", now=time.time())
        self.mode = mode
        self.key = key
        self.payload = payload
        self.crc = b64encode(zlib.crc32(payload).to_bytes(4, "big")).decode()
        self.signature = ""
        self.head = b""
        self.body = b""
        getattr(self, "_" + mode.replace("-", "_"))()

    def _sign(self, payload: str, headers: dict[str, str], unsigned: dict[str, str]) -> None:
        self.client.unsigned = unsigned
        self.head = self.client.head("PUT", f"/{BUCKET}/{self.key}", headers, payload=payload)
        self.signature = self.head.decode().partition("Signature=")[2].partition("\r\n")[0]

    def _hash(self) -> None:
        self.body = self.payload
        digest = hashlib.sha256(self.payload).hexdigest()
        fields = {"x-amz-checksum-crc32": self.crc}
        self._sign(digest, fields, {"content-length": str(len(self.payload))})

    def _unsigned(self) -> None:
        self.body = self.payload
        self._sign("UNSIGNED-PAYLOAD", {}, {"content-length": str(len(self.payload))})

    def _transfer_chunks(self) -> None:
        self.body = in_transfer_chunks(self.payload)
        self._sign("UNSIGNED-PAYLOAD", {}, {"transfer-encoding": "chunked"})

    def _streamed(self, token: str, *, trailer: bool, framed_length: int | None) -> None:
        fields = {
            "content-encoding": "aws-chunked",
            "x-amz-decoded-content-length": str(len(self.payload)),
        }
        if trailer:
            fields["x-amz-trailer"] = "x-amz-checksum-crc32"
        framing = (
            {"transfer-encoding": "chunked"}
            if framed_length is None
            else {"content-length": str(framed_length)}
        )
        self._sign(token, fields, framing)

    def _signed_chunks(self) -> None:
        self._signed(trailer=False)

    def _signed_trailer(self) -> None:
        self._signed(trailer=True)

    def _signed(self, *, trailer: bool) -> None:
        token = f"STREAMING-AWS4-HMAC-SHA256-PAYLOAD{'-TRAILER' if trailer else ''}"
        length = len(self._chain(trailer=trailer))
        self._streamed(token, trailer=trailer, framed_length=length)
        self.body = self._chain(trailer=trailer)

    def _chain(self, *, trailer: bool) -> bytes:
        moment = f"{timestamp(self.client.now)}\n{self.client.scope}\n"
        previous, body = self.signature or "0" * 64, b""
        empty = hashlib.sha256(b"").hexdigest()
        for piece in [*cut(self.payload), b""]:
            digest = hashlib.sha256(piece).hexdigest()
            text = f"AWS4-HMAC-SHA256-PAYLOAD\n{moment}{previous}\n{empty}\n{digest}"
            previous = self._mac(text)
            body += b"%x;chunk-signature=%b\r\n" % (len(piece), previous.encode())
            body += piece + b"\r\n" if piece else b""
        if not trailer:
            return body + b"\r\n"
        line = f"x-amz-checksum-crc32:{self.crc}"
        digest = hashlib.sha256(line.encode() + b"\n").hexdigest()
        signature = self._mac(f"AWS4-HMAC-SHA256-TRAILER\n{moment}{previous}\n{digest}")
        return body + f"{line}\r\nx-amz-trailer-signature:{signature}\r\n\r\n".encode()

    def _mac(self, text: str) -> str:
        return hashlib_mac(self.client.key(), text)

    def _unsigned_chunks(self) -> bytes:
        pieces = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in cut(self.payload))
        return pieces + f"0\r\nx-amz-checksum-crc32:{self.crc}\r\n\r\n".encode()

    def _unsigned_trailer(self) -> None:
        self.body = self._unsigned_chunks()
        token = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
        self._streamed(token, trailer=True, framed_length=len(self.body))

    def _nested_trailer(self) -> None:
        self.body = in_transfer_chunks(self._unsigned_chunks())
        token = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
        self._streamed(token, trailer=True, framed_length=None)


def hashlib_mac(key: bytes, text: str) -> str:
    inner = bytes(byte ^ 0x36 for byte in key.ljust(64, b"\0"))
    outer = bytes(byte ^ 0x5C for byte in key.ljust(64, b"\0"))
    return hashlib.sha256(outer + hashlib.sha256(inner + text.encode()).digest()).hexdigest()


def cut(payload: bytes) -> list[bytes]:
    return [payload[at : at + CHUNK] for at in range(0, len(payload), CHUNK)]


def in_transfer_chunks(body: bytes) -> bytes:
    pieces = [body[at : at + 10_000] for at in range(0, len(body), 10_000)]
    return b"".join(b"%X\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def send(proxy: RunningProxy, upload: Upload, body: bytes) -> Response:
    with connected(proxy.port) as connection:
        connection.send(upload.head, body)
        return connection.read_response()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", SIZES)
def test_what_was_meant_is_stored(able: RunningProxy, direct: Any, mode: str, size: int) -> None:
    payload = secrets.token_bytes(size)
    upload = Upload(able.port, mode, f"modes/{mode}-{size}", payload)

    answer = send(able, upload, upload.body)

    assert answer.status == 200, answer.body
    stored = direct.get_object(Bucket=BUCKET, Key=upload.key)
    assert stored["Body"].read() == payload
    assert stored.get("ContentEncoding", "") == ""


@pytest.mark.parametrize("mode", ["signed-trailer", "unsigned-trailer", "nested-trailer"])
@pytest.mark.parametrize("size", [0, 1, 300_000])
def test_checksum_behind_a_body_is_kept_by_the_store(
    able: RunningProxy, direct: Any, mode: str, size: int
) -> None:
    upload = Upload(able.port, mode, f"modes/kept-{mode}-{size}", secrets.token_bytes(size))

    answer = send(able, upload, upload.body)

    assert answer.headers["x-amz-checksum-crc32"] == upload.crc
    kept = direct.head_object(Bucket=BUCKET, Key=upload.key, ChecksumMode="ENABLED")
    assert kept["ChecksumCRC32"] == upload.crc


@pytest.mark.parametrize("position", [0.3, 0.9])
def test_damaged_body_with_a_checksum_to_pass_on_is_never_stored(
    able: RunningProxy, direct: Any, position: float
) -> None:
    payload = secrets.token_bytes(600_000)
    upload = Upload(able.port, "unsigned-trailer", f"modes/passed-{position}", payload)
    at = upload.body.index(payload[int(600_000 * position) :][:50])
    damaged = upload.body[:at] + bytes([upload.body[at] ^ 1]) + upload.body[at + 1 :]

    assert b"<Code>BadDigest</Code>" in send(able, upload, damaged).body
    with pytest.raises(ClientError):
        direct.head_object(Bucket=BUCKET, Key=upload.key)


@pytest.mark.parametrize(
    "mode", [mode for mode in MODES if mode not in ("unsigned", "transfer-chunks")]
)
@pytest.mark.parametrize("position", [0.3, 0.9])
def test_one_bit_changed_on_the_way_is_never_stored(
    proxy: RunningProxy, direct: Any, mode: str, position: float
) -> None:
    payload = secrets.token_bytes(200_000)
    upload = Upload(proxy.port, mode, f"modes/damaged-{mode}-{position}", payload)
    at = upload.body.index(payload[int(200_000 * position) :][:50])

    answer = send(
        proxy, upload, upload.body[:at] + bytes([upload.body[at] ^ 1]) + upload.body[at + 1 :]
    )

    code = {"hash": b"XAmzContentSHA256Mismatch", "signed-chunks": b"SignatureDoesNotMatch"}
    code["signed-trailer"] = code["signed-chunks"]
    assert answer.status in {400, 403}
    assert b"<Code>" + code.get(mode, b"BadDigest") + b"</Code>" in answer.body
    with pytest.raises(ClientError):
        direct.head_object(Bucket=BUCKET, Key=upload.key)


def test_a_store_that_needs_a_length_is_not_asked_without(proxy: RunningProxy) -> None:
    upload = Upload(proxy.port, "transfer-chunks", "modes/no-length", b"hello")

    assert b"<Code>MissingContentLength</Code>" in send(proxy, upload, upload.body).body


def test_an_empty_object_with_a_wrong_checksum_is_never_stored(
    proxy: RunningProxy, direct: Any
) -> None:
    upload = Upload(proxy.port, "unsigned-trailer", "modes/empty-damaged", b"")

    answer = send(proxy, upload, upload.body.replace(b"AAAAAA==", b"AAAAAQ=="))

    assert b"<Code>BadDigest</Code>" in answer.body
    with pytest.raises(ClientError):
        direct.head_object(Bucket=BUCKET, Key=upload.key)


def test_a_chunk_that_announces_too_much_costs_nothing(proxy: RunningProxy) -> None:
    upload = Upload(proxy.port, "unsigned-trailer", "modes/huge", b"hello")

    answer = send(proxy, upload, upload.body.replace(b"5\r\n", b"7fffffffffffffff\r\n", 1)[:46])

    assert b"<Code>IncompleteBody</Code>" in answer.body
