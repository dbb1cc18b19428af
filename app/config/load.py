"""
`load_config`: files and environment in, a checked configuration out, or every problem at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

from app.config.models import Config
from app.config.problems import ConfigError, Origin, Problem, render_path


@dataclass(frozen=True, slots=True)
class LoadedConfig:
    """
    A valid configuration, where each of its values comes from, and what was odd about it.
    """

    config: Config
    origins: Mapping[str, Origin]
    """By key, as `backends[0].id`; a value without an entry is a default."""
    warnings: tuple[Problem, ...] = ()


def load_config(path: Path | None, environ: Mapping[str, str]) -> LoadedConfig:  # noqa: ARG001  overrides follow
    """
    Read the configuration: defaults, then the file or folder, then the environment.

    Raises:
        ConfigError: with every problem found.
    """
    data = {} if path is None else yaml.safe_load(path.read_text()) or {}
    try:
        return LoadedConfig(Config.model_validate(data), {})
    except ValidationError as error:
        raise ConfigError(
            [Problem(one["msg"], render_path(one["loc"])) for one in error.errors()]
        ) from error
