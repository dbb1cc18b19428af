"""
What is wrong with a configuration, and where.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.errors.raised import FieldError

Path = tuple[str | int, ...]
"""The place of a value: `("backends", 0, "id")`."""


def render_path(path: Path) -> str:
    """
    Write a path as people do: `backends[0].id`.
    """
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


@dataclass(frozen=True, slots=True)
class Origin:
    """
    Where a value comes from: a file with line and column from 1, or a variable with line 0.

    A database keeps the line alone: then the column is 0.
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join([self.file, *(str(one) for one in (self.line, self.column) if one)])


NOWHERE = Origin("")
"""The built-in default."""


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One thing that is wrong, or, as a warning, odd.
    """

    message: str
    key: str = ""
    """The key as `backends[0].id`; empty when the file as a whole is meant."""
    origin: Origin = NOWHERE
    suggestion: str = ""
    """The nearest right name; empty when there is none."""

    def __str__(self) -> str:
        place = f"{self.origin}: " if self.origin.file else ""
        key = f"{self.key}: " if self.key else ""
        hint = f" (did you mean {self.suggestion}?)" if self.suggestion else ""
        return f"{place}{key}{self.message}{hint}"

    def to_field_error(self) -> FieldError:
        """
        Return the problem as a member of an error answer's `errors`.
        """
        params = {"key": self.key, "suggestion": self.suggestion}
        return FieldError(str(self.origin), "config.invalid", self.message, params)

    def to_dict(self) -> dict[str, Any]:
        """
        Return the problem for `--format json`.
        """
        return {
            "file": self.origin.file,
            "line": self.origin.line,
            "column": self.origin.column,
            "key": self.key,
            "message": self.message,
            "suggestion": self.suggestion,
        }


class ConfigError(Exception):
    """
    The configuration cannot be used; every problem found is in `problems`. Exit status 78.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems: tuple[Problem, ...] = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)
