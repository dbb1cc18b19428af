"""
`stowage user import`: many users from a CSV file.
"""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.actor import COMMAND_LINE
from app.commands.config import ConfigOption
from app.commands.opened import run_opened
from app.commands.outcome import INPUT, Found
from app.commands.version import FormatOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.auth.imports import LineOutcome
    from app.services import Services

FileArgument = Annotated[
    typer.FileBinaryRead, typer.Argument(metavar="FILE", help="The CSV file, or - for the input.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]


def import_users(
    file: FileArgument,
    config: ConfigOption = None,
    output: FormatOption = "text",
    *,
    dry_run: DryRunOption = False,
) -> None:
    """
    Create and change users as a CSV file says; the same file may be imported again.

    Its first line names the columns: username, and any of email, role, password, kind, enabled,
    must_change_pw. Ends with 3 when a line was refused; the other lines are done all the same.
    """
    from app.auth.user_lines import parse_lines

    lines = parse_lines(file.read())

    async def work(services: "Services") -> None:
        imports = services.user_imports
        act = imports.rehearse if dry_run else imports.run
        outcomes = await act(COMMAND_LINE, lines)
        _show(outcomes, output)
        if any(outcome.error for outcome in outcomes):
            raise Found(INPUT)

    run_opened(config, work)


def _show(outcomes: "Sequence[LineOutcome]", output: str) -> None:
    if output == "json":
        typer.echo(json.dumps([_facts(one) for one in outcomes], indent=2))
        return
    for one in outcomes:
        told = f"line {one.line}: {one.action} {one.username}"
        typer.echo(told if one.error is None else f"{told}: {one.error.message}")


def _facts(one: "LineOutcome") -> dict[str, object]:
    error = None if one.error is None else {"code": one.error.code, "message": one.error.message}
    return {"line": one.line, "username": one.username, "action": one.action, "error": error}
