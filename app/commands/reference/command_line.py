"""
The page of commands, from their own help.
"""

from collections.abc import Iterator
from typing import cast

import typer.main
from typer.core import TyperCommand, TyperGroup, TyperOption

from app.commands.reference.markdown import GENERATED, table


def commands_page(application: typer.Typer) -> str:
    """
    Render every command with its flags.
    """
    root = cast("TyperGroup", typer.main.get_command(application))
    parts = [_section(name, command) for name, command in _walk(root, "stowage")]
    return (
        f"# Commands\n\n{GENERATED}\n"
        "Exit statuses: 0 done, 1 failed or not found, 2 refused, 3 wrong usage, 5 a fault of "
        "ours, 78 the configuration is invalid. `-h` shows the help of each.\n\n" + "\n".join(parts)
    )


def _walk(
    command: TyperCommand | TyperGroup, name: str
) -> Iterator[tuple[str, TyperCommand | TyperGroup]]:
    if not isinstance(command, TyperGroup):
        yield name, command
        return
    for child in sorted(command.commands):
        part = cast("TyperCommand | TyperGroup", command.commands[child])
        yield from _walk(part, f"{name} {child}")


def _section(name: str, command: TyperCommand | TyperGroup) -> str:
    says = (command.help or "").strip()
    rows = [
        (f"`{', '.join(option.opts)}`", _default(option), option.help or "")
        for option in command.params
        if isinstance(option, TyperOption) and not option.hidden and option.name != "help"
    ]
    flags = table(("flag", "default", "meaning"), rows) if rows else ""
    return f"## {name}\n\n{says}\n\n{flags}"


def _default(option: TyperOption) -> str:
    value = option.default
    is_plain = isinstance(value, (str, int, bool)) and value not in ("", None, False)
    return f"`{value}`" if is_plain else ""
