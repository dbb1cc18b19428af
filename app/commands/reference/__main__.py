"""
Writes the pages: `python -m app.commands.reference docs/reference`.

`make generate` runs it, and `make check` fails when a page differs from what this writes.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from app.commands.program import app
from app.commands.reference.access import access_page
from app.commands.reference.audit import audit_page
from app.commands.reference.command_line import commands_page
from app.commands.reference.configuration import configuration_page, configuration_schema
from app.commands.reference.errors import errors_page
from app.commands.reference.operations import operations_page
from app.commands.reference.routes import routes_page

PAGES: dict[str, Callable[[], str]] = {
    "access.md": access_page,
    "api.md": routes_page,
    "audit.md": audit_page,
    "commands.md": partial(commands_page, app),
    "configuration.md": configuration_page,
    "configuration.schema.json": configuration_schema,
    "errors.md": errors_page,
    "s3-operations.md": operations_page,
}


def write_pages(folder: Path) -> None:
    """
    Write every page into the folder, which is made if missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, render in PAGES.items():
        (folder / name).write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
