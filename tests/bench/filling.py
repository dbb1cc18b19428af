"""
A store with very many keys in it, and a very large object.
"""

import os
import struct
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator

from app.backends.stored import NewObject, Part, UploadRef
from app.quickstart import weed as seaweed
from bench.verdicts import Limit
from support.seaweedfs import SeaweedFS
from support.stores import Stores

BUCKET = "many"
GONE, KEPT = "gone/", "kept/"
MIB = 2**20
PART_BYTES = 64 * MIB
_CHUNK = 50_000
_EMPTY_MD5 = bytes.fromhex("d41d8cd98f00b204e9800998ecf8427e")


def fill(store: SeaweedFS, count: int, limit: Limit) -> int:
    """
    Have so many empty objects in the bucket, unless the time is up; return how many there are.

    They are given to the store as its own backups are, and look as if they had been uploaded: a
    million uploads would take the time of all the rest. Every tenth lies below `gone/`.
    """
    for first in range(0, count, _CHUNK):
        if limit.is_over or not _load(store, range(first, min(first + _CHUNK, count)), limit):
            return first
    return count


def _load(store: SeaweedFS, numbers: range, limit: Limit) -> bool:
    binary = seaweed.find_binary()
    flags = (flag.partition("=") for flag in seaweed.command_line(store.weed, binary))
    ports = {name.removeprefix("-"): value for name, _, value in flags}
    where = [
        f"-{name}=127.0.0.1:{ports[f'{name}.port']}.{ports[f'{name}.port.grpc']}"
        for name in ("master", "filer")
    ]
    with tempfile.NamedTemporaryFile(suffix=".meta") as file:
        file.writelines(_entries(numbers))
        file.flush()
        try:
            told = subprocess.run(
                [binary, "shell", *where],
                input=f"fs.meta.load -v=false {file.name}\nexit\n".encode(),
                timeout=limit.seconds_left,
                check=True,
                capture_output=True,
            )
        except subprocess.TimeoutExpired:
            return False
    assert b"is loaded" in told.stdout, told.stdout[-500:] + told.stderr[-500:]
    return True


def _entries(numbers: range) -> Iterator[bytes]:
    """
    Render what the store reads: each entry as a protobuf message after its length.

    `FullEntry` and what is in it are declared in SeaweedFS's `weed/pb/filer.proto`.
    """
    now = int(time.time())
    attributes = _number(2, now) + _number(3, 0o660) + _number(6, now) + _bytes(14, _EMPTY_MD5)
    for number in numbers:
        folder = KEPT if number % 10 else GONE
        entry = _bytes(1, b"%08d" % number) + _bytes(4, attributes)
        message = _bytes(1, f"/buckets/{BUCKET}/{folder[:-1]}".encode()) + _bytes(2, entry)
        yield struct.pack(">I", len(message)) + message


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


async def upload(stores: Stores, bucket: str, mebibytes: int) -> None:
    """
    Store one object of so many random mebibytes, in parts.
    """
    uploads = stores.backends.registry.get("weed").backend.uploads
    upload_ref = UploadRef(bucket, "big", await uploads.create(bucket, "big", NewObject()))
    parts: list[Part] = []
    for first in range(0, mebibytes, PART_BYTES // MIB):
        size_bytes = min(PART_BYTES, (mebibytes - first) * MIB)
        pieces, number = _random(size_bytes), len(parts) + 1
        parts.append(
            await uploads.put_part(upload_ref, number, chunks=pieces, size_bytes=size_bytes)
        )
    await uploads.complete(upload_ref, parts)


async def _random(size_bytes: int) -> AsyncIterator[bytes]:
    piece = os.urandom(MIB)
    for _ in range(size_bytes // MIB):
        yield piece
