"""
`python -m bench.endurance [--minutes N] [--gib N]`: what takes long, and what could not be larger.

One part of 5 GiB, the most that S3 takes in one request; beside it a download and an upload of 256
MiB so slow that they take 20 minutes. Fails where one of them is cut, or the worker's memory grows
with them. Nothing is stored: the upstream makes up what is read and counts what is written.
"""

import argparse
import asyncio
import secrets
import sys
import tempfile
import time
from collections.abc import Awaitable, Sequence
from pathlib import Path

from bench import objects, shapes, signing
from bench.crowd import worker_of
from bench.ours import Stowage
from bench.session import split_processors
from bench.signing import Ask
from bench.stores import static_store
from bench.target import LOOPBACK, Setting, Target
from bench.verdicts import Verdict, say
from support.processes import resident_bytes

GROWTH_MEBIBYTES = 32.0
MORE_SECONDS = 300.0
"""Beyond the minutes asked for; then it is broken, and not waited for."""
_SIZE = objects.SIZES["256m"]
_STEPS = _SIZE // objects.MIB
_END = b"\r\n\r\n"


def main(arguments: Sequence[str]) -> int:
    """
    Measure, print, and return 1 if one of the promises is broken.
    """
    parser = argparse.ArgumentParser(prog="bench.endurance")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--gib", type=float, default=5.0)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="stowage-bench-") as name:
        folder, processors = Path(name), split_processors(1)
        with static_store(folder, processors.load) as store:
            setting = Setting(
                upstream=store, folder=folder, processors=processors.proxy, credentials=10
            )
            with Stowage("").run(setting) as target:
                verdicts = asyncio.run(
                    _measure(target, asked.minutes * 60, round(asked.gib * 1024))
                )
    for verdict in verdicts:
        say(verdict)
    return int(not all(verdict.is_kept for verdict in verdicts))


async def _measure(target: Target, seconds: float, mebibytes: int) -> list[Verdict]:
    worker = worker_of(target)
    before = resident_bytes(worker)
    found = await asyncio.gather(
        _judge(f"one part of {mebibytes:,} MiB", _upload_part(target, mebibytes), seconds),
        _judge(f"a download over {seconds:.0f} s", _download(target, seconds), seconds),
        _judge(f"an upload over {seconds:.0f} s", _upload(target, seconds), seconds),
    )
    growth = (resident_bytes(worker) - before) / objects.MIB
    told = f"{growth:+.1f} MiB of {GROWTH_MEBIBYTES:.0f} allowed"
    return [*found, Verdict("the worker holds no more for it", told, growth < GROWTH_MEBIBYTES)]


async def _judge(what: str, transfer: Awaitable[None], seconds: float) -> Verdict:
    began = time.monotonic()
    try:
        async with asyncio.timeout(seconds + MORE_SECONDS):
            await transfer
    except (AssertionError, OSError, EOFError, TimeoutError) as error:
        return Verdict(what, f"{type(error).__name__}: {error}"[:200], is_kept=False)
    return Verdict(what, f"whole after {time.monotonic() - began:.0f} s", is_kept=True)


async def _upload_part(target: Target, mebibytes: int) -> None:
    query = f"partNumber=1&uploadId={objects.UPLOAD_ID}"
    await _send(target, "part", query, mebibytes, pause=0.0)


async def _upload(target: Target, seconds: float) -> None:
    await _send(target, "slow", "", _STEPS, pause=seconds / _STEPS)


async def _send(target: Target, name: str, query: str, mebibytes: int, *, pause: float) -> None:
    reader, writer = await asyncio.open_connection(LOOPBACK, target.port)
    path, length = f"/{objects.BUCKET}/{name}/{secrets.token_hex(8)}", mebibytes * objects.MIB
    shape = shapes.BOTO3_PUT_BARE
    ask = Ask("PUT", path, shape, query, sha256=signing.UNSIGNED, length=length)
    writer.write(signing.sign(ask, target.keys[0]).data)
    assert b" 100 " in await reader.readuntil(_END)
    for _ in range(mebibytes):
        writer.write(objects.MEGABYTE)
        await writer.drain()
        await asyncio.sleep(pause)
    answer = await reader.readuntil(_END)
    assert b" 200 " in answer.partition(b"\r\n")[0], answer
    writer.close()


async def _download(target: Target, seconds: float) -> None:
    reader, writer = await asyncio.open_connection(LOOPBACK, target.port)
    ask = Ask("GET", f"/{objects.BUCKET}/256m/000000", shapes.BOTO3_GET)
    writer.write(signing.sign(ask, target.keys[0]).data)
    answer = await reader.readuntil(_END)
    assert b" 200 " in answer.partition(b"\r\n")[0], answer
    for _ in range(_STEPS):
        assert await reader.readexactly(objects.MIB) == objects.MEGABYTE, "other bytes came"
        await asyncio.sleep(seconds / _STEPS)
    writer.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
