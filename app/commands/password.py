"""
Passwords on their way in: from a prompt, standard input or a file, rather than the command line.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.errors.start import StartError

PasswordOption = Annotated[
    str | None,
    typer.Option("--password", help="The password; other users of this machine may see it."),
]
PasswordStdinOption = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]
PasswordFileOption = Annotated[
    Path | None, typer.Option("--password-file", help="Read the password from this file.")
]


def read_password(given: str | None, *, from_stdin: bool, file: Path | None) -> str:
    """
    Return the password from the one source that was named, or ask for it twice.

    Raises:
        StartError: several sources were named, or there is nobody to ask.
        BadParameter: the password is empty.
    """
    sources = [given is not None, from_stdin, file is not None]
    if sum(sources) > 1:
        raise typer.BadParameter("name one of --password, --password-stdin and --password-file")
    password = _read(given, from_stdin=from_stdin, file=file)
    if not password:
        raise typer.BadParameter("the password is empty")
    return password


def _read(given: str | None, *, from_stdin: bool, file: Path | None) -> str:
    if given is not None:
        return given
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if file is not None:
        return _first_line(file)
    if not sys.stdin.isatty():
        raise StartError("no password: use --password-stdin or --password-file")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _first_line(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except OSError as error:
        raise StartError(f"cannot read {file}: {error.strerror}") from error
