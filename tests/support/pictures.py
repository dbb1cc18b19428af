"""
The pictures of README and documentation, taken by the journeys that show what is on them.
"""

import os
from pathlib import Path

from playwright.sync_api import Page

IMAGES = Path(__file__).parents[2] / "docs" / "images"
PICTURES = ("object-browser", "share-link", "credential", "audit")
"""Each is there for a light page and for a dark one."""
_THEMES = ("light", "dark")


def files_of(picture: str) -> tuple[Path, ...]:
    """
    Return where a picture is kept, the light one first.
    """
    return tuple(IMAGES / f"{picture}-{theme}.png" for theme in _THEMES)


def take_picture(page: Page, picture: str) -> None:
    """
    Write what is shown now into the documentation, in both themes, if `make pictures` asks for it.
    """
    assert picture in PICTURES
    if os.environ.get("STOWAGE_WRITE_IMAGES") != "1":
        return
    page.mouse.move(0, 0)
    for theme, file in zip(_THEMES, files_of(picture), strict=True):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        page.screenshot(path=file, animations="disabled", caret="hide")
    page.emulate_media(color_scheme="light")
