"""
The real `stowage` command as a process of its own, as a user starts it.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from app.quickstart import tether
from app.quickstart.record import Record, read_record
from support.nursery import open_nursery
from support.polling import wait_until

READY_SECONDS = 180.0
PATIENCE_SECONDS = 60.0
"""
How long a stop may take on the busiest machine; `bench.lifetime` measures the promised seconds.
"""
# The last makes every process compile the whole program again.
_DROPPED = ("STOWAGE_", "AWS_", "RCLONE_", "PYTHONDONTWRITEBYTECODE")


@dataclass(frozen=True, slots=True)
class Stowage:
    """
    A running process and what it has written.
    """

    process: "subprocess.Popen[bytes]"
    output: Path
    """Standard output and standard error, in order."""

    @property
    def text(self) -> str:
        """
        What it has printed so far.
        """
        return self.output.read_text(encoding="utf-8", errors="replace")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """
        Send the signal and return the exit status.
        """
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)


class Quickstart(NamedTuple):
    """
    A running quickstart: the process, how to reach it, and its data folder.
    """

    stowage: Stowage
    record: Record
    folder: Path


def run_stowage(
    *arguments: str | Path, stdin: str = "", environment: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """
    Run a command that ends by itself, from a process that has imported the program already.
    """
    return open_nursery().run(
        [str(one) for one in arguments],
        stdin=stdin,
        environment=_environment(environment),
        seconds=READY_SECONDS,
    )


def start_stowage(
    *arguments: str | Path, stdin: str = "", environment: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """
    Run a command that ends by itself as a user does, imports and all; a second slower.
    """
    return subprocess.run(
        [sys.executable, "-m", "app", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=READY_SECONDS,
        env=_environment(environment),
    )


@contextmanager
def running_stowage(
    *arguments: str | Path, environment: Mapping[str, str] | None = None
) -> Iterator[Stowage]:
    """
    Start a command that runs until it is stopped; kill it at the end if it still does.
    """
    with tempfile.NamedTemporaryFile(prefix="stowage-output-", suffix=".log") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-I", "-S", str(tether.__file__), str(os.getpid())),
                *(sys.executable, "-m", "app", *map(str, arguments)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=_environment(environment),
        )
        try:
            yield Stowage(process, Path(output.name))
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


@contextmanager
def running_quickstart(folder: Path, *arguments: str) -> Iterator[tuple[Stowage, Record]]:
    """
    Run a quickstart on free ports; yield it once it is ready, with its record.
    """
    written_before = _written_at(folder)
    ports = ("--listen", "127.0.0.1:0", "--s3-listen", "127.0.0.1:0")
    with running_stowage("quickstart", "--data-dir", folder, *ports, *arguments) as stowage:
        wait_until(
            lambda: stowage.process.poll() is not None or "Stowage is ready" in stowage.text,
            READY_SECONDS,
            what="the quickstart is ready",
        )
        assert stowage.process.poll() is None, stowage.text
        assert _written_at(folder) > written_before
        record = read_record(folder / "quickstart.json")
        assert record is not None, stowage.text
        yield stowage, record
        stowage.stop()


@contextmanager
def running_server(
    config: Path, *, environment: Mapping[str, str] | None = None
) -> Iterator[tuple[Stowage, dict[str, str]]]:
    """
    Run `stowage serve`; yield it once it is ready, with its real addresses.
    """
    ready_file = config.with_name("ready.json")
    ready_file.unlink(missing_ok=True)
    arguments = ("serve", "--config", config, "--ready-file", ready_file)
    with running_stowage(*arguments, environment=environment) as stowage:
        wait_until(
            lambda: stowage.process.poll() is not None or ready_file.exists(),
            READY_SECONDS,
            what="the server is ready",
        )
        assert stowage.process.poll() is None, stowage.text
        yield stowage, json.loads(ready_file.read_text())
        stowage.stop()


def _written_at(folder: Path) -> int:
    file = folder / "quickstart.json"
    return file.stat().st_mtime_ns if file.exists() else 0


def _environment(more: Mapping[str, str] | None) -> dict[str, str]:
    """
    Our own environment without settings that would reach into the test.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_DROPPED)}
    return {**kept, "AWS_EC2_METADATA_DISABLED": "true", **(more or {})}
