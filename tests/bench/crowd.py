"""
`python -m bench.crowd [--clients N] [--credentials N]`: what one worker holds, and how soon.

Its memory at rest with 10,000 credentials; with 200 transfers of 256 MiB at once, half of them
uploads, a quarter of the clients slow; and how long a worker that was killed takes until it
answers, with 100,000 credentials. Fails above the limits that the project promises.
"""

import argparse
import asyncio
import http.client
import os
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from bench import objects, shapes, signing
from bench.ours import Stowage
from bench.process import descendants
from bench.session import split_processors
from bench.signing import Ask
from bench.stores import static_store
from bench.target import LOOPBACK, Setting, Target
from bench.verdicts import Verdict, say
from support.processes import command_of, resident_bytes

IDLE_MEBIBYTES, BUSY_MEBIBYTES, START_SECONDS = 60.0, 256.0, 3.0
CLIENTS, SLOW_EVERY, WATCHED_SECONDS = 200, 4, 20.0
CREDENTIALS = 100_000
_WAIT_SECONDS = 60.0
_MEBIBYTE = 1 << 20


def main(arguments: Sequence[str]) -> int:
    """
    Measure, print, and return 1 if one of the limits is passed.
    """
    parser = argparse.ArgumentParser(prog="bench.crowd")
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--credentials", type=int, default=CREDENTIALS)
    asked = parser.parse_args(arguments)
    few, many = asked.credentials // 10, asked.credentials
    is_kept = [
        _tell(f"a worker at rest, {few:,} credentials", "MiB", _measure_rest(few), IDLE_MEBIBYTES),
        _tell(
            f"a worker, {asked.clients} transfers of 256 MiB at once",
            "MiB",
            _measure_crowd(asked.clients),
            BUSY_MEBIBYTES,
        ),
        _tell(
            f"from its start to an answer, {many:,} credentials",
            "s",
            _measure_start(many),
            START_SECONDS,
        ),
    ]
    return int(not all(is_kept))


def _tell(what: str, unit: str, value: float, limit: float) -> bool:
    is_kept = value <= limit
    say(Verdict(what, f"{value:.1f} {unit} of {limit:.0f} allowed", is_kept))
    return is_kept


@contextmanager
def _running(credentials: int) -> Iterator[Target]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stowage-bench-")))
        processors = split_processors(1)
        setting = Setting(
            upstream=stack.enter_context(static_store(folder, processors.load)),
            folder=folder,
            processors=processors.proxy,
            credentials=credentials,
        )
        yield stack.enter_context(Stowage("").run(setting))


def worker_of(target: Target) -> int:
    """
    Return the process that serves the endpoint of a Stowage with one worker.
    """
    family = descendants(target.meter.pid)  # type: ignore[attr-defined]  # a program of ours
    return next(pid for pid in reversed(family) if "proxy.worker" in command_of(pid))


def _measure_rest(credentials: int) -> float:
    with _running(credentials) as target:
        _ask(target)
        return resident_bytes(worker_of(target)) / _MEBIBYTE


def _measure_crowd(count: int) -> float:
    with _running(10) as target:
        return asyncio.run(_watch(target, worker_of(target), count))


async def _watch(target: Target, worker: int, count: int) -> float:
    clients = [
        asyncio.create_task(
            (_read if number < count // 2 else _write)(target, is_slow=not number % SLOW_EVERY)
        )
        for number in range(count)
    ]
    most, end = 0, time.monotonic() + WATCHED_SECONDS
    while time.monotonic() < end:
        await asyncio.sleep(0.2)
        most = max(most, resident_bytes(worker))
    for client in clients:
        # Fast ones may be done; one that failed says so here, and no measurement stands.
        if not client.cancel():
            client.result()
    return most / _MEBIBYTE


async def _read(target: Target, *, is_slow: bool) -> None:
    reader, writer = await asyncio.open_connection(LOOPBACK, target.port)
    ask = Ask("GET", f"/{objects.BUCKET}/256m/000000", shapes.BOTO3_GET)
    writer.write(signing.sign(ask, target.keys[0]).data)
    size, pause = (1024, 0.2) if is_slow else (65536, 0.0)
    while await reader.read(size):  # noqa: ASYNC110  this is what a slow reader does
        await asyncio.sleep(pause)


async def _write(target: Target, *, is_slow: bool) -> None:
    reader, writer = await asyncio.open_connection(LOOPBACK, target.port)
    size = objects.SIZES["256m"]
    name = f"/{objects.BUCKET}/upload/{secrets.token_hex(8)}"
    ask = Ask("PUT", name, shapes.BOTO3_PUT_BARE, sha256=signing.UNSIGNED, length=size)
    writer.write(signing.sign(ask, target.keys[0]).data)
    await reader.readuntil(b"\r\n\r\n")  # 100 Continue
    for _ in range(size // objects.MIB):
        writer.write(objects.MEGABYTE)
        await writer.drain()
        await asyncio.sleep(0.2 if is_slow else 0.0)
    answer = await reader.readuntil(b"\r\n\r\n")
    assert b" 200 " in answer.partition(b"\r\n")[0], answer


def _measure_start(credentials: int) -> float:
    with _running(credentials) as target:
        _ask(target)
        before = worker_of(target)
        os.kill(before, signal.SIGKILL)
        begun = time.monotonic()
        while (worker := _find_new(target, before)) is None:
            _verify_patience(begun)
        begun = time.monotonic()
        _ask(target)
        assert worker_of(target) == worker
        return time.monotonic() - begun


def _find_new(target: Target, before: int) -> int | None:
    time.sleep(0.01)
    with suppress(StopIteration):
        worker = worker_of(target)
        return None if worker == before else worker
    return None


def _verify_patience(begun: float) -> None:
    if time.monotonic() - begun > _WAIT_SECONDS:
        raise TimeoutError("no worker was started again")


def _ask(target: Target) -> None:
    connection = http.client.HTTPConnection(LOOPBACK, target.port, timeout=_WAIT_SECONDS)
    connection.request("GET", "/_stowage/healthz")
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    connection.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
