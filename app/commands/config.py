"""
`stowage config …`: check a configuration, show what holds and where it comes from.
"""

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from app.commands.outcome import CONFIG
from app.commands.version import FormatOption
from app.config.load import LoadedConfig, UnknownKeys, load_config
from app.config.models import Config
from app.config.problems import ConfigError

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

config = typer.Typer(no_args_is_help=True, help="Check and show the configuration.")


@config.command()
def check(
    path: ConfigOption = None,
    output: FormatOption = "text",
    unknown_keys: UnknownKeysOption = "error",
) -> None:
    """
    Check the configuration; exit status 78 and every problem if it is not valid.
    """
    try:
        loaded = load_config(path, os.environ, unknown_keys=unknown_keys)
    except ConfigError as error:
        if output == "text":
            raise
        _print_json({"valid": False, "problems": [one.to_dict() for one in error.problems]})
        raise typer.Exit(CONFIG) from error
    if output == "json":
        _print_json({"valid": True, "warnings": [one.to_dict() for one in loaded.warnings]})
        return
    for warning in loaded.warnings:
        typer.echo(f"warning: {warning}", err=True)
    typer.echo("the configuration is valid")


@config.command("print")
def print_(
    path: ConfigOption = None, *, origin: OriginOption = False, output: FormatOption = "text"
) -> None:
    """
    Print every key with the value that holds. Secrets are named in it, never contained.
    """
    loaded = load_config(path, os.environ)
    if output == "json":
        _print_json(loaded.config.model_dump(mode="json"))
        return
    for key, value in _leaves(loaded.config.model_dump(mode="json")):
        where = f"  # {_where(loaded, key)}" if origin else ""
        typer.echo(f"{key}: {json.dumps(value, ensure_ascii=False)}{where}")


@config.command()
def schema() -> None:
    """
    Print the JSON Schema of the configuration file, for editors.
    """
    _print_json(Config.model_json_schema())


def _leaves(value: Any, key: str = "") -> list[tuple[str, Any]]:  # noqa: ANN401  # JSON is any of these
    """
    Flatten mappings and lists to keys such as `backends[0].id`; an empty one is a leaf.
    """
    if isinstance(value, dict) and value:
        steps = [(f"{key}.{name}" if key else name, one) for name, one in value.items()]
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        steps = [(f"{key}[{index}]", one) for index, one in enumerate(value)]
    else:
        return [(key, value)]
    return [leaf for step, one in steps for leaf in _leaves(one, step)]


def _where(loaded: LoadedConfig, key: str) -> str:
    origin = loaded.origins.get(key)
    return "default" if origin is None else str(origin)


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))
