"""
One burst of load: so many connections, closed loop, for so many seconds.
"""

import asyncio
import gc
import ssl
import threading
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import uvloop

from bench.client import Connection, Score, Script

CONNECT_SECONDS = 10.0
FINISH_SECONDS = 60.0
"""How long the operations under way may take once the time is over."""
MAX_FAILURES = 20
"""A connection gives up after so many failures without one success."""

STOPPED = threading.Event()
"""Set when a signal asked to stop: uvloop may swallow what a signal handler raises."""


@dataclass(frozen=True, slots=True)
class Load:
    """
    What to send where.
    """

    address: tuple[str, int]
    scripts: Sequence[Script]
    """One per connection."""
    seconds: float
    sample_every: int = 64
    warms_up: bool = True
    """One operation per connection before the clock runs; not for bodies of many MiB."""
    tls: ssl.SSLContext | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What came of it, warm-up left out.
    """

    operations: int
    errors: int
    first_error: str
    hashed: int
    seconds: float
    latencies: "array[int]"
    """Nanoseconds per operation, ascending."""

    def percentile(self, share: float) -> float | None:
        """
        Return milliseconds below which that share of the operations stayed.
        """
        if not self.latencies:
            return None
        return self.latencies[int((len(self.latencies) - 1) * share)] / 1e6


def run_burst(load: Load, *, on_start: Callable[[], None], on_end: Callable[[], None]) -> Outcome:
    """
    Connect, send one operation per connection to warm up, then measure.

    Args:
        on_start: Called when everything stands still before the measured part.
        on_end: Called when everything stands still after it.

    Raises:
        KeyboardInterrupt: `STOPPED` is set.
    """
    gc.collect()
    gc.disable()
    try:
        return uvloop.run(_Burst(load).run(on_start, on_end))
    finally:
        gc.enable()
        if STOPPED.is_set():
            raise KeyboardInterrupt


class _Burst:
    def __init__(self, load: Load) -> None:
        self._load = load
        self._warmup, self._score = Score(load.sample_every), Score(load.sample_every)
        self._until = 0.0
        self._busy = 0
        self._failures: dict[Script, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._still = asyncio.Event()

    async def run(self, on_start: Callable[[], None], on_end: Callable[[], None]) -> Outcome:
        connections: list[Connection] = []
        if self._load.warms_up:
            connections = await self._run_phase(self._warmup, [])
        on_start()
        begun = perf_counter()
        self._until = begun + self._load.seconds
        connections = await self._run_phase(self._score, connections)
        seconds = perf_counter() - begun
        on_end()
        for connection in connections:
            connection.close()
        await asyncio.sleep(0)
        return self._outcome(seconds)

    async def _run_phase(self, score: Score, former: list[Connection]) -> list[Connection]:
        """
        Let every connection work until its time is over; once at least.
        """
        self._still.clear()
        self._failures.clear()
        ready = former or [Connection(s, score, self._on_idle) for s in self._load.scripts]
        self._busy = len(ready)
        for connection in ready:
            connection.count_in(score)
            self._go(connection)
        limit = self._load.seconds + FINISH_SECONDS
        try:
            await asyncio.wait_for(self._still.wait(), limit)
        except TimeoutError:
            score.fail(f"{self._busy} operations were not over after {limit:.0f} seconds")
        return ready

    def _on_idle(self, connection: Connection, *, went_well: bool) -> None:
        failures = 0 if went_well else self._failures.get(connection.script, 0) + 1
        self._failures[connection.script] = failures
        if perf_counter() < self._until and failures < MAX_FAILURES:
            self._go(connection)
            return
        self._busy -= 1
        if self._busy == 0:
            self._still.set()

    def _go(self, connection: Connection) -> None:
        if connection.is_open:
            connection.go()
            return
        task = asyncio.get_running_loop().create_task(self._connect(connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, connection: Connection) -> None:
        host, port = self._load.address
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await loop.create_connection(lambda: connection, host, port, ssl=self._load.tls)
        except (OSError, TimeoutError, ssl.SSLError) as error:
            connection.score.fail(f"cannot connect: {error}")
            self._on_idle(connection, went_well=False)
        else:
            connection.go()

    def _outcome(self, seconds: float) -> Outcome:
        score = self._score
        warm = self._warmup
        return Outcome(
            operations=len(score.latencies),
            errors=score.errors + warm.errors,
            first_error=warm.first_error or score.first_error,
            hashed=score.hashed + warm.hashed,
            seconds=seconds,
            latencies=array("q", sorted(score.latencies)),
        )
