"""
Which Stowage this is: the version of the package, and the commit it was built from.
"""

import re
from functools import cache
from importlib.metadata import version as version_of
from pathlib import Path

_PACKAGE = Path(__file__).parent
_COMMIT = re.compile(r"[0-9a-f]{40,64}")


def version() -> str:
    """
    Return the version of the package.
    """
    return version_of("stowage")


@cache
def commit() -> str:
    """
    Return the commit in full, as the build wrote it down or the checkout says; else nothing.
    """
    return _read(_PACKAGE / "commit.txt") or read_commit(_PACKAGE.parent / ".git")


def read_commit(git: Path) -> str:
    """
    Return the commit that a checkout stands at, without a program; nothing where there is none.

    Git documentation, "gitrepository-layout": HEAD holds a commit, or names a ref, which is a
    file or a line of packed-refs.
    """
    head = _read_text(git / "HEAD")
    if not head.startswith("ref: "):
        return head if _COMMIT.fullmatch(head) else ""
    ref = head.removeprefix("ref: ")
    if found := _read(git / ref):
        return found
    for line in _read_text(git / "packed-refs").splitlines():
        found, _, name = line.partition(" ")
        if name == ref and _COMMIT.fullmatch(found):
            return found
    return ""


def _read(path: Path) -> str:
    text = _read_text(path)
    return text if _COMMIT.fullmatch(text) else ""


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
