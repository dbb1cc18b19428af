"""
One page of a list, and where the next one begins.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.errors import registry as errors

T = TypeVar("T")
DEFAULT_LIMIT = 100
MAX_LIMIT = 1000
_ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """
    Some of the things, by id.
    """

    items: Sequence[T]
    next_cursor: str = ""
    """Empty at the end."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """
    Which page: at most so many, after a cursor.
    """

    cursor: str = ""
    limit: int = DEFAULT_LIMIT

    def __post_init__(self) -> None:
        """
        Refuse a cursor that was not made here; take the default for a limit out of range.

        Raises:
            StowageError: `bad_request`, reason `cursor.invalid`.
        """
        if self.cursor and not _ULID.fullmatch(self.cursor):
            raise errors.BAD_REQUEST(reason="cursor.invalid")
        if not 1 <= self.limit <= MAX_LIMIT:
            object.__setattr__(self, "limit", DEFAULT_LIMIT)
