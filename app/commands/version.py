"""
`stowage version`: what runs here.
"""

import json
import platform
from typing import Annotated, Literal

import typer

from app import version as installed

OutputFormat = Literal["text", "json"]
FormatOption = Annotated[OutputFormat, typer.Option("--format", help="text or json.")]


def version(output: FormatOption = "text") -> None:
    """
    Print the version of Stowage.
    """
    ours = installed.version()
    if output == "json":
        facts = {
            "version": ours,
            "commit": installed.commit(),
            "python": platform.python_version(),
        }
        typer.echo(json.dumps(facts))
    else:
        typer.echo(f"stowage {ours}")
