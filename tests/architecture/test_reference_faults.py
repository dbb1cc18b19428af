"""
Every fault of the reference that matters has tests here that show us without it.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
TABLE = TESTS / "vectors" / "reference_faults.txt"
LAST = {"U": 15, "I": 26, "A": 10, "O": 14}
REQUIRED = {f"{letter}{number}" for letter, last in LAST.items() for number in range(1, last + 1)}
REQUIRED |= {"O16", "O19", "O20", "O21", "SUB"}
"""The lines of severity S1, S2 and S3; those of S4 may stand in the table, too."""


def read_table() -> dict[str, list[str]]:
    """
    Return the tests of each fault.
    """
    faults: dict[str, list[str]] = {}
    current: list[str] = []
    for line in TABLE.read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        words = line.split()
        if not line.startswith(" "):
            name, severity, *words = words
            assert severity in {"S1", "S2", "S3", "S4"}, line
            assert name not in faults, f"{name} stands there twice"
            current = faults[name] = []
        current += words
    return faults


@cache
def functions_of(file: str) -> frozenset[str]:
    """
    Return the names of the functions of a file.
    """
    tree = ast.parse((TESTS / file).read_text())
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


FAULTS = read_table()


def test_every_fault_that_matters_has_a_row() -> None:
    assert REQUIRED - set(FAULTS) == set()


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_has_tests_that_are_there(fault: str) -> None:
    assert FAULTS[fault]
    for proof in FAULTS[fault]:
        file, _, name = proof.partition("::")
        assert name.startswith("test_"), proof
        assert name in functions_of(file), proof
