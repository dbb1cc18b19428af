"""
What is running, written as a file that would declare it.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import yaml

from app.config.live import walk_settings
from app.config.load import LoadedConfig
from app.config.models import Config
from app.plan.kind import Kind, Present, Values

_AT_ONCE = 8
"""Buckets whose settings are asked for at the same time."""
_HEAD = """\
# What is running, as `stowage config export` found it. Applied here, it changes nothing but who may
# change these things: from then on only this file. It holds no secret; it names where each is.
"""


async def export_yaml(kinds: Sequence[Kind], loaded: LoadedConfig) -> str:
    """
    Return YAML that declares everything that is there, and every setting that is no default.

    Applied where it came from it changes nothing, and makes the same of an empty installation, as
    far as stores are alike.

    Args:
        kinds: Every kind, with what it has.
        loaded: The configuration in force; secrets are named as it names them.

    Raises:
        StowageError: the database does not answer.
    """
    document = _settings(loaded.config)
    for kind in kinds:
        if items := await _write_all(kind, loaded):
            document[kind.name] = items
    # YAML is written by Python alone: a hundred credentials take longer than others may wait.
    body = await asyncio.to_thread(_dump, document)
    return _HEAD + (body if document else "")


def _dump(document: dict[str, Any]) -> str:
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)


async def _write_all(kind: Kind, loaded: LoadedConfig) -> list[dict[str, Any]]:
    turn = asyncio.Semaphore(_AT_ONCE)

    async def write(one: Present) -> Values | None:
        async with turn:
            return await kind.write(one, loaded)

    written = await asyncio.gather(*(write(one) for one in await kind.load()))
    return [dict(one) for one in written if one is not None]


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
