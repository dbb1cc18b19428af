"""
A file that is kept until all of it is there: little of it in memory, the rest on disk.

The disk is written and read by threads, so that a slow one stalls its own client and no other.
"""

import asyncio
import errno
import tempfile
from collections.abc import Callable
from typing import IO, TYPE_CHECKING

from app.errors import registry as errors
from proxy.upstream import HIGH_WATER_BYTES

if TYPE_CHECKING:
    from app.errors.raised import StowageError

MEMORY_BYTES = 1024 * 1024
"""Of a file in memory; more of it goes to a temporary file."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Spool:
    """
    Takes a file in pieces, then gives it back in pieces.
    """

    def __init__(self, pause: Callable[[], None], resume: Callable[[], None]) -> None:
        """
        Take what makes the sender wait, and what lets it go on.
        """
        self._pause = pause
        self._resume = resume
        self._loop = asyncio.get_running_loop()
        self._memory = bytearray()
        self._read_bytes = 0
        self._file: IO[bytes] | None = None
        self._writing: asyncio.Future[None] | None = None
        self._is_paused = False
        self._is_closed = False
        self._error: StowageError | None = None

    def write(self, data: bytes) -> None:
        """
        Take a piece; never waits for the disk.

        Raises:
            StowageError: `internal`: the disk takes no more.
        """
        if self._error is not None:
            raise self._error
        self._memory += data
        if self._writing is not None:
            if len(self._memory) > HIGH_WATER_BYTES and not self._is_paused:
                self._is_paused = True
                self._pause()
        elif len(self._memory) > MEMORY_BYTES or (self._file is not None and self._memory):
            self._write_on()

    async def rewind(self) -> None:
        """
        Finish writing, and begin to read at the start; also once more.

        Raises:
            StowageError: `internal`: the disk did not take all of it.
        """
        while self._writing is not None:
            await asyncio.wait([self._writing])
        if self._error is not None:
            raise self._error
        self._read_bytes = 0
        if self._file is not None:
            await self._loop.run_in_executor(None, self._file.seek, 0)

    async def read(self, size_bytes: int) -> bytes:
        """
        Return the next bytes, as many or the last ones; only after `rewind`.
        """
        if self._file is not None:
            return await self._loop.run_in_executor(None, self._file.read, size_bytes)
        piece = bytes(self._memory[self._read_bytes : self._read_bytes + size_bytes])
        self._read_bytes += len(piece)
        return piece

    def close(self) -> None:
        """
        Give up memory and disk; may be called at any time, and again.
        """
        self._is_closed = True
        self._memory = bytearray()
        if self._writing is None and self._file is not None:
            file, self._file = self._file, None
            self._loop.run_in_executor(None, file.close)

    def _write_on(self) -> None:
        piece, self._memory = self._memory, bytearray()
        self._writing = self._loop.run_in_executor(None, self._store, piece)
        self._writing.add_done_callback(self._stored)

    def _store(self, piece: bytearray) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  closed in `close`
        view = memoryview(piece)
        while view:
            view = view[self._file.write(view) :]

    def _stored(self, writing: "asyncio.Future[None]") -> None:
        self._writing = None
        error = writing.exception()
        if error is not None:
            is_full = isinstance(error, OSError) and error.errno in _FULL
            self._error = errors.INTERNAL(reason="disk.full" if is_full else "bug")
        if self._is_closed:
            self.close()
        elif self._memory and self._error is None:
            self._write_on()
        elif self._is_paused:
            self._is_paused = False
            self._resume()
