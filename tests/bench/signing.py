"""
Signature version 4 for the load: heads made and signed before the clock runs.

Written for the benchmark alone, so that a fault in the product's signing cannot hide itself; a
unit test compares it with botocore.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote

from bench.shapes import Shape

HOST = "127.0.0.1:9000"
"""What every request names as host, whoever it is sent to: so all targets get the same bytes."""
REGION = "us-east-1"
EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()
UNSIGNED = "UNSIGNED-PAYLOAD"
SIGNED_CHUNKS = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"


@dataclass(frozen=True, slots=True)
class Key:
    """
    An access key id and its secret.
    """

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ask:
    """
    One request before it has a date and a signature.
    """

    method: str
    path: str
    shape: Shape
    query: str = ""
    """Raw, names and values already percent-encoded."""
    sha256: str = EMPTY_SHA256
    length: int = 0
    """Of the body as it is sent."""
    decoded: int = 0
    """Of the object, where the body is framed as aws-chunked."""
    crc32: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """
    A head ready to send, and what signing its chunks starts from.
    """

    data: bytes
    signature: str
    scope: str
    stamp: str


def sign(ask: Ask, key: Key, *, at: float | None = None) -> Head:
    """
    Render the head with its Authorization header.

    Args:
        at: Seconds since the epoch; now if left out.
    """
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at))
    scope = f"{stamp[:8]}/{REGION}/s3/aws4_request"
    values = _values(ask, stamp)
    headers = _signed_headers(ask, values)
    query = "&".join(part for part in (ask.query, ask.shape.query) if part)
    names = ";".join(name for name, _ in headers)
    canonical = _canonical(ask.method, ask.path, query, headers, ask.sha256)
    signature = _sign_text(key, stamp, scope, canonical)
    values["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={key.id}/{scope}, SignedHeaders={names}, "
        f"Signature={signature}"
    )
    return Head(_render(ask, query, values), signature, scope, stamp)


def presign(ask: Ask, key: Key, *, expires: int = 3600, at: float | None = None) -> Head:
    """
    Render the head of a presigned URL: the signature stands in the query, only `host` is signed.
    """
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at))
    scope = f"{stamp[:8]}/{REGION}/s3/aws4_request"
    query = (
        f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={quote(f'{key.id}/{scope}', safe='')}"
        f"&X-Amz-Date={stamp}&X-Amz-Expires={expires}&X-Amz-SignedHeaders=host"
    )
    canonical = _canonical(ask.method, ask.path, query, [("host", HOST)], UNSIGNED)
    signature = _sign_text(key, stamp, scope, canonical)
    query = f"{query}&X-Amz-Signature={signature}"
    return Head(_render(ask, query, _values(ask, stamp)), signature, scope, stamp)


def anonymous(ask: Ask) -> Head:
    """
    Render the head without any signature.
    """
    return Head(_render(ask, ask.query, _values(ask, "")), "", "", "")


def spoil(head: Head) -> Head:
    """
    Return the head with another signature in place of its own.
    """
    wrong = hashlib.sha256(head.signature.encode()).hexdigest()
    return Head(
        head.data.replace(head.signature.encode(), wrong.encode()), wrong, head.scope, head.stamp
    )


def sign_chunks(head: Head, key: Key, chunks: Iterable[memoryview]) -> list[bytes | memoryview]:
    """
    Frame the body as signed aws-chunked: every chunk's signature covers the one before.
    """
    previous, parts = head.signature, list[bytes | memoryview]()
    prefix = f"AWS4-HMAC-SHA256-PAYLOAD\n{head.stamp}\n{head.scope}\n"
    signing_key = derive_key(key.secret, head.stamp[:8])
    for chunk in (*chunks, memoryview(b"")):
        text = f"{prefix}{previous}\n{EMPTY_SHA256}\n{hashlib.sha256(chunk).hexdigest()}"
        previous = hmac.digest(signing_key, text.encode(), "sha256").hex()
        parts += [f"{len(chunk):x};chunk-signature={previous}\r\n".encode(), chunk, b"\r\n"]
    return parts


@lru_cache(maxsize=200_000)
def derive_key(secret: str, day: str) -> bytes:
    """
    Return the signing key of that day, for `REGION` and S3.
    """
    key = f"AWS4{secret}".encode()
    for part in (day, REGION, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _sign_text(key: Key, stamp: str, scope: str, canonical: str) -> str:
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}"
    return hmac.digest(derive_key(key.secret, stamp[:8]), text.encode(), "sha256").hex()


def _canonical(
    method: str, path: str, query: str, headers: Sequence[tuple[str, str]], sha256: str
) -> str:
    pairs = (part if "=" in part else f"{part}=" for part in query.split("&") if part)
    lines = "".join(f"{name}:{value}\n" for name, value in headers)
    names = ";".join(name for name, _ in headers)
    return f"{method}\n{path}\n{'&'.join(sorted(pairs))}\n{lines}\n{names}\n{sha256}"


def _signed_headers(ask: Ask, values: dict[str, str]) -> list[tuple[str, str]]:
    pairs = (line.split(": ", 1) for line in ask.shape.lines)
    named = ((name.lower(), value) for name, value in pairs)
    return sorted(
        (name, value.format_map(values)) for name, value in named if name not in ask.shape.unsigned
    )


def _values(ask: Ask, stamp: str) -> dict[str, str]:
    return {
        "host": HOST,
        "date": stamp,
        "sha256": ask.sha256,
        "invocation": secrets.token_hex(18),
        "length": str(ask.length),
        "decoded": str(ask.decoded),
        "crc32": ask.crc32,
    }


def _render(ask: Ask, query: str, values: dict[str, str]) -> bytes:
    target = f"{ask.path}?{query}" if query else ask.path
    lines = "\r\n".join(ask.shape.lines).format_map(values)
    return f"{ask.method} {target} HTTP/1.1\r\n{lines}\r\n\r\n".encode()
