"""
`stowage serve`: run what the configuration says.
"""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import structlog
import typer

from app.commands.config import ConfigOption, UnknownKeysOption
from app.commands.outcome import FAILED
from app.config.load import ConfigSource
from app.errors.start import StartError
from app.logs import configure_logs

if TYPE_CHECKING:
    from app.commands.server import Addresses
    from app.services import Services

log = structlog.get_logger(__name__)

ReadyFileOption = Annotated[
    Path | None,
    typer.Option("--ready-file", help="Write the real addresses into this file once ready."),
]


def serve(
    config: ConfigOption = None,
    ready_file: ReadyFileOption = None,
    unknown_keys: UnknownKeysOption = "error",
) -> None:
    """
    Run the dashboard and the S3 endpoint until SIGTERM or Ctrl-C.
    """
    from app.commands.server import run_server

    source = ConfigSource(config, os.environ, unknown_keys)
    loaded = source.load()
    configure_logs(level=loaded.config.log.level, log_format=loaded.config.log.format)
    for warning in loaded.warnings:
        log.warning("configuration", problem=str(warning))

    async def prepare(services: "Services") -> None:
        await services.configuration.start(loaded, source=source)

    async def say_ready(_: "Services", addresses: "Addresses") -> None:
        log.info("ready", dashboard=addresses.dashboard_url, s3=addresses.s3_endpoint)
        if ready_file is not None:
            _write_ready_file(ready_file, addresses)

    if not run_server(loaded.config, prepare=prepare, when_ready=say_ready):
        raise typer.Exit(FAILED)


def _write_ready_file(file: Path, addresses: "Addresses") -> None:
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        fresh.write_text(json.dumps({**asdict(addresses), "pid": os.getpid()}) + "\n")
        fresh.replace(file)
    except OSError as error:
        raise StartError(f"cannot write {file}: {error.strerror}") from error
