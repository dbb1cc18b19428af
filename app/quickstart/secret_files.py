"""
Small files that only their owner may read.
"""

import os
from pathlib import Path

OWNER_ONLY = 0o600


def write_secret(path: Path, text: str) -> None:
    """
    Put the text into the file, mode 0600 from its first moment, whole or not at all.

    Raises:
        OSError: the folder is missing or cannot be written.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def keep_secret(path: Path, text: str) -> str:
    """
    Return what the file holds; if there is none yet, write the text and return that.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        write_secret(path, text)
        return text
