"""
One body from socket to socket, step by step; over the wire it is tested with real workers.
"""

import asyncio
import os
import socket
from collections.abc import Iterator

import pytest

from proxy import splicing
from proxy.splicing import IS_POSSIBLE, Splice
from support.missing import missing_part

BODY = os.urandom(3 * 1024 * 1024)


class Watcher:
    unsent_bytes = 0

    def __init__(self) -> None:
        self.moved = 0
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def spliced(self, size_bytes: int) -> None:
        self.moved += size_bytes

    def splice_ended(self) -> None:
        self.ended.set_result("whole")

    def splice_failed(self, *, is_source: bool) -> None:
        self.ended.set_result("source" if is_source else "sink")


@pytest.fixture
def pairs() -> Iterator[list[socket.socket]]:
    if not IS_POSSIBLE:
        missing_part("this system has no splice()")
    found = [*socket.socketpair(), *socket.socketpair()]
    for one in found:
        one.setblocking(False)
    yield found
    for one in found:
        one.close()


def begin(pairs: list[socket.socket], watcher: Watcher, size_bytes: int) -> Splice:
    return Splice(
        asyncio.get_running_loop(),
        watcher,
        source=pairs[1].fileno(),
        sink=pairs[2].fileno(),
        size_bytes=size_bytes,
    )


async def read(sock: socket.socket, size: int) -> bytes:
    found = bytearray()
    while len(found) < size:
        found += await asyncio.get_running_loop().sock_recv(sock, 65536)
    return bytes(found)


async def test_exactly_the_missing_bytes_move_and_what_follows_stays(
    pairs: list[socket.socket],
) -> None:
    watcher, loop = Watcher(), asyncio.get_running_loop()
    begin(pairs, watcher, len(BODY))
    sending = asyncio.create_task(loop.sock_sendall(pairs[0], BODY + b"next"))

    assert await read(pairs[3], len(BODY)) == BODY

    assert await watcher.ended == "whole"
    await sending
    assert watcher.moved == len(BODY)
    assert await loop.sock_recv(pairs[1], 10) == b"next"
    assert Splice.running == 0


@pytest.mark.parametrize(("broken", "side"), [(0, "source"), (3, "sink")])
async def test_whichever_side_breaks_off_is_named(
    pairs: list[socket.socket], broken: int, side: str
) -> None:
    watcher = Watcher()
    splice = begin(pairs, watcher, len(BODY))
    await asyncio.get_running_loop().sock_sendall(pairs[0], b"a part")
    pairs[broken].close()

    assert await watcher.ended == side

    splice.cancel()
    assert Splice.running == 0


async def test_no_more_are_begun_than_descriptors_allow(
    pairs: list[socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splicing, "find_most", lambda: 1)
    first = begin(pairs, Watcher(), 10)

    with pytest.raises(OSError, match="enough"):
        begin(pairs, Watcher(), 10)

    first.cancel()
    begin(pairs, Watcher(), 10).cancel()
    assert Splice.running == 0
