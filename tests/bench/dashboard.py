"""
`python -m bench.dashboard`: the dashboard under five hundred sessions, with sign-ins going on.

The server runs in this process, whose event loop names whatever holds it for more than 20 ms; the
crowd is a process of its own. Meanwhile credentials are revoked, one after another. Fails when the
p99 of a poll is over twice that of one session alone, when `/healthz` keeps anybody waiting, when a
revocation takes over a second to be in the snapshot, or when one piece of work computes on the
event loop for more than 20 ms.
"""

import asyncio
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx

from app.audit.event import SYSTEM
from app.backends.rows import NewBackend
from app.credentials.credential import NewCredential
from support.dashboard import Dashboard, running_dashboard
from support.dashboard_people import CONFIG, ENVIRON, PASSWORD, STATIC_NAME

SESSIONS = 500
POLL_SECONDS = 5.0
SECONDS = 20.0
SIGN_INS_PER_SECOND = 50
HELD_SECONDS = 0.02
HEALTH_SECONDS = 0.25
FLOOR_SECONDS = 0.02
"""Below this nobody feels a difference, whatever the factor."""
REVOKED_SECONDS = 1.0
PATIENCE_SECONDS = 30.0

_BATCH = 32
_BODY = {"username": STATIC_NAME, "password": PASSWORD}


def main(arguments: Sequence[str]) -> int:
    """
    Measure, print, and return 1 if a promise is broken.
    """
    sessions, seconds = (50, 5.0) if "--short" in arguments else (SESSIONS, SECONDS)
    held = _Held()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_dashboard(Path(folder), CONFIG, ENVIRON) as dashboard,
    ):
        revoke = _Revocations(dashboard)
        # Nobody waits for what a start does, and a server keeps what is there by then out of the
        # collector's way.
        gc.collect()
        gc.freeze()
        held.told.clear()
        work = f"asyncio.run(crowd({dashboard.url!r}, {sessions}, {seconds}))"
        program = f"from bench.dashboard import *; print(json.dumps({work}))"
        with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
            revoked = revoke.until(lambda: process.poll() is not None)
            assert process.stdout is not None
            told = process.stdout.read()
        if process.returncode:
            return 1
    return _report({**json.loads(told), "revocation": revoked}, held.told)


class _Held:
    """
    Times every callback of every event loop here, and remembers those that held it for long.
    """

    def __init__(self) -> None:
        self.told: list[tuple[float, float, str]] = []
        """Seconds on the clock, seconds of computing, and what it was."""
        run = asyncio.Handle._run  # noqa: SLF001  the one place that all callbacks pass

        def timed(handle: asyncio.Handle) -> None:
            began, computed = time.perf_counter(), time.thread_time()
            run(handle)
            took = time.perf_counter() - began
            if took > HELD_SECONDS:
                self.told.append((took, time.thread_time() - computed, _name(handle)))

        asyncio.Handle._run = timed  # type: ignore[method-assign]  # noqa: SLF001  see above


def _name(handle: asyncio.Handle) -> str:
    callback = handle._callback  # type: ignore[attr-defined]  # noqa: SLF001  it has no public name
    task = getattr(callback, "__self__", None)
    return repr(task.get_coro() if isinstance(task, asyncio.Task) else callback)


