"""
Large bodies from one socket to the other without their bytes ever being in our memory.

`splice(2)` moves pages between sockets through a pipe. It is used where nothing has to look at the
bytes: plain HTTP on both sides, a declared length, no bandwidth limit. The descriptors are
duplicates, so that the event loop's own transports stay as they are; the caller has paused the
reading one. Linux alone has it; everywhere else bodies are copied.
"""

import asyncio
import errno
import fcntl
import os
import resource
from functools import cache
from typing import ClassVar, Protocol

IS_POSSIBLE = hasattr(os, "splice")
MIN_BYTES = 256 * 1024
"""For less, opening a pipe costs more than copying."""
PIPE_BYTES = 256 * 1024
"""Room in the pipe, if the system grants it; 200 of them stay below what Linux lets a user have."""
_FILES_SHARE = 16
"""One in so many of the descriptors that we may have: new clients must never find none left."""
_MOVES_AT_ONCE = 64
"""Before other connections get their turn."""
_FLAGS = getattr(os, "SPLICE_F_MOVE", 0) | getattr(os, "SPLICE_F_NONBLOCK", 0)
_SET_SIZE = getattr(fcntl, "F_SETPIPE_SZ", None)


class Watcher(Protocol):
    """
    Who wants to know how it goes.
    """

    @property
    def unsent_bytes(self) -> int:
        """
        How much was written to the sink's transport and has not left it.
        """
        ...

    def spliced(self, size_bytes: int) -> None:
        """
        Learn that so many bytes more have gone.
        """
        ...

    def splice_ended(self) -> None:
        """
        Learn that all of them have.
        """
        ...

    def splice_failed(self, *, is_source: bool) -> None:
        """
        Learn that one side broke off: the source, or the sink.
        """
        ...


class Splice:
    """
    One body on its way. It begins once the sink's transport has nothing left to send.
    """

    running: ClassVar[int] = 0
    """How many there are in this process."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        watcher: Watcher,
        *,
        source: int,
        sink: int,
        size_bytes: int,
    ) -> None:
        """
        Move so many bytes from one socket's descriptor to another's.

        Raises:
            OSError: there are enough already, or no more descriptors; nothing has moved.
        """
        if Splice.running >= find_most():
            raise OSError(errno.EMFILE, "enough bodies are spliced already")
        self._loop = loop
        self._watcher = watcher
        self._missing = size_bytes
        self._in_pipe = 0
        self._is_reading = self._is_writing = False
        self._files: list[int] = []
        try:
            self._source = self._keep(os.dup(source))
            self._sink = self._keep(os.dup(sink))
            self._out, self._in = map(self._keep, os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC))
        except OSError:
            self._close_files()
            raise
        Splice.running += 1
        _enlarge(self._in)
        self._await_sink()

    @property
    def is_waiting_for_source(self) -> bool:
        """
        Tell whether nothing moves because nothing comes.
        """
        return self._is_reading

    def cancel(self) -> None:
        """
        Stop; the watcher hears nothing more.
        """
        self._await_nobody()
        if self._files:
            Splice.running -= 1
        self._close_files()

    def _keep(self, file: int) -> int:
        self._files.append(file)
        return file

    def _close_files(self) -> None:
        files, self._files = self._files, []
        for file in files:
            os.close(file)

    # --- waiting ----------------------------------------------------------------------------

    def _await_source(self) -> None:
        if not self._is_reading:
            self._await_nobody()
            self._is_reading = True
            self._loop.add_reader(self._source, self._move)

    def _await_sink(self) -> None:
        if not self._is_writing:
            self._await_nobody()
            self._is_writing = True
            self._loop.add_writer(self._sink, self._move)

    def _await_nobody(self) -> None:
        if self._is_reading:
            self._is_reading = False
            self._loop.remove_reader(self._source)
        if self._is_writing:
            self._is_writing = False
            self._loop.remove_writer(self._sink)

    # --- moving -----------------------------------------------------------------------------

    def _move(self) -> None:
        if self._watcher.unsent_bytes:
            return  # the head first: its transport sends it as soon as the sink takes it
        for _ in range(_MOVES_AT_ONCE):
            if not (self._empty() if self._in_pipe else self._fill()):
                return
            if not self._missing and not self._in_pipe:
                self.cancel()
                self._watcher.splice_ended()
                return

    def _fill(self) -> bool:
        """
        Fill the pipe; tell whether something came.
        """
        try:
            size = os.splice(self._source, self._in, min(self._missing, PIPE_BYTES), flags=_FLAGS)
        except BlockingIOError:
            self._await_source()
            return False
        except OSError:
            size = 0
        if not size:
            self._fail(is_source=True)
            return False
        self._missing -= size
        self._in_pipe = size
        return True

    def _empty(self) -> bool:
        """
        Empty the pipe; tell whether something went.
        """
        try:
            size = os.splice(self._out, self._sink, self._in_pipe, flags=_FLAGS)
        except BlockingIOError:
            self._await_sink()
            return False
        except OSError:
            self._fail(is_source=False)
            return False
        self._in_pipe -= size
        self._watcher.spliced(size)
        return True

    def _fail(self, *, is_source: bool) -> None:
        self.cancel()
        self._watcher.splice_failed(is_source=is_source)


@cache
def find_most() -> int:
    """
    Return how many bodies may be spliced at once, by the descriptors that this process may have.
    """
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0] // _FILES_SHARE


def _enlarge(pipe: int) -> None:
    """
    Give a pipe more room, unless the system refuses: it works with less, too.
    """
    if _SET_SIZE is not None:
        try:
            fcntl.fcntl(pipe, _SET_SIZE, PIPE_BYTES)
        except OSError:
            return
