"""
Hashing in processes of their own, which let everything else of this machine go first.

A niced thread would not do: before and after each hash it needs the interpreter's lock, and while
it holds the lock and waits for a processor, the event loop waits with it. And each hash maps and
unmaps 64 MiB, which halts every thread of its process for a moment.

`python -m app.auth.hashing` carries out orders, one a line, until its input ends.
"""

import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from queue import Empty, SimpleQueue
from typing import BinaryIO

from app.auth.argon import HashCost, hash_password, matches

NICENESS = 10
"""Above that of the program, of the processes that hash."""
_KEPT_VARIABLES = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


@dataclass(frozen=True, slots=True)
class Order:
    """
    A password to be compared with a hash, or hashed at a cost.
    """

    password: str = field(repr=False)
    phc: str = field(default="", repr=False)
    cost: HashCost | None = None


def carry_out(order: Order) -> str | bool:
    """
    Return a new hash, or whether the password is the hash's, in the time that takes.
    """
    if order.cost is not None:
        return hash_password(order.password, order.cost)
    return matches(order.phc, order.password)


class HashingProcesses:
    """
    Processes that hash, each started when there is work for it and used by one thread at a time.
    """

    def __init__(self) -> None:
        self._idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        self._is_closed = False

    def ask(self, order: Order) -> str | bool:
        """
        Have an order carried out. Blocks for the time of a hash, without computing.

        Raises:
            OSError: no process can be started, or the one that was asked died.
        """
        process = self._take()
        try:
            answer = _exchange(process, order)
        except BaseException:
            _stop(process)
            raise
        self._idle.put(process)
        if self._is_closed:
            self.close()
        return answer

    def close(self) -> None:
        """
        Stop the processes; one that is at work stops when that is done.
        """
        self._is_closed = True
        with suppress(Empty):
            while True:
                _stop(self._idle.get_nowait())

    def _take(self) -> "subprocess.Popen[bytes]":
        with suppress(Empty):
            return self._idle.get_nowait()
        # It needs none of our secrets. A group of its own: Ctrl-C at a terminal is for the program
        # alone, whose end is the end of this one's input. Not a session: where Linux shares the
        # processors between sessions (sched(7), "autogroup"), niceness means nothing beyond them.
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "app.auth.hashing"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ},
            process_group=0,
        )


def serve(orders: BinaryIO, answers: BinaryIO) -> None:
    """
    Carry out orders, one a line, until there are no more.
    """
    for line in orders:
        wanted = json.loads(line)
        cost = wanted.pop("cost")
        order = Order(**wanted, cost=HashCost(**cost) if cost else None)
        answers.write(json.dumps(carry_out(order)).encode() + b"\n")
        answers.flush()


def _exchange(process: "subprocess.Popen[bytes]", order: Order) -> str | bool:
    orders, answers = process.stdin, process.stdout
    if orders is None or answers is None:
        raise ProcessLookupError("a hashing process has no pipes")
    orders.write(json.dumps(asdict(order)).encode() + b"\n")
    orders.flush()
    line = answers.readline()
    if not line.endswith(b"\n"):
        raise ProcessLookupError("a hashing process died")
    answer: str | bool = json.loads(line)
    return answer


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    # Leaving closes its pipes and waits for it.
    with suppress(OSError), process:
        pass


if __name__ == "__main__":
    os.nice(NICENESS)
    serve(sys.stdin.buffer, sys.stdout.buffer)
