"""
The `stowage` command without the second that its imports take: a process that has them, and forks.

Each command is a process of its own, with arguments, environment and streams of its own, and ends
as the real one does. What a fork cannot show is whether a fresh start imports what it needs; for
that there is `support.stowage.start_stowage`.
"""

import atexit
import gc
import importlib
import json
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

_IMPORTED = (
    "app.__main__",
    "app.services",
    "app.backends.s3",
    "app.database.upgrade",
    "app.plan.export",
    "app.commands.server",
)
_LENGTH = struct.Struct("!I")
_STATUS = struct.Struct("!i")
_STREAMS = 3


class Nursery:
    """
    The process that forks, and the line to it.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._line, theirs = socket.socketpair()
        with theirs:
            # -P: what lies beside this file is no part of the program.
            self._process = subprocess.Popen(
                [sys.executable, "-P", __file__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=dict(environment),
                start_new_session=True,
            )

    def run(
        self,
        arguments: Sequence[str],
        *,
        stdin: str,
        environment: Mapping[str, str],
        seconds: float,
    ) -> "subprocess.CompletedProcess[str]":
        """
        Run a command to its end.

        Raises:
            TimeoutError: it has not ended in time; it is killed, and the nursery with it.
        """
        facts = {
            "arguments": list(arguments),
            "environment": dict(environment),
            "cwd": str(Path.cwd()),
        }
        message = json.dumps(facts).encode()
        self._line.settimeout(seconds)
        with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as error:
            given.write(stdin.encode())
            given.seek(0)
            streams = [one.fileno() for one in (given, out, error)]
            status = self._hand_over(message, streams)
            out.seek(0)
            error.seek(0)
            shown, complained = out.read().decode(), error.read().decode()
        return subprocess.CompletedProcess(list(arguments), status, shown, complained)

    def _hand_over(self, message: bytes, streams: Sequence[int]) -> int:
        try:
            socket.send_fds(self._line, [_LENGTH.pack(len(message))], streams)
            self._line.sendall(message)
            answer = self._line.recv(_STATUS.size, socket.MSG_WAITALL)
        except TimeoutError:
            self.close()
            raise
        except ConnectionError:
            answer = b""
        assert len(answer) == _STATUS.size, (
            "the program cannot be imported; standard error says why"
        )
        return int(_STATUS.unpack(answer)[0])

    def close(self) -> None:
        """
        End the process, and the command that still runs.
        """
        self._line.close()
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        open_nursery.cache_clear()


@cache
def open_nursery() -> Nursery:
    """
    Return the one nursery of this process; it ends with it.
    """
    nursery = Nursery({name: one for name, one in os.environ.items() if "STOWAGE_" not in name})
    atexit.register(nursery.close)
    return nursery


def _serve(line: socket.socket) -> None:
    for name in _IMPORTED:
        importlib.import_module(name)
    gc.freeze()  # so that a child's collector leaves shared pages alone
    while True:
        head, streams, _, _ = socket.recv_fds(line, _LENGTH.size, _STREAMS)
        if not head:
            return
        (length,) = _LENGTH.unpack(head)
        facts = json.loads(line.recv(length, socket.MSG_WAITALL))
        child = os.fork()
        if child == 0:
            line.close()
            _become(facts, streams)
        for stream in streams:
            os.close(stream)
        _, status = os.waitpid(child, 0)
        line.sendall(_STATUS.pack(os.waitstatus_to_exitcode(status)))


def _become(facts: Mapping[str, Any], streams: Sequence[int]) -> None:
    """
    Be the command from now on.
    """
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(facts["cwd"])
    os.environ.clear()
    os.environ.update(facts["environment"])
    sys.argv = ["stowage", *facts["arguments"]]
    importlib.import_module("app.__main__").main()


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
