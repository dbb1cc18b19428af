"""
What every schema of the JSON API shares: answers, request bodies, times, omitted members.

The shapes are a contract: a client of the reference must find each member with its name and
type. "Omitted" means that a member is absent while its value is empty.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema, model_validator

RoleName = Literal["admin", "user", "readonly"]
LevelName = Literal["list", "read", "write", "delete", "delete-version", "configure"]
PresetName = Literal["readonly", "readwrite", "append-only", "drop-box", "full"]
SourceName = Literal["dashboard", "yaml", "config", "db", "k8s"]


def render_time(moment: datetime) -> str:
    """
    Return RFC 3339 with seconds in UTC, as `2026-05-01T12:00:00Z`.
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


Timestamp = Annotated[
    datetime,
    PlainSerializer(render_time, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]


def is_empty(value: object) -> bool:
    """
    Tell whether a member with this value is left out: "", 0, false, null, [] and {}.
    """
    return not value


def is_none(value: object) -> bool:
    """
    Tell whether a member is unknown; a known 0 or false stays.
    """
    return value is None


def omitted(default: Any = None) -> Any:  # noqa: ANN401  stands in for a default of any type
    """
    Declare a member that is absent while its value is empty.
    """
    return Field(default=default, exclude_if=is_empty)


def omitted_if_unknown() -> Any:  # noqa: ANN401  stands in for a default of any type
    """
    Declare a member that is absent while its value is `None`, present as 0 or false otherwise.
    """
    return Field(default=None, exclude_if=is_none)


class Schema(BaseModel):
    """
    An answer, or a part of one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Body(BaseModel):
    """
    A request body: unknown members are ignored, names match in any case, null means absent.
    """

    model_config = ConfigDict(
        frozen=True, extra="ignore", strict=True, populate_by_name=True, hide_input_in_errors=True
    )

    @model_validator(mode="before")
    @classmethod
    def _fold_names(cls, data: object) -> object:
        if not isinstance(data, Mapping):
            return data
        known = {
            (field.alias or name).lower(): field.alias or name
            for name, field in cls.model_fields.items()
        }
        return {
            known[name.lower()]: value
            for name, value in data.items()
            if isinstance(name, str) and name.lower() in known and value is not None
        }


class StatusOk(Schema):
    """
    The answer of a call that has nothing else to say.
    """

    status: Literal["ok"] = "ok"


class Declared(Schema):
    """
    Where something was declared: the dashboard or a line of YAML.
    """

    source: SourceName = "dashboard"
    source_file: str = omitted("")
    source_line: int = omitted(0)


class ScopeSchema(Schema):
    """
    Levels at a place; `*` stands for every backend or bucket.
    """

    backend_id: str
    bucket: str
    prefix: str = ""
    access: PresetName | list[LevelName]


class ErrorItem(Schema):
    """
    What is wrong at one place of the input.
    """

    pointer: str
    """JSON Pointer into the body, or `query:name`, `header:name`."""
    reason: str
    params: dict[str, str | int | float | bool | list[str] | None]
    message: str
