"""
Programs under test: started on their own processor, watched from outside, ended by their pid.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from app.quickstart import tether

START_SECONDS = 180.0
POLITE_SECONDS = 3.0
_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class NotStartedError(Exception):
    """
    A program ended, or did not serve in time; the message says which and shows its last words.
    """


@dataclass(frozen=True, slots=True)
class Usage:
    """
    Processor seconds that a process and all its descendants have used so far.
    """

    user: float
    system: float

    def __sub__(self, other: "Usage") -> "Usage":
        return Usage(self.user - other.user, self.system - other.system)

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(self.user + other.user, self.system + other.system)


class Tree:
    """
    A process and everything below it, watched from outside.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def usage(self) -> Usage:
        """
        Return what the whole tree has used, ended children included.
        """
        total = Usage(0.0, 0.0)
        for pid in descendants(self.pid):
            total += _usage_of(pid)
        return total

    def rss_mib(self) -> float:
        """
        Return the resident memory of all its processes; shared pages count in each.
        """
        return sum(map(_rss_of, descendants(self.pid))) / (1 << 20)


class Program(Tree):
    """
    A program of ours with everything that it started.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        processors: frozenset[int],
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """
        Start it tied to this process, so that it ends when we do, however we end.

        Raises:
            OSError: the program cannot be run.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / "output.log"
        guard = [sys.executable, "-I", "-S", tether.__file__, str(os.getpid())]
        with self.log.open("wb") as output, on_processors(processors):
            self._process = subprocess.Popen(
                [*guard, *command],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environ or {})},
                start_new_session=True,
            )
        super().__init__(self._process.pid)

    def wait_until(self, is_ready: Callable[[], bool]) -> None:
        """
        Return when it is ready.

        Raises:
            NotStartedError: it ended, or was not ready in three minutes.
        """
        deadline = time.monotonic() + START_SECONDS
        while not is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                words = self.log.read_text(errors="replace")[-1500:]
                raise NotStartedError(f"it does not serve; its last words:\n{words}")
            time.sleep(0.05)

    def stop(self) -> None:
        """
        Ask it to end, and after three seconds kill it and what it started.
        """
        family = descendants(self.pid)
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(POLITE_SECONDS)
        with suppress(ProcessLookupError):  # the session is its own: nobody else is in it
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        for pid in family[1:]:
            _await_end(pid)


@contextmanager
def on_processors(processors: frozenset[int]) -> Iterator[None]:
    """
    Give this process those processors for a moment, so that what it starts inherits them.
    """
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, processors)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def descendants(pid: int) -> list[int]:
    """
    Return the process and everything below it that is alive.
    """
    found, waiting = list[int](), [pid]
    while waiting:
        current = waiting.pop()
        found.append(current)
        for task in Path(f"/proc/{current}/task").glob("*/children"):
            with suppress(OSError):
                waiting += map(int, task.read_text().split())
    return found


def serves_http(port: int) -> bool:
    """
    Tell whether an HTTP answer of any status comes from that port of the loopback address.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def accepts(port: int) -> bool:
    """
    Tell whether a connection to that port is accepted.
    """
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


def _usage_of(pid: int) -> Usage:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return Usage(0.0, 0.0)
    user, system, ended_user, ended_system = map(int, fields[11:15])  # proc(5), fields 14 to 17
    return Usage((user + ended_user) / _TICK, (system + ended_system) / _TICK)


def _rss_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except OSError:
        return 0


def _await_end(pid: int) -> None:
    deadline = time.monotonic() + POLITE_SECONDS
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
