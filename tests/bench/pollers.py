"""
The crowd before the dashboard: sessions that poll, people who sign in, a probe of its health.

It must cost less than what it measures: requests are ready before the clock runs, and answers are
read by their length alone.
"""

import asyncio
import json
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvloop

POLL_SECONDS = 5.0
SIGN_INS_PER_SECOND = 50
HEALTH_SECONDS = 0.1
STOLEN_SECONDS = 0.01
IDLE_SECONDS = 0.01
"""The pause between two calls while nobody else is there."""
_PATIENCE_SECONDS = 120.0

Took = dict[str, list[float]]
STOLEN = "stolen"
"""When the host gave a processor of this virtual machine to somebody else, on the clock."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """
    Who asks what, and for how long.
    """

    host: str
    port: int
    cookies: Sequence[str]
    """Of the session of each."""
    sign_in: dict[str, str]
    """The body of a sign-in."""
    seconds: float

    def request(self, method: str, path: str, headers: str = "", body: bytes = b"") -> bytes:
        """
        Return the bytes of a request.
        """
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n{headers}"
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def run_crowd(crowd: Crowd) -> Took:
    """
    Return how many seconds each call took, by what it was: first one at a time, then all at once.
    """
    return uvloop.run(_run(crowd))


async def _run(crowd: Crowd) -> Took:
    address = crowd.host, crowd.port
    polls = [
        _Caller(address, crowd.request("GET", "/api/me", f"Cookie: stowage_session={cookie}\r\n"))
        for cookie in crowd.cookies
    ]
    health = _Caller(address, crowd.request("GET", "/healthz"))
    for one in (*polls, health):
        # The first call connects, and is no poll yet.
        await one.ask()
    took: Took = {"poll alone": [], "/healthz alone": [], "poll": [], "/healthz": []}
    await _ask_in_turn(polls, took["poll alone"])
    await _ask_in_turn([health] * len(polls), took["/healthz alone"])
    end = time.monotonic() + crowd.seconds
    async with asyncio.TaskGroup() as group:
        group.create_task(_watch_the_host(end, took.setdefault(STOLEN, [])))
        for number, one in enumerate(polls):
            delay = POLL_SECONDS * number / len(polls)
            group.create_task(_keep(one.ask, POLL_SECONDS, end, took["poll"], delay))
        group.create_task(_keep(health.ask, HEALTH_SECONDS, end, took["/healthz"]))
        body = json.dumps(crowd.sign_in).encode()
        attempt = crowd.request("POST", "/auth/login/local", "Connection: close\r\n", body)
        group.create_task(_keep_signing_in(address, attempt, end, group))
    return took


async def _watch_the_host(end: float, moments: list[float]) -> None:
    before = _stolen()
    while (now := time.monotonic()) < end:
        stolen = _stolen()
        if stolen != before:
            moments.append(now)
        before = stolen
        await asyncio.sleep(STOLEN_SECONDS)


def _stolen() -> int:
    # proc_stat(5): the eighth number of the first line.
    return int(Path("/proc/stat").read_text(encoding="ascii").split(maxsplit=9)[8])


class _Caller:
    """
    One connection that asks the same again and again.
    """

    def __init__(self, address: tuple[str, int], request: bytes) -> None:
        self._address = address
        self._request = request
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self) -> float:
        """
        Return how many seconds the answer took.
        """
        began = time.perf_counter()
        try:
            status = await self._exchange()
        except (ConnectionError, asyncio.IncompleteReadError):
            # The server closed the connection meanwhile: as browsers do, ask on a new one.
            self._streams = None
            status = await self._exchange()
        assert status == b"200", status
        return time.perf_counter() - began

    async def _exchange(self) -> bytes:
        if self._streams is None or self._streams[0].at_eof():
            self._streams = await asyncio.open_connection(*self._address)
        reader, writer = self._streams
        writer.write(self._request)
        return await _read(reader)


async def _read(reader: asyncio.StreamReader) -> bytes:
    """
    Read an answer to its end, and return its status.
    """
    async with asyncio.timeout(_PATIENCE_SECONDS):
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length))
    return head[9:12]


async def _ask_in_turn(callers: Sequence[_Caller], took: list[float]) -> None:
    for one in callers:
        took.append(await one.ask())
        await asyncio.sleep(IDLE_SECONDS)


async def _keep(
    ask: Callable[[], Coroutine[Any, Any, float]],
    pause: float,
    end: float,
    took: list[float],
    delay: float = 0.0,
) -> None:
    await asyncio.sleep(delay)
    while time.monotonic() < end:
        took.append(await ask())
        await asyncio.sleep(pause)


async def _keep_signing_in(
    address: tuple[str, int], attempt: bytes, end: float, group: asyncio.TaskGroup
) -> None:
    due = time.monotonic()
    while due < end:
        group.create_task(_sign_in(address, attempt))
        due += 1 / SIGN_INS_PER_SECOND
        await asyncio.sleep(due - time.monotonic())


async def _sign_in(address: tuple[str, int], attempt: bytes) -> None:
    reader, writer = await asyncio.open_connection(*address)
    writer.write(attempt)
    status = await _read(reader)
    writer.close()
    # A queue that is full turns away, and says so.
    assert status in (b"200", b"429"), status
