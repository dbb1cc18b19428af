"""
Visitors name things below what is shared, and reach nothing else by any spelling.
"""

from dataclasses import replace

import pytest

from app.errors.raised import StowageError
from app.objects.place import BucketPlace
from app.shares.paths import key_at, prefix_at, share_name, shared_folder
from app.shares.share import Target
from support.shares import SHARE

PLACE = BucketPlace("b", "docs")
FOLDER = replace(SHARE, target=Target("folder", PLACE, prefix="a/b/"))


@pytest.mark.parametrize(
    ("keys", "folder"),
    [
        (("a/b/one", "a/b/two"), "a/b/"),
        (("a/b/one", "a/c/two"), "a/"),
        (("one", "two"), ""),
        (("a/b", "a/b/c"), "a/"),
        (("a/one",), "a/"),
    ],
)
def test_the_folder_above_all_objects_is_not_shown(keys: tuple[str, ...], folder: str) -> None:
    assert shared_folder(Target("objects", PLACE, keys)) == folder


def test_each_kind_has_a_name() -> None:
    assert share_name(Target("object", PLACE, ("a/b.txt",))) == "b.txt"
    assert share_name(Target("objects", PLACE, ("a", "b"))) == "2 files"
    assert share_name(FOLDER.target) == "b"


def test_a_path_leads_to_a_key_below_the_folder() -> None:
    assert key_at(FOLDER, "c/d.txt") == "a/b/c/d.txt"
    assert prefix_at(FOLDER, "") == "a/b/"
    assert prefix_at(FOLDER, "c/") == "a/b/c/"


@pytest.mark.parametrize(
    "path", ["", "..", "../x", "c/../../x", ".", "c/./d", "c\x00d", "c\nd", "x" * 1100]
)
def test_no_spelling_leads_out_of_the_folder(path: str) -> None:
    with pytest.raises(StowageError) as refused:
        key_at(FOLDER, path)

    assert refused.value.code == "not_found"


@pytest.mark.parametrize("path", ["../", "c", "c/../", "./"])
def test_no_listing_leads_out_of_the_folder(path: str) -> None:
    with pytest.raises(StowageError) as refused:
        prefix_at(FOLDER, path)

    assert refused.value.code == "not_found"
