"""
Deleting where the store has no call for many at once, as Google's has not for everybody.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.backends.backend import BackendInfo, UpstreamKey
from app.backends.s3 import S3Backend, open_s3
from app.backends.stored import ObjectRef
from app.errors.raised import StowageError

NOT_IMPLEMENTED = b"<Error><Code>NotImplemented</Code></Error>"
NO_KEY = b"<Error><Code>NoSuchKey</Code></Error>"
DENIED = b"<Error><Code>AccessDenied</Code></Error>"
ANSWERS = {
    b"POST": (b"501 Not Implemented", NOT_IMPLEMENTED),
    b"/here": (b"204 No Content", b""),
    b"/gone": (b"404 Not Found", NO_KEY),
    b"/kept": (b"403 Forbidden", DENIED),
}


class Store:
    """
    A store that deletes one object at a time, and calls one that is not there missing.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        line = head.partition(b" HTTP/")[0]
        self.asked.append(line.decode())
        status, body = next(told for name, told in ANSWERS.items() if name in line)
        length = b"Content-Length: %d\r\n" % len(body)
        writer.write(b"HTTP/1.1 " + status + b"\r\nConnection: close\r\n" + length + b"\r\n" + body)
        await writer.drain()
        writer.close()


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
async def backend(store: Store) -> AsyncIterator[S3Backend]:
    async with await asyncio.start_server(store.answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        info = BackendInfo("one", "One", f"http://127.0.0.1:{port}", "us-east-1", path_style=True)
        backend = await open_s3(info, UpstreamKey("key", "secret"))
        yield backend
        await backend.close()


async def test_many_are_deleted_one_by_one_where_there_is_no_other_way(
    backend: S3Backend, store: Store
) -> None:
    refs = [ObjectRef("here"), ObjectRef("gone"), ObjectRef("kept")]

    outcome = await backend.objects.delete_many("b", refs)
    again = await backend.objects.delete_many("b", refs[:1])

    assert {one.key for one in outcome.deleted} == {"here", "gone"}
    assert [(one.key, one.code) for one in outcome.failures] == [("kept", "AccessDenied")]
    assert [one.key for one in again.deleted] == ["here"]
    assert len([line for line in store.asked if line.startswith("POST")]) == 1, store.asked


async def test_when_none_of_many_can_be_deleted_it_says_why(backend: S3Backend) -> None:
    with pytest.raises(StowageError) as refused:
        await backend.objects.delete_many("b", [ObjectRef("kept/1"), ObjectRef("kept/2")])

    assert refused.value.reason == "backend.permission"


async def test_what_is_not_there_is_deleted(backend: S3Backend) -> None:
    assert await backend.objects.delete("b", ObjectRef("gone")) == ObjectRef("gone")
