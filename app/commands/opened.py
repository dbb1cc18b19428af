"""
What a command does with the services open, beside a running server or without one.
"""

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from app.config.load import load_config
from app.logs import configure_logs

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from app.services import Services


def run_opened(path: Path | None, work: "Callable[[Services], Awaitable[None]]") -> None:
    """
    Open the services that the configuration describes, do the work, close them again.

    Raises:
        ConfigError: the configuration is not valid.
        StartError: a database or the sealing key is not usable.
        StowageError: what the work raises.
    """
    from app.services import open_services

    loaded = load_config(path, os.environ)
    configure_logs(level="error", log_format="text")

    async def within() -> None:
        async with open_services(loaded.config) as services:
            await work(services)

    asyncio.run(within())
