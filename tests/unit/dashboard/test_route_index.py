"""
Every route of the reference is there, and open to nobody who had no use of it before.
"""

from pathlib import Path

import pytest

from dashboard.app import spellings
from dashboard.routes import ROWS
from dashboard.session import Gate

INDEX = Path(__file__).parents[2] / "vectors" / "route_index.txt"
LINES = [tuple(line.split()) for line in INDEX.read_text().splitlines() if not line.startswith("#")]
OUTSIDE_THE_TABLE = {("GET", "/metrics")}
"""Added by `create_dashboard`; it may have a listener of its own."""
KNOWN_GAPS: set[tuple[str, str]] = set()
"""Routes of the reference that are still to come; the list may only shrink."""

GATES = {(row.method, path): row.gate for row in ROWS for path in spellings(row.path)}


def test_the_index_is_whole() -> None:
    assert len(LINES) == len(set(LINES)) == 93


@pytest.mark.parametrize(("role", "method", "path"), LINES, ids=str)
def test_a_route_of_the_reference_is_there(role: str, method: str, path: str) -> None:
    if (method, path) in OUTSIDE_THE_TABLE:
        return
    gate = GATES.get((method, path))
    assert (gate is None) == ((method, path) in KNOWN_GAPS)
    if role == "W" and gate is not None:
        assert gate in (Gate.WRITER, Gate.ADMIN)
    if path.startswith("/api/admin") and gate is not None:
        assert gate is Gate.ADMIN
