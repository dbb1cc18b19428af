"""
Stock S3 clients, in an environment of their own: the newest ones, as their users have them.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.quickstart.record import Record
from support.missing import missing_part

ClientOf = Callable[[Record], Any]
"""Makes a boto3 client for the credential of a quickstart."""

_FOLDER = Path(__file__).parents[2] / ".venv-clients" / "bin"


def clients_bin() -> Path:
    """
    Return the folder with `aws`, `rclone` and a `python3` that has boto3.
    """
    if not (_FOLDER / "rclone").exists():
        missing_part("the stock clients are not installed: run make test-clients")
    return _FOLDER
