import os
import subprocess
import sys
from pathlib import Path

import pytest

from proxy.spool import MEMORY_BYTES, Spool


class Sender:
    def __init__(self) -> None:
        self.calls: list[str] = []

    def spool(self) -> Spool:
        return Spool(lambda: self.calls.append("pause"), lambda: self.calls.append("resume"))


async def read_all(spool: Spool) -> bytes:
    await spool.rewind()
    read = b""
    while piece := await spool.read(100_000):
        read += piece
    return read


@pytest.mark.parametrize("size", [0, 1, MEMORY_BYTES, MEMORY_BYTES + 1, 5 * MEMORY_BYTES])
async def test_what_was_written_comes_back_as_often_as_it_is_asked_for(size: int) -> None:
    spool, data = Sender().spool(), os.urandom(size)

    for start in range(0, size, 77_777):
        spool.write(data[start : start + 77_777])

    assert await read_all(spool) == data
    assert await read_all(spool) == data
    spool.close()


async def test_small_file_never_meets_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    spool = Sender().spool()

    spool.write(bytes(MEMORY_BYTES))

    assert await read_all(spool) == bytes(MEMORY_BYTES)


async def test_sender_waits_for_a_disk_that_does_not_keep_up() -> None:
    sender = Sender()
    spool = sender.spool()

    for _ in range(20):  # no thread reports back before the loop runs
        spool.write(bytes(MEMORY_BYTES))
    assert sender.calls == ["pause"]
    await spool.rewind()

    assert sender.calls == ["pause", "resume"]
    spool.close()


async def test_spool_that_was_closed_while_it_writes_lets_nobody_go_on() -> None:
    sender = Sender()
    spool = sender.spool()
    for _ in range(3):
        spool.write(bytes(MEMORY_BYTES))

    spool.close()
    await spool.rewind()

    assert sender.calls == ["pause"]


FULL_DISK = """
import asyncio, resource
from app.errors.raised import StowageError
from proxy.spool import MEMORY_BYTES, Spool

async def main():
    spool = Spool(lambda: None, lambda: None)
    spool.write(bytes(2 * MEMORY_BYTES))
    try:
        await spool.rewind()
    except StowageError as error:
        print(error.reason)
    try:
        spool.write(b"more")
    except StowageError as error:
        print(error.reason)

resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
asyncio.run(main())
"""


def test_full_disk_is_said_so() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.split() == ["disk.full", "disk.full"]
