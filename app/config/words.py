"""
Names, ids and access levels as configuration keys hold them.
"""

import re
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

_BACKEND_ID = r"[a-z0-9][a-z0-9_-]{0,63}"
_RESERVED_IDS = ("health", "test")
_BUCKET = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
_ACCESS_KEY = r"[A-Za-z0-9._-]{3,128}"


def _backend_id(value: str) -> str:
    if not re.fullmatch(_BACKEND_ID, value):
        raise ValueError(f"{value!r} is no id: use 1 to 64 of a-z, 0-9, - and _")
    if value in _RESERVED_IDS:
        raise ValueError(f"the id {value!r} is reserved")
    return value


def _bucket(value: str) -> str:
    if not re.fullmatch(_BUCKET, value) or ".." in value:
        raise ValueError(f"{value!r} is no bucket name: use 3 to 63 of a-z, 0-9, - and .")
    return value


def _access_key(value: str) -> str:
    if not re.fullmatch(_ACCESS_KEY, value):
        raise ValueError("use 3 to 128 letters, digits, ., _ and -")
    return value


BackendIdText = Annotated[
    str, AfterValidator(_backend_id), Field(json_schema_extra={"pattern": f"^{_BACKEND_ID}$"})
]
"""The id of a backend."""
BucketText = Annotated[
    str, AfterValidator(_bucket), Field(json_schema_extra={"pattern": f"^{_BUCKET}$"})
]
"""The name of a bucket."""
AccessKeyText = Annotated[
    str, AfterValidator(_access_key), Field(json_schema_extra={"pattern": f"^{_ACCESS_KEY}$"})
]
"""An access key id."""
Name = Annotated[str, Field(min_length=1, max_length=128)]
"""A name that is not empty."""

# The same words stand in `app.rbac.levels`, a layer that this one may not import; a test compares.
RoleName = Literal["admin", "user", "readonly"]
RoleOrNone = Literal["", "admin", "user", "readonly"]
PresetName = Literal["readonly", "readwrite", "append-only", "drop-box", "full"]
LevelName = Literal["list", "read", "write", "delete", "delete-version", "configure"]


def _access(value: object) -> str | tuple[str, ...]:
    if isinstance(value, str):
        _check_word(value, get_args(PresetName), "preset")
        return value
    if not isinstance(value, list | tuple) or not value:
        raise ValueError("give a preset's name or a list of levels")
    for level in value:
        _check_word(level, get_args(LevelName), "level")
    return tuple(value)


def _check_word(word: object, allowed: tuple[str, ...], kind: str) -> None:
    if word not in allowed:
        raise ValueError(f"{word!r} is no {kind}; use {', '.join(allowed)}")


AccessText = Annotated[
    str | tuple[str, ...],
    BeforeValidator(_access),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": list(get_args(PresetName))},
                {"type": "array", "minItems": 1, "items": {"enum": list(get_args(LevelName))}},
            ]
        }
    ),
]
"""A preset's name, or a list of levels."""
