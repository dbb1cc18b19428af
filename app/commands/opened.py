"""
What a command does with the services open, beside a running server or without one.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.config.load import LoadedConfig, load_config
from app.logs import configure_logs

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from app.database.migrate import Prepare
    from app.services import Services

T = TypeVar("T")


def run_opened(path: Path | None, work: "Callable[[Services], Awaitable[None]]") -> None:
    """
    Open the services that the configuration describes, do the work, close them again.

    Raises:
        ConfigError: the configuration is not valid.
        StartError: a database or the sealing key is not usable.
        StowageError: what the work raises.
    """
    run_with(load_config(path, os.environ), work)


def run_with(loaded: LoadedConfig, work: "Callable[[Services], Awaitable[T]]") -> T:
    """
    Do the same with a configuration that is loaded, and return what the work does.

    Raises:
        StartError: a database or the sealing key is not usable.
        StowageError: what the work raises.
    """
    from app.database.migrate import migrate

    return _run(loaded, work, migrate)


def look_with(loaded: LoadedConfig, work: "Callable[[Services], Awaitable[T]]") -> T:
    """
    Do as `run_with`, for work that only looks: a database of another release is left as it is.

    Raises:
        StartError: as `run_with`, and where another release wrote a database.
        StowageError: what the work raises.
    """
    from app.database.migrate import require_own

    return _run(loaded, work, require_own)


def _run(loaded: LoadedConfig, work: "Callable[[Services], Awaitable[T]]", prepare: "Prepare") -> T:
    from app.services import open_services

    configure_logs(level="error", log_format="text", stream=sys.stderr)

    async def within() -> T:
        async with open_services(loaded.config, prepare=prepare) as services:
            return await work(services)

    return asyncio.run(within())
