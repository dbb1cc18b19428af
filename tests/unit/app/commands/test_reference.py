"""
The pages of the reference: written from the code, and committed as they are written.
"""

from pathlib import Path

import pytest

from app.commands.reference.__main__ import PAGES
from app.config.problems import render_path
from app.config.shape import walk_keys

FOLDER = Path(__file__).parents[4] / "docs" / "reference"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_what_the_code_says(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name](), "run make generate"


def test_every_key_has_a_row_on_its_page() -> None:
    page = (FOLDER / "configuration.md").read_text(encoding="utf-8")

    keys = {render_path(path).replace("[0]", "[]") for path in walk_keys()}
    sections = {key[:at] for key in keys for at, one in enumerate(key) if one in ".["}
    assert {key for key in keys - sections if f"| `{key}` |" not in page} == set()


def test_the_page_of_the_api_shows_errors_and_examples() -> None:
    whole = PAGES["api.md"]()
    upload = whole[whole.index("POST /api/backends/{bid}/buckets/{bucket}/object</code>") :]
    upload = upload[: upload.index("</details>")]
    copy = whole[whole.index("/object/copy</code>") :]

    assert '<a href="errors.md#quota_exceeded"><code>quota_exceeded</code></a>' in upload
    assert '"src_key": "2026/a.txt"' in copy[: copy.index("</details>")]
    assert '"request_id"' in whole[whole.index('id="JobErrorList"') :]
