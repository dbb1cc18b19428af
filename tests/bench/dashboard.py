"""
`python -m bench.dashboard`: the dashboard under five hundred sessions, with sign-ins going on.

The server runs in this process, whose event loop names whatever holds it for more than 20 ms; the
crowd is a process of its own. Meanwhile credentials are revoked, one after another. Fails when the
p99 of a poll, or of `/healthz`, is over twice that of one caller alone, when a revocation takes
over a second to be in the snapshot, or when something holds the event loop for more than 20 ms.
"""

import asyncio
import gc
import json
import operator
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from app.audit.event import SYSTEM
from app.auth.user import NewUser, User
from app.backends.rows import NewBackend
from app.commands.server import switching_soon
from app.credentials.credential import NewCredential
from app.logs import configure_logs
from bench.pollers import STOLEN, Crowd, Took, run_crowd
from support.dashboard import Dashboard, running_dashboard
from support.dashboard_people import CONFIG, ENVIRON, PASSWORD

SESSIONS = 500
SECONDS = 20.0
HELD_SECONDS = 0.02
FACTOR = 2
FLOOR_SECONDS = 0.02
"""Below this nobody feels a difference, whatever the factor."""
REVOKED_SECONDS = 1.0
PATIENCE_SECONDS = 30.0

_NANOSECONDS = 1e9
_AROUND_SECONDS = 0.03
"""The system counts stolen time ten or a hundred times a second, and we look as often."""
_NAME = "poller"


def main(arguments: Sequence[str]) -> int:
    """
    Measure, print, and return 1 if a promise is broken.
    """
    if "--crowd" in arguments:
        json.dump(run_crowd(Crowd(**json.load(sys.stdin))), sys.stdout)
        return 0
    sessions, seconds = (50, 5.0) if "--short" in arguments else (SESSIONS, SECONDS)
    # What is refused is logged, as it is in production; here nobody reads it.
    with (
        Path(os.devnull).open("w") as nowhere,
        tempfile.TemporaryDirectory() as name,
        switching_soon(),
    ):
        configure_logs(stream=nowhere)
        held = _Held()
        with running_dashboard(Path(name), CONFIG, ENVIRON) as dashboard:
            cookies = dashboard.run(_open_sessions(dashboard, sessions))
            took = _watch(dashboard, cookies, seconds, held)
    return _report(took, held.found)


async def _open_sessions(dashboard: Dashboard, count: int) -> list[str]:
    """
    Return the cookies of so many sessions of one user.
    """
    new = NewUser(_NAME, PASSWORD, "user", must_change_password=False)
    user: User = await dashboard.services.users.create(SYSTEM, new)
    opened = [
        await dashboard.services.sessions.open(user, ip="127.0.0.1", user_agent="bench")
        for _ in range(count)
    ]
    return [one.token for one in opened]


def _watch(dashboard: Dashboard, cookies: list[str], seconds: float, held: "_Held") -> Took:
    revoke = _Revocations(dashboard)
    # Nobody waits for what a start does, and a server keeps what is there by then out of the
    # collector's way.
    gc.collect()
    gc.freeze()
    held.found.clear()
    host, _, port = dashboard.url.removeprefix("http://").partition(":")
    person = {"username": _NAME, "password": PASSWORD}
    crowd = Crowd(host, int(port), cookies, person, seconds)
    command = [sys.executable, "-m", "bench.dashboard", "--crowd"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(asdict(crowd)).encode())
        process.stdin.close()
        answer = _Answer(process.stdout.read)
        revoked = revoke.until(lambda: answer.is_there)
    assert not process.returncode, "the crowd had trouble"
    took: Took = json.loads(answer.told)
    return {**took, "revocation": revoked}


class _Answer:
    """
    Reads what another process tells, beside everything else.
    """

    def __init__(self, read: Callable[[], bytes]) -> None:
        self.told = b""
        self._read = read
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    @property
    def is_there(self) -> bool:
        return not self._thread.is_alive()

    def _run(self) -> None:
        self.told = self._read()