class _Revocations:
    """
    Makes credentials and takes them back, and times until the snapshot has lost each.
    """

    def __init__(self, dashboard: Dashboard) -> None:
        self._run = dashboard.run
        self._services = dashboard.services
        backend = NewBackend("s", "http://127.0.0.1:9", "key", "secret")
        dashboard.run(self._services.backends.create(SYSTEM, backend))

    def until(self, is_over: Callable[[], bool]) -> list[float]:
        """
        Return how long each took, in seconds.
        """
        took: list[float] = []
        while not is_over():
            took.append(self._revoke())
            time.sleep(0.2)
        return took

    def _revoke(self) -> float:
        new = NewCredential(backend_id="s", buckets=["docs"])
        made = self._run(self._services.credentials.create(SYSTEM, new))
        key = made.credential.access_key
        self._wait(lambda: key in self._services.feed.current.credentials)
        began = time.monotonic()
        self._run(self._services.credentials.delete(SYSTEM, key))
        self._wait(lambda: key not in self._services.feed.current.credentials)
        return time.monotonic() - began

    @staticmethod
    def _wait(is_so: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not is_so():
            assert time.monotonic() < end, "the snapshot does not follow"
            time.sleep(0.005)


def _report(found: dict[str, list[float]], held: Sequence[tuple[float, float, str]]) -> int:
    p99 = {name: sorted(took)[int(len(took) * 0.99)] for name, took in found.items()}
    for name, value in p99.items():
        sys.stdout.write(f"{value * 1000:8.1f} ms p99 {name} ({len(found[name])} calls)\n")
    computing = [one for one in held if one[1] > HELD_SECONDS]
    sys.stdout.write(
        f"{len(held):8d} times something held the loop over {HELD_SECONDS * 1000:.0f} ms, "
        f"{len(computing)} of them by computing\n"
    )
    for took, computed, name in (*computing, *held)[:10]:
        line = f"{took * 1000:.0f} ms, computing {computed * 1000:.0f} ms: {name}"
        sys.stdout.write(f"         {line[:200]}\n")
    limit = max(2 * p99["alone"], FLOOR_SECONDS)
    verdicts = {
        f"a poll within {limit * 1000:.0f} ms": p99["crowd"] <= limit,
        f"/healthz within {HEALTH_SECONDS * 1000:.0f} ms": p99["health"] <= HEALTH_SECONDS,
        f"a revocation within {REVOKED_SECONDS:.0f} s": max(found["revocation"]) <= REVOKED_SECONDS,
        f"nothing computes on the loop over {HELD_SECONDS * 1000:.0f} ms": not computing,
    }
    for what, is_kept in verdicts.items():
        sys.stdout.write(f"{'kept' if is_kept else 'BROKEN':>8} {what}\n")
    return int(not all(verdicts.values()))


async def crowd(url: str, sessions: int, seconds: float) -> dict[str, list[float]]:
    """
    Sign in so often, poll so long, and return how long each call took.
    """
    limits = httpx.Limits(max_connections=sessions + 100)
    async with httpx.AsyncClient(base_url=url, timeout=120, limits=limits) as client:
        cookies = await _sign_in(client, sessions)
        alone = [await _poll(client, cookies[0]) for _ in range(300)]
        end = time.monotonic() + seconds
        crowded: list[float] = []
        health: list[float] = []
        async with asyncio.TaskGroup() as group:
            for number, cookie in enumerate(cookies):
                delay = POLL_SECONDS * number / len(cookies)
                group.create_task(_keep_polling(client, cookie, delay, end, crowded))
            group.create_task(_keep_signing_in(client, end, group))
            group.create_task(_keep_asking(client, end, health))
    return {"alone": alone, "crowd": crowded, "health": health}


async def _sign_in(client: httpx.AsyncClient, sessions: int) -> list[str]:
    cookies: list[str] = []
    while len(cookies) < sessions:
        answers = await asyncio.gather(*(_attempt(client) for _ in range(_BATCH)))
        cookies += [cookie for cookie in answers if cookie]
    return cookies[:sessions]


async def _attempt(client: httpx.AsyncClient) -> str:
    answer = await client.post("/auth/login/local", json=_BODY)
    # A queue that is full turns away, and says so.
    assert answer.status_code == 200 or answer.headers["retry-after"], answer.text
    client.cookies.clear()
    return answer.cookies.get("stowage_session") or ""


async def _poll(client: httpx.AsyncClient, cookie: str) -> float:
    began = time.monotonic()
    answer = await client.get("/api/me", headers={"Cookie": f"stowage_session={cookie}"})
    assert answer.status_code == 200, answer.text
    return time.monotonic() - began


async def _keep_polling(
    client: httpx.AsyncClient, cookie: str, delay: float, end: float, took: list[float]
) -> None:
    await asyncio.sleep(delay)
    while time.monotonic() < end:
        took.append(await _poll(client, cookie))
        await asyncio.sleep(POLL_SECONDS)


async def _keep_signing_in(client: httpx.AsyncClient, end: float, group: asyncio.TaskGroup) -> None:
    while time.monotonic() < end:
        group.create_task(_attempt(client))
        await asyncio.sleep(1 / SIGN_INS_PER_SECOND)


async def _keep_asking(client: httpx.AsyncClient, end: float, took: list[float]) -> None:
    while time.monotonic() < end:
        began = time.monotonic()
        answer = await client.get("/healthz")
        assert answer.status_code == 200
        took.append(time.monotonic() - began)
        await asyncio.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
