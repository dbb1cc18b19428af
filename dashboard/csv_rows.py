"""
Rows of CSV that a spreadsheet opens without running anything in them.
"""

import csv
import io
from collections.abc import Iterable

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def render_row(cells: Iterable[str]) -> str:
    """
    Return one line, quoted as RFC 4180 says; what looks like a formula gets an apostrophe.
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([_guard(cell) for cell in cells])
    return text.getvalue()


def _guard(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
