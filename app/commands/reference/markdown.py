"""
The few Markdown forms that the reference pages are made of.
"""

from collections.abc import Iterable, Sequence

GENERATED = "<!-- Written by `make generate`; edit the code it comes from. -->\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """
    Render a Markdown table; pipes inside a cell are escaped.
    """
    lines = ["| " + " | ".join(header) + " |", "| " + " | ".join("---" for _ in header) + " |"]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
