"""
`python -m bench.crowd`: what one worker holds in memory, and how soon it is there again.

At rest with 10,000 credentials; with 200 downloads of 256 MiB at once, 50 of them read slowly; and
how long a worker that was killed takes until it answers, with 100,000 credentials. Fails above the
limits that the project promises.
"""

import asyncio
import http.client
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from bench import objects, shapes, signing
from bench.ours import Stowage
from bench.process import descendants
from bench.session import split_processors
from bench.signing import Ask
from bench.stores import static_store
from bench.target import LOOPBACK, Setting, Target
from support.processes import command_of, resident_bytes

IDLE_MEBIBYTES, BUSY_MEBIBYTES, START_SECONDS = 60.0, 256.0, 3.0
READERS, SLOW_READERS, WATCHED_SECONDS = 200, 50, 20.0
_WAIT_SECONDS = 60.0
_MEBIBYTE = 1 << 20


def main() -> int:
    """
    Measure, print, and return 1 if one of the limits is passed.
    """
    found = {
        "MiB of a worker at rest, 10,000 credentials": (_measure_rest(), IDLE_MEBIBYTES),
        "MiB of a worker, 200 downloads of 256 MiB": (_measure_crowd(), BUSY_MEBIBYTES),
        "seconds from its start to an answer, 100,000 credentials": (
            _measure_start(),
            START_SECONDS,
        ),
    }
    for name, (value, limit) in found.items():
        sys.stdout.write(f"{value:8.1f} {name}, of {limit:.0f} allowed\n")
    return int(any(value > limit for value, limit in found.values()))


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


def _worker_of(target: Target) -> int:
    family = descendants(target.meter.pid)  # type: ignore[attr-defined]  # a program of ours
    return next(pid for pid in reversed(family) if "proxy.worker" in command_of(pid))


def _measure_rest() -> float:
    with _running(10_000) as target:
        _ask(target)
        return resident_bytes(_worker_of(target)) / _MEBIBYTE


def _measure_crowd() -> float:
    with _running(10) as target:
        return asyncio.run(_watch(target, _worker_of(target)))


async def _watch(target: Target, worker: int) -> float:
    readers = [
        asyncio.create_task(_read(target, is_slow=number < SLOW_READERS))
        for number in range(READERS)
    ]
    most, end = 0, time.monotonic() + WATCHED_SECONDS
    while time.monotonic() < end:
        await asyncio.sleep(0.2)
        most = max(most, resident_bytes(worker))
    for reader in readers:
        reader.cancel()
    return most / _MEBIBYTE


async def _read(target: Target, *, is_slow: bool) -> None:
    reader, writer = await asyncio.open_connection(LOOPBACK, target.port)
    ask = Ask("GET", f"/{objects.BUCKET}/256m/000000", shapes.BOTO3_GET)
    writer.write(signing.sign(ask, target.keys[0]).data)
    size, pause = (1024, 0.2) if is_slow else (65536, 0.0)
    while await reader.read(size):  # noqa: ASYNC110  this is what a slow reader does
        await asyncio.sleep(pause)


def _measure_start() -> float:
    with _running(100_000) as target:
        _ask(target)
        before = _worker_of(target)
        os.kill(before, signal.SIGKILL)
        begun = time.monotonic()
        while (worker := _find_new(target, before)) is None:
            _verify_patience(begun)
        begun = time.monotonic()
        _ask(target)
        assert _worker_of(target) == worker
        return time.monotonic() - begun


def _find_new(target: Target, before: int) -> int | None:
    time.sleep(0.01)
    with suppress(StopIteration):
        worker = _worker_of(target)
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
    sys.exit(main())
