"""
The data folder of a quickstart: made, locked to one process, and emptied on request.
"""

import fcntl
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from app.errors.start import StartError


@dataclass(frozen=True, slots=True)
class DataFolder:
    """
    Where everything of one quickstart lies. The lock is held as long as this value lives.
    """

    path: Path
    _lock: int = field(repr=False)
    """Descriptor of the lock file; the kernel lets go of it when the process ends."""

    @property
    def database(self) -> Path:
        """
        The SQLite database; the audit log has a file of its own beside it.
        """
        return self.path / "stowage.db"

    @property
    def sealing_key(self) -> Path:
        """
        The key that secrets in the database are sealed with.
        """
        return self.path / "sealing.key"

    @property
    def store(self) -> Path:
        """
        The folder of the managed SeaweedFS.
        """
        return self.path / "seaweedfs"

    @property
    def record(self) -> Path:
        """
        What programs read to find this quickstart: `quickstart.json`.
        """
        return self.path / "quickstart.json"

    def reset(self) -> None:
        """
        Remove all that a quickstart ever wrote here, and nothing else.
        """
        shutil.rmtree(self.store, ignore_errors=True)
        for pattern in ("stowage.db*", "stowage-audit.db*", "sealing.key", "quickstart.json"):
            for file in self.path.glob(pattern):
                file.unlink()


def open_folder(path: Path) -> DataFolder:
    """
    Return the folder, made if missing and locked to this process.

    Raises:
        StartError: it cannot be written, or another Stowage runs in it.
    """
    path = path.absolute()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(path / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise not_writable(path, error) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise StartError(
            f"another Stowage runs in {path}: stop it, or name another folder with --data-dir"
        ) from error
    return DataFolder(path, lock)


def not_writable(path: Path, error: OSError) -> StartError:
    """
    Say that the folder cannot be used, and what to do.
    """
    return StartError(
        f"cannot write to {path} ({error.strerror}): name another folder with --data-dir"
    )
