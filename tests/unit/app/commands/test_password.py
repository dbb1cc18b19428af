"""
A password comes from the one source that was named, never by accident from another.
"""

import io
import sys
from pathlib import Path

import pytest
import typer

from app.commands.password import read_password
from app.errors.start import StartError


def test_the_first_line_of_standard_input_is_taken_without_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(" two words \r\nrest\n"))

    assert read_password(None, from_stdin=True, file=None) == " two words "


def test_the_first_line_of_a_file_is_taken(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("from file\nrest")

    assert read_password(None, from_stdin=False, file=tmp_path / "password") == "from file"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="missing: No such file"):
        read_password(None, from_stdin=False, file=tmp_path / "missing")


def test_two_sources_are_refused() -> None:
    with pytest.raises(typer.BadParameter):
        read_password("given", from_stdin=True, file=None)


def test_an_empty_password_is_refused() -> None:
    with pytest.raises(typer.BadParameter):
        read_password("", from_stdin=False, file=None)


def test_without_a_terminal_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("piped by accident\n"))

    with pytest.raises(StartError, match="--password-stdin"):
        read_password(None, from_stdin=False, file=None)
