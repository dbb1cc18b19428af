"""
What every client of the matrix is given, read from its environment; standard library only.
"""

import os
import sys
from pathlib import Path

ENDPOINT = os.environ["MATRIX_ENDPOINT"]
ACCESS_KEY = os.environ["AWS_ACCESS_KEY_ID"]
SECRET_KEY = os.environ["AWS_SECRET_ACCESS_KEY"]
REGION = os.environ["AWS_DEFAULT_REGION"]
BUCKET = os.environ["MATRIX_BUCKET"]
PREFIX = os.environ["MATRIX_PREFIX"]
CA_FILE = os.environ.get("MATRIX_CA_FILE", "")
FOLDER = Path(os.environ["MATRIX_FOLDER"])
NAMES = os.environ["MATRIX_NAMES"].split("|")
COPIED = NAMES[1]
"""What is copied, to this name with `.copy` behind it."""
PHASE = sys.argv[1]
"""`store`: upload, copy, list and download. `clear`: delete."""


def key_of(name: str) -> str:
    """
    Return the key of a file.
    """
    return f"{PREFIX}/{name}"


def back(name: str) -> Path:
    """
    Return where a downloaded file belongs.
    """
    return FOLDER / "back" / name


def say_listed(keys: list[str]) -> None:
    """
    Hand the keys of the listing to whoever checks them.
    """
    (FOLDER / "listed").write_text("\n".join(sorted(keys)))
