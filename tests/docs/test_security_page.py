"""
The page that says how each item is shown names tests that are there.
"""

import re

import pytest

from support.pages import ROOT

PAGE = ROOT / "docs" / "explanation" / "security.md"
NAMED = re.findall(r"`([a-z_/]+\.py)::([a-z_0-9]+)`", PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("file", "function"), NAMED)
def test_a_named_test_is_there(file: str, function: str) -> None:
    source = (ROOT / "tests" / file).read_text(encoding="utf-8")

    assert re.search(rf"^(async )?def {function}\(", source, re.MULTILINE)


def test_the_page_names_tests() -> None:
    assert len(NAMED) > 30
