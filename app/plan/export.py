"""
What is running, written as a file that would declare it.
"""

from collections.abc import Sequence
from typing import Any

import yaml

from app.config.live import walk_settings
from app.config.load import LoadedConfig
from app.config.models import Config
from app.plan.kind import Kind

_HEAD = """\
# What is running, as `stowage config export` found it. Applied here, it changes nothing but who may
# change these things: from then on only this file. It holds no secret; it names where each is.
"""


async def export_yaml(kinds: Sequence[Kind], loaded: LoadedConfig) -> str:
    """
    Return YAML that declares everything that is there, and every setting that is no default.

    Args:
        kinds: Every kind, with what it has.
        loaded: The configuration in force; secrets are named as it names them.
    """
    document = _settings(loaded.config)
    for kind in kinds:
        written = [kind.write(one, loaded) for one in await kind.load()]
        items = [dict(one) for one in written if one is not None]
        if items:
            document[kind.name] = items
    body = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)
    return _HEAD + (body if document else "")


def _settings(config: Config) -> dict[str, Any]:
    """
    Return the settings that differ from the defaults, as nested mappings.
    """
    defaults = dict(walk_settings(Config()))
    found: dict[str, Any] = {}
    for path, value in walk_settings(config):
        if defaults[path] == value:
            continue
        place = found
        for step in path[:-1]:
            place = place.setdefault(step, {})
        place[path[-1]] = value
    return found
