"""
Where audit events wait on disk while the database is away or too slow: nothing is dropped.
"""

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from app.audit.event import AuditEvent

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(AuditEvent)


class Spool:
    """
    A file with one event a line, oldest first, readable by its owner alone.

    What is being brought back stands in a second file beside it until it is in the database.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._taken = path.with_name(path.name + ".taken")
        # Not looked up at every event: the files are ours alone while the process runs.
        self.is_empty = not (path.exists() or self._taken.exists())

    @property
    def folder(self) -> Path:
        """
        Where it lies; on SQLite beside the audit log itself.
        """
        return self._path.parent

    def append(self, events: Iterable[AuditEvent]) -> None:
        """
        Write events at the end.

        Raises:
            OSError: the file cannot be written.
        """
        lines = b"".join(_encoder.encode(event) + b"\n" for event in events)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        with os.fdopen(os.open(self._path, flags, 0o600), "ab") as file:
            file.write(lines)
        self.is_empty = False

    def take(self) -> tuple[list[AuditEvent], int]:
        """
        Return the oldest events, and how many lines a crash or a full disk left broken.

        They stay on disk until `forget`; what is appended meanwhile is not touched by it.
        """
        if not self._taken.exists():
            self._path.replace(self._taken)
        lines = [line for line in self._taken.read_bytes().split(b"\n") if line]
        events = [event for line in lines if (event := _read(line)) is not None]
        return events, len(lines) - len(events)

    def forget(self) -> None:
        """
        Remove what was taken: it is in the database now.
        """
        self._taken.unlink(missing_ok=True)
        self.is_empty = not self._path.exists()


def _read(line: bytes) -> AuditEvent | None:
    try:
        return _decoder.decode(line)
    except msgspec.MsgspecError:
        return None
