"""
The static upstream: answers S3 requests from memory, checks nothing, costs as little as it can.

Run as `python -m bench.upstream PORT`. What a key holds is in its first segment: `1k`, `1m`,
`256m`. Uploads are read and thrown away; one in `MD5_EVERY` is hashed and its true MD5 returned
as ETag, the others get `objects.PLAIN_ETAG`.
"""

import asyncio
import hashlib
import sys
from email.utils import formatdate
from time import time
from typing import cast

import uvloop

from bench import objects
from bench.framing import ChunkReader, content_length

BUFFER_BYTES = 262144
MD5_EVERY = 16
_ETAG = objects.PLAIN_ETAG.decode()

_HTTP_DATE = formatdate(time(), usegmt=True)
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def _head(length: int, kind: str, extra: str = "", status: str = "200 OK") -> bytes:
    return (
        f"HTTP/1.1 {status}\r\nServer: bench\r\nDate: {_HTTP_DATE}\r\n"
        f"x-amz-request-id: 4442587FB7D0A2F9\r\n{extra}"
        f"Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def _xml(text: str) -> bytes:
    body = text.encode()
    return _head(len(body), "application/xml") + body


def _object_head(size: str) -> bytes:
    facts = f'ETag: "{_ETAG}"\r\nLast-Modified: {_HTTP_DATE}\r\nAccept-Ranges: bytes\r\n'
    return _head(objects.SIZES[size], "binary/octet-stream", facts)


_OBJECTS = {size.encode(): _object_head(size) for size in objects.SIZES}
_STORED = _head(0, "application/xml", f'ETag: "{_ETAG}"\r\n')
_GONE = _head(0, "application/xml", status="404 Not Found")
_LIST = _xml(objects.render_listing())
_LISTED = f"/{objects.BUCKET}?list-type=2".encode()
_EMPTY = _xml(objects.render_empty())
"""Of every other bucket: a gateway may look whether the one it made for a trial is empty."""
_BUCKETS = _xml(objects.render_buckets())
_DELETED = _xml(objects.render_deleted())
_BEGUN = _xml(objects.render_begun())
_COMPLETED = _xml(objects.render_completed())


class Upstream(asyncio.BufferedProtocol):
    """
    One connection of a proxy or a client.
    """

    _uploads = 0

    def __init__(self) -> None:
        self._buffer = bytearray(BUFFER_BYTES)
        self._view = memoryview(self._buffer)
        self._transport: asyncio.Transport | None = None
        self._fill = self._left = self._owed = 0
        self._is_paused = False
        self._answer: bytes | None = None
        self._chunks: ChunkReader | None = None
        self._md5: hashlib._Hash | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """
        Keep the transport.
        """
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=objects.MIB)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002  # asyncio's signature
        """
        Hand out the room behind an unfinished head, or all of it for a body.
        """
        return self._view if self._answer is not None else self._view[self._fill :]

    def buffer_updated(self, nbytes: int) -> None:
        """
        Read on in the request.
        """
        if self._answer is not None:
            self._take(self._view[:nbytes])
            return
        self._fill += nbytes
        end = self._buffer.find(b"\r\n\r\n", 0, self._fill)
        if end >= 0:
            fill, self._fill = self._fill, 0
            self._begin(bytes(self._buffer[: end + 2]), self._view[end + 4 : fill])

    def resume_writing(self) -> None:
        """
        Send more of a large object.
        """
        self._is_paused = False
        self._pump()

    def pause_writing(self) -> None:
        """
        Wait until the reader has caught up.
        """
        self._is_paused = True

    def _begin(self, head: bytes, rest: memoryview) -> None:
        method, target, _ = head.split(b" ", 2)
        assert self._transport is not None
        if method in (b"GET", b"HEAD"):
            self._send_object(target, with_body=method == b"GET")
            return
        self._answer = _answer_to(method, target)
        self._left = content_length(head)
        self._chunks = ChunkReader() if self._left < 0 else None
        if method == b"PUT":
            Upstream._uploads += 1
            self._md5 = hashlib.md5() if Upstream._uploads % MD5_EVERY == 0 else None  # noqa: S324  # S3's ETag is MD5
        if b"100-continue" in head and not rest:
            self._transport.write(_CONTINUE)
        self._take(rest)

    def _take(self, data: memoryview) -> None:
        if self._chunks is None:
            self._left -= len(data)
            self._digest(data)
        else:
            for piece in self._chunks.feed(data):
                self._digest(piece)
        if self._left == 0 or (self._chunks is not None and self._chunks.is_done):
            self._finish()

    def _digest(self, data: memoryview) -> None:
        if self._md5 is not None:
            self._md5.update(data)

    def _finish(self) -> None:
        assert self._transport is not None
        assert self._answer is not None
        answer, self._answer = self._answer, None
        if self._md5 is not None:
            answer = answer.replace(objects.PLAIN_ETAG, self._md5.hexdigest().encode())
            self._md5 = None
        self._transport.write(answer)

    def _send_object(self, target: bytes, *, with_body: bool) -> None:
        assert self._transport is not None
        parts = target.split(b"/", 3)
        head = _OBJECTS.get(parts[2]) if len(parts) > 3 else None
        if head is None:
            answer = _other_read(target)
            end = answer.index(b"\r\n\r\n") + 4
            self._transport.write(answer if with_body else answer[:end])
        elif not with_body:
            self._transport.write(head)
        elif parts[2] == b"1k":
            self._transport.write(head + objects.KILOBYTE)
        else:
            self._transport.write(head)
            self._owed = objects.SIZES[parts[2].decode()] // objects.MIB
            self._pump()

    def _pump(self) -> None:
        assert self._transport is not None
        while self._owed and not self._is_paused:
            self._owed -= 1
            self._transport.write(objects.MEGABYTE)


def _other_read(target: bytes) -> bytes:
    if target.startswith(_LISTED):
        return _LIST
    if b"list-type" in target or b"versions" in target:
        return _EMPTY
    return _BUCKETS if target.split(b"?")[0] == b"/" else _GONE


def _answer_to(method: bytes, target: bytes) -> bytes:
    if method == b"PUT":
        return _STORED
    if method == b"DELETE":
        return _head(0, "application/xml", status="204 No Content")
    if b"uploadId" in target:
        return _COMPLETED
    return _BEGUN if b"uploads" in target else _DELETED


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(
        Upstream, "127.0.0.1", port, backlog=1024
    )
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
