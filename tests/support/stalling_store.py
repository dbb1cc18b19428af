"""
A store with one large object whose bytes stop coming, until they are let go: for interruptions.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

KEY = "big"
ETAG = '"0123456789abcdef0123456789abcdef-3"'
_LIST = f"""<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult><Name>bucket</Name><KeyCount>1</KeyCount><IsTruncated>false</IsTruncated>
<Contents><Key>{KEY}</Key><Size>%d</Size><ETag>{ETAG}</ETag>
<LastModified>2026-05-01T12:00:00.000Z</LastModified></Contents></ListBucketResult>"""


@dataclass(slots=True)
class StallingStore:
    """
    The store, and what was asked of it.
    """

    body: bytes
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    has_stalled: asyncio.Event = field(default_factory=asyncio.Event)
    free_bytes: int = 0
    """Ranges that begin before this are answered whole in any case."""
    port: int = 0

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                await self._answer(head, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, head: str, writer: asyncio.StreamWriter) -> None:
        method, target = head.split(" ", 2)[:2]
        path, _, query = target.partition("?")
        if path != f"/bucket/{KEY}":
            text = (_LIST % len(self.body)).encode()
            _write(writer, "200 OK", len(text), "")
            writer.write(text)
        elif "tagging" in query:
            _write(writer, "501 Not Implemented", 0, "")
        elif method == "HEAD":
            _write(writer, "200 OK", len(self.body), "")
        else:
            await self._send(head, writer)
        await writer.drain()

    async def _send(self, head: str, writer: asyncio.StreamWriter) -> None:
        asked = head.lower().partition("range: bytes=")[2].partition("\r\n")[0]
        first, last = (int(number) for number in asked.split("-"))
        whole = len(self.body)
        _write(
            writer, "206 OK", last - first + 1, f"Content-Range: bytes {first}-{last}/{whole}\r\n"
        )
        middle = first + 1000
        writer.write(self.body[first:middle])
        await writer.drain()
        if first >= self.free_bytes and not self.go_on.is_set():
            self.has_stalled.set()
            await self.go_on.wait()
        writer.write(self.body[middle : last + 1])


def _write(writer: asyncio.StreamWriter, status: str, length: int, more: str) -> None:
    writer.write(
        f"HTTP/1.1 {status}\r\nContent-Length: {length}\r\nETag: {ETAG}\r\n"
        f"Last-Modified: Fri, 01 May 2026 12:00:00 GMT\r\n{more}\r\n".encode()
    )


@asynccontextmanager
async def running_stalling_store(body: bytes) -> AsyncIterator[StallingStore]:
    """
    Serve until the end of the block.
    """
    store = StallingStore(body)
    server = await asyncio.start_server(store.serve, "127.0.0.1", 0)
    store.port = server.sockets[0].getsockname()[1]
    try:
        yield store
    finally:
        store.go_on.set()
        server.close()
