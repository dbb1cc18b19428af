"""
The committed `config.yaml`: valid, complete, and true about the defaults.
"""

import re
from pathlib import Path

import pytest

from app.config.document import Document, read_document
from app.config.load import load_config
from app.config.models import Config
from app.config.problems import render_path
from app.config.shape import walk_keys

EXAMPLE = Path(__file__).parents[4] / "config.yaml"
_COMMENTED = re.compile(r"^( *)#(?! \S| *$)", re.MULTILINE)
_INDEX = re.compile(r"\[\d+\]")


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """
    The example with every commented-out line brought to life.
    """
    path = tmp_path / "config.yaml"
    path.write_text(_COMMENTED.sub(r"\1", EXAMPLE.read_text()))
    return path


def without_index(document: Document) -> set[str]:
    return {_INDEX.sub("[]", render_path(path)) for path in document.origins}


def test_the_example_is_valid_as_it_stands() -> None:
    loaded = load_config(EXAMPLE, {})

    assert [one.key for one in loaded.warnings] == ["metrics"]


def test_the_example_shows_the_defaults() -> None:
    assert load_config(EXAMPLE, {}).config == Config()


def test_the_example_is_valid_with_every_line_brought_to_life(whole: Path) -> None:
    config = load_config(whole, {}).config

    assert config.backends[0].endpoint == "https://s3.example.com"
    assert [one.access_key for one in config.credentials] == ["AKIAREPORTS", "AKIABACKUP"]


def test_the_example_mentions_every_key(whole: Path) -> None:
    mentioned = without_index(read_document(whole, "config.yaml"))

    missing = [
        key for path in walk_keys() if (key := _INDEX.sub("[]", render_path(path))) not in mentioned
    ]
    assert missing == []
