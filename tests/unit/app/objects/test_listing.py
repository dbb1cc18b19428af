from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.backends.stored import ListQuery, ObjectInfo, ObjectPage
from app.errors.raised import StowageError
from app.objects.listing import list_visible, split_visible

PATHS = st.text("ab/", max_size=6)


class ShelfOfKeys:
    """
    The listing of a store that holds these keys, one key a page.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = sorted(keys)
        self.asked: list[str] = []

    async def list(self, _bucket: str, query: ListQuery) -> ObjectPage:
        self.asked.append(query.prefix)
        found = [key for key in self._keys if key.startswith(query.prefix) and key > query.token]
        token = found[0] if len(found) > 1 else ""
        return ObjectPage(tuple(ObjectInfo(key, 0) for key in found[:1]), (), token)


async def walk(shelf: ShelfOfKeys, query: ListQuery, *visible: str) -> list[str]:
    keys: list[str] = []
    token = ""
    while True:
        page = await list_visible(
            shelf,  # type: ignore[arg-type]  it only ever lists
            "b",
            ListQuery(query.prefix, query.delimiter, token),
            visible,
        )
        keys += [one.key for one in page.objects]
        token = page.next_token
        if not token:
            return keys


@pytest.mark.parametrize(
    ("prefix", "delimiter", "visible", "folders", "listed"),
    [
        ("", "/", ("team/a/",), ("team/",), ()),
        ("team/", "/", ("team/a/", "team/b/"), ("team/a/", "team/b/"), ()),
        ("", "/", ("logs-2026",), (), ("logs-2026",)),
        ("", "", ("team/a/",), (), ("team/a/",)),
        ("", "", ("a/", "a/b/", "c/"), (), ("a/", "c/")),
        ("", "/", ("a/b/", "a/c/", "d"), ("a/",), ("d",)),
    ],
)
def test_the_way_to_a_grant_is_a_folder_and_the_grant_itself_is_listed(
    prefix: str,
    delimiter: str,
    visible: tuple[str, ...],
    folders: tuple[str, ...],
    listed: tuple[str, ...],
) -> None:
    assert split_visible(prefix, delimiter, visible) == (folders, listed)


async def test_grants_are_listed_one_after_the_other_without_a_gap() -> None:
    shelf = ShelfOfKeys(["a/1", "a/2", "b/1", "c/1", "c/2"])

    assert await walk(shelf, ListQuery(), "c/", "a/") == ["a/1", "a/2", "c/1", "c/2"]


@given(st.lists(PATHS), st.lists(PATHS, min_size=1, max_size=3))
async def test_nothing_outside_the_grants_is_shown_or_even_asked_for(
    keys: list[str], visible: list[str]
) -> None:
    shelf = ShelfOfKeys(sorted(set(keys) - {""}))

    shown = await walk(shelf, ListQuery(), *visible)

    wanted = {key for key in keys if key and key.startswith(tuple(visible))}
    assert (set(shown), len(shown)) == (wanted, len(wanted))
    assert set(shelf.asked) <= set(visible)


@pytest.mark.parametrize("token", ["x", "2:", "-1:", "1x:", ":", "\u0661:"])
async def test_a_token_of_others_is_refused(token: str) -> None:
    with pytest.raises(StowageError) as caught:
        await list_visible(
            ShelfOfKeys(["a/1"]),  # type: ignore[arg-type]  it only ever lists
            "b",
            ListQuery(token=token),
            ("a/", "b/"),
        )

    assert caught.value.reason == "cursor.invalid"
