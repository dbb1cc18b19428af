"""
The shape of the tree: files and functions that fit in the eye, tests that mirror the source.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "proxy", "dashboard")
SOURCES = sorted(
    path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "node_modules" not in path.parts
)
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60

TABLES = {
    "app/errors/registry.py": "the one table of errors",
    "app/database/tables.py": "every table in one place",
    "app/database/migrations/product/r0001_initial.py": "the same tables, as first released",
    "proxy/core/operations.py": "the one table of S3 operations",
}
"""Long tables are fine; each stands here with its reason."""

DRAWERS = {"utils", "helpers", "manager", "base", "common", "misc"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_file_fits_in_the_eye(path: Path) -> None:
    if name_of(path) in TABLES:
        return
    assert len(path.read_text().splitlines()) <= MAX_FILE_LINES


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    too_long = [
        f"{node.name} at line {node.lineno}: {length} lines"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > MAX_FUNCTION_LINES
    ]

    assert too_long == []


def test_no_module_is_a_drawer() -> None:
    assert [name_of(path) for path in SOURCES if path.stem in DRAWERS] == []


def test_every_ignored_warning_says_why() -> None:
    unexplained = [
        f"{name_of(path)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if _is_unexplained(line)
    ]

    assert unexplained == []


def _is_unexplained(line: str) -> bool:
    for marker in ("# noqa: ", "# type: ignore["):
        _, found, rest = line.partition(marker)
        if found:
            return len(rest.strip().split()) < 3
    return "# noqa" in line or "# type: ignore" in line
