"""
`stowage config …`: check a configuration, show what holds, compare it with reality, apply it.
"""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from app.commands.outcome import CONFIG
from app.commands.version import FormatOption
from app.config.load import LoadedConfig, UnknownKeys, load_config
from app.config.models import Config
from app.config.problems import ConfigError
from app.config.shown import Value, walk_values
from app.config.surroundings import find_missing

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="Configuration file, or a folder of *.yaml."),
]
OriginOption = Annotated[
    bool, typer.Option("--origin", help="Say of each value where it was declared.")
]
UnknownKeysOption = Annotated[
    UnknownKeys, typer.Option("--unknown-keys", help="error or warn about keys nobody knows.")
]
FilesOnlyOption = Annotated[
    bool,
    typer.Option(
        "--files-only",
        help="Leave out variables, secrets and certificates: it will not run on this machine.",
    ),
]

config = typer.Typer(no_args_is_help=True, help="Check, show, compare and apply the configuration.")


@config.command()
def check(
    path: ConfigOption = None,
    *,
    files_only: FilesOnlyOption = False,
    output: FormatOption = "text",
    unknown_keys: UnknownKeysOption = "error",
) -> None:
    """
    Check the configuration; exit status 78 and every problem if it is not valid.
    """
    try:
        loaded = load_config(path, os.environ, unknown_keys=unknown_keys)
        if not files_only:
            _check_surroundings(loaded)
    except ConfigError as error:
        if output == "text":
            raise
        print_json({"valid": False, "problems": [one.to_dict() for one in error.problems]})
        raise typer.Exit(CONFIG) from error
    if output == "json":
        print_json({"valid": True, "warnings": [one.to_dict() for one in loaded.warnings]})
        return
    warn(loaded)
    typer.echo("the configuration is valid")


@config.command("print")
def print_(
    path: ConfigOption = None,
    *,
    origin: OriginOption = False,
    output: FormatOption = "text",
    unknown_keys: UnknownKeysOption = "error",
) -> None:
    """
    Print every key with the value that holds. Secrets are named in it, never contained.
    """
    loaded = load_config(path, os.environ, unknown_keys=unknown_keys)
    if output == "json" and not origin:
        print_json(loaded.config.model_dump(mode="json"))
        return
    if output == "json":
        print_json([_with_origin(value) for value in walk_values(loaded)])
        return
    for value in walk_values(loaded):
        where = f"  # {value.origin or 'default'}" if origin else ""
        typer.echo(f"{value.key}: {json.dumps(value.value, ensure_ascii=False)}{where}")


@config.command()
def schema() -> None:
    """
    Print the JSON Schema of the configuration file, for editors.
    """
    print_json(Config.model_json_schema())


def _check_surroundings(loaded: LoadedConfig) -> None:
    if missing := find_missing(loaded, os.environ):
        raise ConfigError(missing)


def warn(loaded: LoadedConfig) -> None:
    """
    Say on standard error what is valid and yet odd.
    """
    for warning in loaded.warnings:
        typer.echo(f"warning: {warning}", err=True)


def print_json(value: object) -> None:
    """
    Print a value as indented JSON.
    """
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def _with_origin(value: Value) -> dict[str, object]:
    return {
        "path": value.key,
        "value": value.value,
        "source": value.source,
        "source_file": value.origin.file if value.origin else "",
        "source_line": value.origin.line if value.origin else 0,
    }
