"""
`stowage version`: what runs here.
"""

import json
import platform
from importlib.metadata import version as version_of
from typing import Annotated, Literal

import typer

OutputFormat = Literal["text", "json"]
FormatOption = Annotated[OutputFormat, typer.Option("--format", help="text or json.")]


def version(output: FormatOption = "text") -> None:
    """
    Print the version of Stowage.
    """
    ours = version_of("stowage")
    if output == "json":
        facts = {"version": ours, "python": platform.python_version()}
        typer.echo(json.dumps(facts))
    else:
        typer.echo(f"stowage {ours}")
