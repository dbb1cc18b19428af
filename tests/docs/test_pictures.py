"""
The pictures of README and documentation: all there, each in both themes, none left over.
"""

import re
import struct
from pathlib import Path

import pytest

from support.pictures import IMAGES, PICTURES, files_of

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
NAMED = re.compile(r"(?:docs|\.\.)/images/([\w.-]+)")


def named_files() -> set[str]:
    return {name for page in PAGES for name in NAMED.findall(page.read_text())}


def test_every_picture_that_a_page_names_is_there() -> None:
    assert [name for name in sorted(named_files()) if not (IMAGES / name).is_file()] == []


def test_every_picture_that_is_there_is_shown_on_a_page() -> None:
    assert {file.name for file in IMAGES.iterdir()} == named_files()


@pytest.mark.parametrize("picture", PICTURES)
def test_a_journey_takes_each_picture_in_both_themes(picture: str) -> None:
    journeys = "\n".join(file.read_text() for file in (ROOT / "tests/browser").glob("test_*.py"))

    assert f'take_picture(page, "{picture}")' in journeys
    light, dark = (file.read_bytes() for file in files_of(picture))
    assert light[:8] == dark[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", light[16:24]) == struct.unpack(">II", dark[16:24]) == (1440, 900)
    assert light != dark
