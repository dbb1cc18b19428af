"""
A configuration key by key: what holds, where it was set, what it means.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from app.config.live import needs_restart
from app.config.load import LoadedConfig
from app.config.models import Config
from app.config.problems import Origin, Path, render_path
from app.config.shape import field_shape
from app.config.values import Section

_VARIABLE = "environment variable "


@dataclass(frozen=True, slots=True)
class Value:
    """
    One key. Secrets are named in its value, never contained.
    """

    key: str
    """`server.listen`, `backends[0].id`."""
    value: Any
    origin: Origin | None
    """Where it was set; `None` for the default."""
    description: str = ""
    needs_restart: bool = False

    @property
    def source(self) -> Literal["default", "file", "environment"]:
        """
        Who set it: `default`, `file` or `environment`.
        """
        if self.origin is None:
            return "default"
        return "environment" if self.origin.file.startswith(_VARIABLE) else "file"


def walk_values(loaded: LoadedConfig, config: Config | None = None) -> Iterator[Value]:
    """
    Yield every key with the value that holds; an empty list or map is one value.

    Args:
        loaded: Where the values come from.
        config: What holds, where that is something else than what was loaded.
    """
    shown = config or loaded.config
    yield from _walk_section(shown, shown.model_dump(mode="json"), (), loaded)


def _walk_section(
    section: Section, dumped: dict[str, Any], path: Path, loaded: LoadedConfig
) -> Iterator[Value]:
    model = type(section)
    for name in model.model_fields:
        here, value = (*path, name), getattr(section, name)
        kind = field_shape(model, name).kind
        if isinstance(value, Section) and kind == "section":
            yield from _walk_section(value, dumped[name], here, loaded)
        elif kind == "list" and value and isinstance(value[0], Section):
            for index, item in enumerate(value):
                yield from _walk_section(item, dumped[name][index], (*here, index), loaded)
        else:
            yield _value(model, name, dumped[name], here, loaded)


def _value(
    model: type[Section],
    name: str,
    value: Any,  # noqa: ANN401  any JSON value
    path: Path,
    loaded: LoadedConfig,
) -> Value:
    key = render_path(path)
    return Value(
        key,
        value,
        loaded.origins.get(key),
        model.model_fields[name].description or "",
        needs_restart(model, name),
    )
