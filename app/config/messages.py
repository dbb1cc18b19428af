"""
From pydantic's findings to sentences for the person who wrote the file.
"""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from app.config.problems import Origin, Path, Problem, render_path

_Finding = Mapping[str, Any]


def to_problem(finding: _Finding, origins: Mapping[Path, Origin]) -> Problem:
    """
    Return the problem for one entry of `ValidationError.errors()`; no secret is repeated in it.
    """
    path = finding["loc"]
    write = _MESSAGES.get(finding["type"])
    message = write(finding) if write else str(finding["msg"])
    suggestion = _nearest_word(finding) if finding["type"] == "literal_error" else ""
    return Problem(message, render_path(path), find_origin(path, origins), suggestion)


def find_origin(path: Path, origins: Mapping[Path, Origin]) -> Origin:
    """
    Return where a value stands, or the nearest thing around it that was written down.
    """
    for length in range(len(path), 0, -1):
        origin = origins.get(path[:length])
        if origin is not None:
            return origin
    return origins.get((), Origin(""))


def _wrong_text(finding: _Finding) -> str:
    value = finding.get("input")
    if isinstance(value, bool | int | float):
        return f'must be text; put it in quotes: "{str(value).lower()}"'
    return "must be text"


def _wrong_word(finding: _Finding) -> str:
    return f"must be one of {', '.join(_words(finding))}"


def _words(finding: _Finding) -> list[str]:
    expected = str(finding.get("ctx", {}).get("expected", ""))
    words = expected.replace(" or ", ", ").split(", ")
    return [word.strip("'") for word in words if word.strip("'")]


def _nearest_word(finding: _Finding) -> str:
    value = finding.get("input")
    if not isinstance(value, str):
        return ""
    return next(iter(get_close_matches(value, _words(finding), n=1)), "")


def _limit(name: str, text: str) -> Callable[[_Finding], str]:
    return lambda finding: text.format(finding.get("ctx", {}).get(name, ""))


def _always(text: str) -> Callable[[_Finding], str]:
    return lambda _: text


_MESSAGES: Mapping[str, Callable[[_Finding], str]] = {
    "missing": _always("is required"),
    "extra_forbidden": _always("there is no such key"),
    "string_type": _wrong_text,
    "bool_type": _always("must be true or false"),
    "int_type": _always("must be a whole number"),
    "float_type": _always("must be a number"),
    "tuple_type": _always("must be a list"),
    "dict_type": _always("must be a mapping"),
    "mapping_type": _always("must be a mapping"),
    "model_type": _always("must be a mapping of keys"),
    "model_attributes_type": _always("must be a mapping of keys"),
    "datetime_type": _always("must be a time such as 2026-05-01T12:00:00Z"),
    "literal_error": _wrong_word,
    "value_error": lambda finding: str(finding.get("ctx", {}).get("error", finding["msg"])),
    "greater_than_equal": _limit("ge", "must be at least {}"),
    "greater_than": _limit("gt", "must be more than {}"),
    "less_than_equal": _limit("le", "must be at most {}"),
    "too_short": _always("must not be empty"),
    "string_too_short": _always("must not be empty"),
    "string_too_long": _limit("max_length", "must have at most {} characters"),
    "finite_number": _always("must be a finite number"),
}
