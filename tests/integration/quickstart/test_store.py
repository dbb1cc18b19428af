"""
The managed store keeps what it was given, comes back when it dies, and never outlives us.
"""

import asyncio
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest

from app.errors.start import StartError
from app.quickstart import weed as seaweed
from app.quickstart.store import ManagedStore, load_weed
from support.polling import wait_until, wait_until_async


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[ManagedStore]:
    store = ManagedStore(load_weed(folder), seaweed.find_binary())
    store.launch()
    watch = asyncio.create_task(store.supervise())
    try:
        await store.wait_until_ready()
        yield store
    finally:
        watch.cancel()
        await asyncio.to_thread(store.stop)


@contextmanager
def client_of(store: ManagedStore) -> Iterator[Any]:
    client = boto3.client(
        "s3",
        endpoint_url=store.weed.endpoint,
        region_name=seaweed.REGION,
        aws_access_key_id=store.weed.access_key,
        aws_secret_access_key=store.weed.secret_key,
    )
    yield client
    client.close()


def read(client: Any, key: str) -> bytes:  # boto3 makes its classes at run time
    with client.get_object(Bucket="kept", Key=key)["Body"] as body:
        return bytes(body.read())


def is_alive(pid: int) -> bool:
    """
    Tell whether the process runs; one that has ended and waits for its parent does not.
    """
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def weed_pid(store: ManagedStore) -> int:
    """
    Find the server by its folder in its command line.
    """
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        words = process.read_bytes().split(b"\0") if process.exists() else []
        if f"-dir={store.weed.folder / 'data'}".encode() in words and b"weed" in words[0]:
            return int(process.parent.name)
    raise AssertionError("no weed runs there")


def leftover_sockets(store: ManagedStore) -> list[Path]:
    ports = tuple(str(port) for port in store.weed.ports)
    theirs = [path for path in shared_sockets() if path.stem.endswith(ports)]
    return [*theirs, *store.weed.folder.glob("*.sock")]


def shared_sockets() -> set[Path]:
    return set(Path("/tmp").glob("seaweedfs-*.sock"))  # noqa: S108


async def test_what_was_written_just_before_the_stop_is_there_after_the_next_start(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as store:
        with client_of(store) as client:
            client.create_bucket(Bucket="kept")
            client.put_object(Bucket="kept", Key="last", Body=b"words" * 1_000_000)

    async with running(tmp_path) as again:
        with client_of(again) as client:
            assert read(client, "last") == b"words" * 1_000_000
        assert again.weed == store.weed


async def test_a_store_that_dies_comes_back_with_its_objects(tmp_path: Path) -> None:
    async with running(tmp_path) as store:
        with client_of(store) as client:
            client.create_bucket(Bucket="kept")
            client.put_object(Bucket="kept", Key="last", Body=b"words")
        first = weed_pid(store)

        os.kill(first, signal.SIGKILL)
        await wait_until_async(lambda: asyncio.to_thread(lambda: not is_alive(first)))
        await asyncio.to_thread(
            wait_until, lambda: seaweed.is_ready(store.weed), 30, what="it serves again"
        )

        assert weed_pid(store) != first
        with client_of(store) as client:
            assert read(client, "last") == b"words"


async def test_stopping_leaves_neither_process_nor_sockets(tmp_path: Path) -> None:
    # A store that was killed long ago may have left one under a port that is ours now.
    before = shared_sockets()
    async with running(tmp_path) as store:
        pid = weed_pid(store)

    assert not is_alive(pid)
    assert not set(leftover_sockets(store)) - before


def test_no_weed_stays_behind_when_we_are_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path\n"
        "from app.quickstart import weed; from app.quickstart.store import *\n"
        "store = ManagedStore(load_weed(Path(sys.argv[1])), weed.find_binary())\n"
        "store.launch(); print(store._process.pid, flush=True); time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    with parent.stdout:
        weed = int(parent.stdout.readline())
    wait_until(lambda: b"weed" in Path(f"/proc/{weed}/cmdline").read_bytes().split(b"\0")[0])

    parent.kill()
    parent.wait()

    wait_until(lambda: not is_alive(weed), 5, what="weed dies with its parent")


def test_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    seaweed.write_settings(load_weed(tmp_path / "store"))

    for name in ("access_key", "secret_key", "s3.json", "ports.json"):
        assert stat.S_IMODE((tmp_path / "store" / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "store").stat().st_mode) == 0o700


def test_a_second_start_has_the_same_keys_and_ports(tmp_path: Path) -> None:
    assert load_weed(tmp_path) == load_weed(tmp_path)


def test_a_taken_port_is_replaced_and_the_keys_stay(tmp_path: Path) -> None:
    first = load_weed(tmp_path)

    with socket.create_server(("127.0.0.1", first.ports[3])):
        again = load_weed(tmp_path)

    assert first.ports[3] not in again.ports
    assert (again.access_key, again.secret_key) == (first.access_key, first.secret_key)


async def test_a_store_that_cannot_start_says_where_to_look(tmp_path: Path) -> None:
    store = ManagedStore(load_weed(tmp_path), Path("/bin/false"))
    store.launch()

    with pytest.raises(StartError, match=r"weed\.log"):
        await store.wait_until_ready()