@dataclass(frozen=True, slots=True)
class _Hold:
    """
    One thing that held the event loop for long.
    """

    until: float
    """On the clock."""
    seconds: float
    """Without the time that its thread waited for a processor, which is no fault of its own."""
    computing: float
    collecting: float
    """Of that, the time of the garbage collector."""
    name: str

    def is_stolen(self, moments: Sequence[float]) -> bool:
        """
        Tell whether the host took a processor away meanwhile, or just before or after.
        """
        began, ended = self.until - self.seconds - _AROUND_SECONDS, self.until + _AROUND_SECONDS
        return any(began <= moment <= ended for moment in moments)


class _Held:
    """
    Times every callback of every event loop here, and remembers those that held it for long.
    """

    def __init__(self) -> None:
        self.found: list[_Hold] = []
        self._collected = 0.0
        gc.callbacks.append(self._note_collection)
        self._files: dict[int, int] = {}
        run = asyncio.Handle._run  # noqa: SLF001  the one place that all callbacks pass

        def timed(handle: asyncio.Handle) -> None:
            before, queued = self._clocks(), self._queued()
            run(handle)
            took, computing, collecting = map(operator.sub, self._clocks(), before)
            if took > HELD_SECONDS and (own := took - self._queued() + queued) > HELD_SECONDS:
                now = time.monotonic()
                self.found.append(_Hold(now, own, computing, collecting, _name(handle)))

        asyncio.Handle._run = timed  # type: ignore[method-assign,assignment]  # noqa: SLF001

    def _note_collection(self, phase: str, _facts: dict[str, int]) -> None:
        self._collected += time.perf_counter() * (1 if phase == "stop" else -1)

    def _clocks(self) -> tuple[float, float, float]:
        return time.perf_counter(), time.thread_time(), self._collected

    def _queued(self) -> float:
        """
        Return how many seconds this thread has waited for a processor so far.
        """
        thread = threading.get_native_id()
        if thread not in self._files:
            path = f"/proc/self/task/{thread}/schedstat"
            self._files[thread] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        return int(os.pread(self._files[thread], 64, 0).split()[1]) / _NANOSECONDS


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


def _report(took: Took, held: Sequence[_Hold]) -> int:
    stolen = took.pop(STOLEN)
    ours = [one for one in held if not one.is_stolen(stolen)]
    p99 = {name: sorted(each)[int(len(each) * 0.99)] for name, each in took.items()}
    for name, value in p99.items():
        sys.stdout.write(f"{value * 1000:8.1f} ms p99 {name} ({len(took[name])} calls)\n")
    sys.stdout.write(
        f"{len(held):8d} times something held the loop over {HELD_SECONDS * 1000:.0f} ms, "
        f"{len(held) - len(ours)} of them while the host of this machine took a processor away\n"
    )
    for hold in sorted(ours, key=lambda one: -one.seconds)[:10]:
        parts = (
            f"{hold.seconds * 1000:.0f} ms, computing {hold.computing * 1000:.0f} ms,"
            f" collecting garbage {hold.collecting * 1000:.0f} ms"
        )
        sys.stdout.write(f"         held: {parts}: {hold.name}"[:200] + "\n")
    verdicts = {
        **_verdict_within(p99, "poll"),
        **_verdict_within(p99, "/healthz"),
        f"a revocation within {REVOKED_SECONDS:.0f} s": max(took["revocation"]) <= REVOKED_SECONDS,
        f"nothing holds the loop over {HELD_SECONDS * 1000:.0f} ms": not ours,
    }
    for what, is_kept in verdicts.items():
        sys.stdout.write(f"{'kept' if is_kept else 'BROKEN':>8} {what}\n")
    return int(not all(verdicts.values()))


def _verdict_within(p99: Mapping[str, float], name: str) -> dict[str, bool]:
    limit = max(FACTOR * p99[f"{name} alone"], FLOOR_SECONDS)
    return {f"p99 of {name} within {limit * 1000:.0f} ms": p99[name] <= limit}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
