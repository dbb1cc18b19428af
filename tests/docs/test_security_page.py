"""
The page that says how each item is shown names tests that are there.
"""

import re

import pytest

from support.pages import ROOT

PAGE = ROOT / "docs" / "explanation" / "security.md"
# The items of levels 1 and 2 in version 4.0.3, which has deleted 4.1.4.
ITEMS = {
    "2.1": range(1, 13),
    "2.2": range(1, 4),
    "2.3": range(1, 4),
    "2.4": range(1, 6),
    "2.5": range(1, 8),
    "2.6": range(1, 4),
    "2.7": range(1, 7),
    "2.8": range(1, 8),
    "2.9": range(1, 4),
    "2.10": range(1, 5),
    "3.1": (1,),
    "3.2": range(1, 5),
    "3.3": range(1, 5),
    "3.4": range(1, 6),
    "3.5": range(1, 4),
    "3.7": (1,),
    "4.1": (1, 2, 3, 5),
    "4.2": (1, 2),
    "4.3": range(1, 4),
}
NAMED = sorted(set(re.findall(r"`([a-z_/]+\.py)::([a-z_0-9]+)`", PAGE.read_text(encoding="utf-8"))))


@pytest.mark.parametrize(("file", "function"), NAMED)
def test_a_named_test_is_there(file: str, function: str) -> None:
    source = (ROOT / "tests" / file).read_text(encoding="utf-8")

    assert re.search(rf"^(async )?def {function}\(", source, re.MULTILINE)


def test_every_item_of_both_levels_is_on_the_page() -> None:
    found = set()
    rows = [row for row in PAGE.read_text(encoding="utf-8").splitlines() if row.startswith("| ")]
    for row in rows:
        # "2.8.1 to 2.8.7" stands for all between; other items of a row are named one by one.
        for chapter, first, last in re.findall(
            r"(\d\.\d+)\.(\d+)(?: to \1\.(\d+))?", row.split(" | ")[0]
        ):
            found |= {f"{chapter}.{n}" for n in range(int(first), int(last or first) + 1)}

    assert found == {f"{part}.{n}" for part, numbers in ITEMS.items() for n in numbers}


def test_an_item_without_a_test_says_why() -> None:
    rows = [row for row in PAGE.read_text(encoding="utf-8").splitlines() if row.endswith("| |")]

    assert all("| open" in row or "| not used" in row or "none to lose" in row for row in rows)
