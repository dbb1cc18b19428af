import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors.raised import StowageError
from proxy.core.listing import (
    MAX_QUESTIONS,
    Cut,
    Entry,
    Page,
    Question,
    open_cut,
    parse_listing,
    render_token,
)

NAMES = st.text(alphabet="ab/-\U0010fffe", min_size=1, max_size=6)


def fold(keys: list[str], question: Question) -> list[Entry]:
    """
    List as S3 does: keys below the prefix, rolled up by the delimiter, in order, once.
    """
    found: dict[str, Entry] = {}
    for key in sorted(set(keys)):
        if not key.startswith(question.prefix):
            continue
        start = len(question.prefix)
        end = key.find(question.delimiter, start) if question.delimiter else -1
        name = key if end < 0 else key[: end + len(question.delimiter)]
        if name > question.marker:
            found[name] = Entry(name, is_prefix=end >= 0)
    return list(found.values())


def answer(keys: list[str], question: Question) -> Page:
    entries = fold(keys, question)
    shown = entries[: question.limit]
    is_truncated = len(entries) > question.limit
    # As S3: contents first, then common prefixes.
    ordered = sorted(shown, key=lambda entry: entry.is_prefix)
    return Page(tuple(ordered), is_truncated, shown[-1].name if is_truncated else "")


def walk(cut: Cut, keys: list[str]) -> Cut:
    while (question := cut.next_question()) is not None:
        cut.take(answer(keys, question))
    return cut


def page(keys: list[str], visible: list[str], **parameters: str) -> Cut:
    given = {name.replace("_", "-"): value for name, value in parameters.items()}
    return walk(open_cut(parse_listing("ListObjects", given), tuple(visible)), keys)


@settings(max_examples=400)
@given(
    st.lists(NAMES, max_size=30),
    st.lists(NAMES, min_size=1, max_size=5),
    st.sampled_from(["", "/", "-", "--", "/-", "ab"]),
    st.integers(1, 5),
    st.integers(0, 1),
)
def test_pages_together_are_the_listing_of_a_bucket_with_nothing_else_in_it(
    keys: list[str], visible: list[str], delimiter: str, limit: int, with_prefix: int
) -> None:
    prefix = ""
    if with_prefix:
        prefix = visible[0][:1]
        visible = [name for name in visible if name.startswith(prefix)]
    mine = [key for key in keys if key.startswith(tuple(visible))]
    expected = fold(mine, Question(prefix, delimiter, "", "", 1000))
    found: list[Entry] = []
    marker = ""
    for _ in range(100):
        cut = page(
            keys, visible, prefix=prefix, delimiter=delimiter, max_keys=str(limit), marker=marker
        )
        assert len(cut.entries) <= limit
        found += cut.entries
        if not cut.is_truncated:
            break
        assert cut.marker > marker
        marker = cut.marker

    assert sorted((entry.name, entry.is_prefix) for entry in found) == [
        (entry.name, entry.is_prefix) for entry in expected
    ]
    assert marker == "" or marker.startswith(tuple(visible)) or marker in {e.name for e in found}


@given(st.lists(NAMES, max_size=20), st.lists(NAMES, min_size=1, max_size=4), NAMES)
def test_page_begins_behind_any_marker(keys: list[str], visible: list[str], marker: str) -> None:
    mine = [key for key in keys if key.startswith(tuple(visible))]

    cut = page(keys, visible, delimiter="/", marker=marker)

    expected = fold(mine, Question("", "/", marker, "", 1000))
    assert sorted(entry.name for entry in cut.entries) == [entry.name for entry in expected]


def test_step_to_a_visible_prefix_costs_one_key() -> None:
    cut = open_cut(parse_listing("ListObjects", {"delimiter": "/"}), ("team/a/", "team/b/"))

    assert cut.next_question() == Question("team/a/", "", "", "", 1)
    cut.take(Page((Entry("team/a/secret"),)))

    assert cut.next_question() is None
    assert cut.entries == [Entry("team/", is_prefix=True)]


def test_page_of_nothing_asks_nothing() -> None:
    cut = open_cut(parse_listing("ListObjects", {"max-keys": "0"}), ("a/",))

    assert cut.next_question() is None
    assert (cut.entries, cut.is_truncated) == ([], False)


def test_what_the_backend_shows_unasked_is_not_shown() -> None:
    cut = open_cut(parse_listing("ListObjects", {}), ("mine/",))
    assert cut.next_question() is not None

    cut.take(
        Page((Entry("foreign/x"), Entry("mine/x")), is_truncated=True, next_marker="foreign/x")
    )

    assert [entry.name for entry in cut.entries] == ["mine/x"]
    assert cut.marker == "mine/x"


def test_more_than_was_asked_for_is_kept_for_the_next_page() -> None:
    cut = open_cut(parse_listing("ListObjects", {"max-keys": "2"}), ("a",))
    assert cut.next_question() is not None

    cut.take(Page(tuple(Entry(f"a{number}") for number in range(5))))

    assert [entry.name for entry in cut.entries] == ["a0", "a1"]
    assert (cut.is_truncated, cut.marker) == (True, "a1")
    assert cut.next_question() is None


def test_backend_that_never_ends_is_left() -> None:
    cut = open_cut(parse_listing("ListObjects", {}), ("a",))
    assert cut.next_question() is not None

    cut.take(Page((), is_truncated=True))

    assert cut.next_question() is None
    assert not cut.is_truncated


def test_one_request_costs_the_backend_a_bounded_number() -> None:
    visible = [f"{number:04}/" for number in range(MAX_QUESTIONS + 20)]
    keys = [visible[-1] + "x"]

    first = page(keys, visible)
    second = page(keys, visible, marker=first.marker)

    assert (first.entries, first.is_truncated) == ([], True)
    assert [entry.name for entry in second.entries] == keys
    assert not second.is_truncated


def test_versions_go_on_behind_the_last_version() -> None:
    query = parse_listing(
        "ListObjectVersions", {"key-marker": "a/k", "version-id-marker": "v1", "max-keys": "1"}
    )
    cut = open_cut(query, ("a/", "b/"))

    assert cut.next_question() == Question("a/", "", "a/k", "v1", 1)
    cut.take(Page((Entry("a/k", "v2"),), is_truncated=True, next_marker="a/k", next_second="v2"))

    assert (cut.is_truncated, cut.marker, cut.second) == (True, "a/k", "v2")


def test_companion_of_no_marker_means_nothing() -> None:
    query = parse_listing("ListMultipartUploads", {"upload-id-marker": "u"})

    assert query.second == ""


def test_token_is_a_position() -> None:
    given = {"continuation-token": render_token("a/ü"), "start-after": "other"}

    assert parse_listing("ListObjectsV2", given).marker == "a/ü"


@pytest.mark.parametrize(
    "given",
    [
        {"max-keys": "-1"},
        {"max-keys": "many"},
        {"max-keys": "9" * 30},
        {"encoding-type": "base64"},
        {"continuation-token": "*"},
        {"continuation-token": "gA=="},
        {"continuation-token": "ü"},
    ],
    ids=str,
)
def test_invalid_argument_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(StowageError) as caught:
        parse_listing("ListObjectsV2", given)

    assert caught.value.reason == "s3.argument_invalid"
