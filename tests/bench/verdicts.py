"""
What came of each promise that a benchmark holds us to, said in a line and written to a page.
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.machine import describe

PAGE = Path(__file__).parents[2] / "docs/explanation/very-many.md"
HEAD = """# Very many objects, very large ones

What very many keys in one bucket, a very large object and a very long audit log cost, over one
SeaweedFS on the same machine. `make bench-many` measures again, with a million keys, 5 GiB and a
million rows, and writes this page. Every line is a promise; *BROKEN* stands where it was not kept.

| promise | what came of it | |
| --- | --- | --- |
"""
_FACTS = ("cpu", "cores", "memory_mib", "kernel", "python", "load_average", "commit", "at")


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    One promise, and whether it was kept.
    """

    promise: str
    told: str
    is_kept: bool

    def __str__(self) -> str:
        return f"{self.mark:>8} {self.promise}: {self.told}"

    @property
    def mark(self) -> str:
        """
        Say it in a word.
        """
        return "kept" if self.is_kept else "BROKEN"


class OutOfTimeError(Exception):
    """
    A part was not done when it had to be.
    """


@dataclass(frozen=True, slots=True)
class Limit:
    """
    The moment by which a part has to be done.
    """

    at: float
    """Of the monotonic clock."""

    @property
    def seconds_left(self) -> float:
        """
        How long it still may take; 0.1 at least, so that a wait can still fail by itself.
        """
        return max(self.at - time.monotonic(), 0.1)

    @property
    def is_over(self) -> bool:
        """
        Tell whether there is no time left.
        """
        return time.monotonic() >= self.at


def say(line: object) -> None:
    """
    Print at once.
    """
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def write_page(verdicts: Sequence[Verdict], page: Path = PAGE) -> None:
    """
    Write what came of all of it, and what it ran on.
    """
    rows = [f"| {one.promise} | {one.told} | {one.mark} |" for one in verdicts]
    facts = describe({}, [])
    ran_on = [f"| {name} | {facts[name]} |" for name in _FACTS]
    page.write_text(
        HEAD + "\n".join([*rows, "", "It ran on:", "", "| | |", "| --- | --- |", *ran_on]) + "\n"
    )
