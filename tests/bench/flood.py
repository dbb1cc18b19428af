"""
`python -m bench.flood [--seconds N]`: what a flood of bad signatures costs the good clients.

A few clients read small objects at a steady pace, first alone, then while somebody at another
address sends thousands of requests a second with forged signatures, each of which is verified: the
limit on failures of one address, which spares that, does not hold for loopback. Fails where the
good ones wait more than twice as long for it (p99), if that is long enough to be felt.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench import objects, shapes, signing
from bench.ours import Stowage
from bench.process import Program
from bench.session import split_processors
from bench.signing import Ask, Key
from bench.stores import TESTS, static_store
from bench.target import LOOPBACK, Setting, Target
from bench.verdicts import Verdict, say

FACTOR, FELT_MS = 2.0, 5.0
"""Less than so many milliseconds nobody feels."""
GOOD_CLIENTS, PAUSE_SECONDS, ROUNDS = 4, 0.005, 3
FLOODERS, FLOOD_ADDRESS = 32, "127.0.0.2"
FLOOD_PAUSE_SECONDS = 0.01
"""Of each flooder: some 3,000 a second, which leaves the load's processor to the others too."""
_READ = Ask("GET", f"/{objects.BUCKET}/1k/000000", shapes.BOTO3_GET)


def main(arguments: Sequence[str]) -> int:
    """
    Measure, print, and return 1 if the good ones wait too long.
    """
    parser = argparse.ArgumentParser(prog="bench.flood")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--send", type=int, default=0, help="flood this port until killed")
    asked = parser.parse_args(arguments)
    if asked.send:
        asyncio.run(_flood(asked.send))
    verdict = _measure(asked.seconds)
    say(verdict)
    return int(not verdict.is_kept)


def _measure(seconds: float) -> Verdict:
    alone, flooded = list[float](), list[float]()
    with tempfile.TemporaryDirectory(prefix="stowage-bench-") as name:
        folder, processors = Path(name), split_processors(1)
        with static_store(folder, processors.load) as store:
            setting = Setting(
                upstream=store, folder=folder, processors=processors.proxy, credentials=10
            )
            with Stowage("").run(setting) as target:
                for _ in range(ROUNDS):
                    alone.append(_read_for(target, seconds))
                    with _flooding(target.port, folder, processors.load):
                        flooded.append(_read_for(target, seconds))
    before, during = statistics.median(alone), statistics.median(flooded)
    return Verdict(
        f"a flood of bad signatures keeps the p99 of good clients within {FACTOR:.0f} times "
        f"(or {FELT_MS:.0f} ms)",
        f"{before:.2f} ms alone, {during:.2f} ms in the flood, medians of {ROUNDS} rounds",
        during <= max(FACTOR * before, FELT_MS),
    )


@contextmanager
def _flooding(port: int, folder: Path, processors: frozenset[int]) -> Iterator[None]:
    command = [sys.executable, "-m", "bench.flood", "--send", str(port)]
    environ = {"PYTHONPATH": f"{TESTS}:{TESTS.parent}"}
    flood = Program(command, folder=folder / "flood", processors=processors, environ=environ)
    try:
        flood.wait_until(lambda: b"flooding" in flood.log.read_bytes())
        yield
    finally:
        flood.stop()


def _read_for(target: Target, seconds: float) -> float:
    """
    Return the p99 of the good clients, in milliseconds.
    """
    spent = asyncio.run(_read_steadily(target.port, target.keys[0], seconds))
    return statistics.quantiles(spent, n=100, method="inclusive")[98]


async def _read_steadily(port: int, key: Key, seconds: float) -> list[float]:
    """
    Return the milliseconds that each read took.
    """
    end = time.monotonic() + seconds
    spent = await asyncio.gather(*(_read(port, key, end) for _ in range(GOOD_CLIENTS)))
    return [one for each in spent for one in each]


async def _read(port: int, key: Key, end: float) -> list[float]:
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    spent: list[float] = []
    while time.monotonic() < end:
        message = signing.sign(_READ, key).data
        began = time.perf_counter()
        writer.write(message)
        status, _ = await _answer(reader)
        spent.append((time.perf_counter() - began) * 1000)
        assert status == 200, status
        await asyncio.sleep(PAUSE_SECONDS)
    writer.close()
    return spent


async def _flood(port: int) -> None:
    message = signing.spoil(signing.sign(_READ, Key("AKSTOWAGE00000000000", "guessed"))).data
    os.nice(10)  # an attacker has machines of his own: he takes no time from the good ones here
    say("flooding")
    await asyncio.gather(*(_send(port, message) for _ in range(FLOODERS)))


async def _send(port: int, message: bytes) -> None:
    while True:
        reader, writer = await asyncio.open_connection(
            LOOPBACK, port, local_addr=(FLOOD_ADDRESS, 0)
        )
        is_open = True
        while is_open:
            writer.write(message)
            status, is_open = await _answer(reader)
            assert status in {403, 503}, status
            await asyncio.sleep(FLOOD_PAUSE_SECONDS)
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    """
    Read one answer; return its status and whether the connection stays.
    """
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = head.partition(b"content-length: ")[2].partition(b"\r")[0]
    await reader.readexactly(int(length or b"0"))
    return int(head[9:12]), b"connection: close" not in head


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
