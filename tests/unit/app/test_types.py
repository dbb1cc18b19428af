"""
Names from outside are accepted exactly as the rules say.
"""

import pytest

from app.errors.raised import StowageError
from app.types import (
    is_bucket_name,
    new_ulid,
    parse_backend_id,
    parse_bucket_name,
    parse_object_key,
    parse_prefix,
)


@pytest.mark.parametrize("name", ["abc", "a-b.c", "0" * 63])
def test_a_legal_bucket_name_is_kept(name: str) -> None:
    assert parse_bucket_name(name) == name


@pytest.mark.parametrize(
    "name", ["ab", "-ab", "ab-", ".ab", "a_b", "A-b", "a" * 64, "a..b", "", "a/b", "abc\n"]
)
def test_an_illegal_bucket_name_is_refused(name: str) -> None:
    assert not is_bucket_name(name)
    with pytest.raises(StowageError) as refused:
        parse_bucket_name(name)

    assert refused.value.code == "invalid_bucket_name"


@pytest.mark.parametrize(
    "key", ["a", "/a", "a//b", "./a", "tab\tbed", "ü", "日本", "a" * 1024, "..a"]
)
def test_a_legal_key_is_kept(key: str) -> None:
    assert parse_object_key(key) == key


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("", "key.length"),
        ("a" * 1025, "key.length"),
        ("ü" * 513, "key.length"),
        ("a\x00", "key.control_character"),
        ("a\nb", "key.control_character"),
        ("a\x7f", "key.control_character"),
        ("a\u202eb", "key.control_character"),
        ("\ud800", "key.control_character"),
        ("..", "key.dot_segment"),
        ("a/../b", "key.dot_segment"),
    ],
)
def test_an_illegal_key_is_refused_with_its_rule(key: str, reason: str) -> None:
    with pytest.raises(StowageError) as refused:
        parse_object_key(key)

    assert refused.value.reason == reason


def test_a_backend_id_is_trimmed_and_folded() -> None:
    assert parse_backend_id(" Main-1 ") == "main-1"


@pytest.mark.parametrize("text", ["", "-a", "a b", "ä", "a" * 65])
def test_an_illegal_backend_id_is_refused(text: str) -> None:
    with pytest.raises(StowageError, match="backend id"):
        parse_backend_id(text)


def test_ulids_sort_by_their_moment_and_differ() -> None:
    earlier, later = new_ulid(1000.0), new_ulid(1000.001)

    assert earlier < later
    assert len(earlier) == 26
    assert new_ulid() != new_ulid()


@pytest.mark.parametrize("text", ["", "a/", "a/b/", "ü/", "/", "a//"])
def test_a_prefix_is_empty_or_ends_with_a_slash(text: str) -> None:
    assert parse_prefix(text) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a", "prefix.no_slash"),
        ("../", "prefix.malformed"),
        ("a/../b/", "prefix.malformed"),
        ("a\x07/", "prefix.malformed"),
        ("\u202e/", "prefix.malformed"),
        ("x" * 1024 + "/", "prefix.malformed"),
    ],
)
def test_a_prefix_that_cannot_be_says_why(text: str, reason: str) -> None:
    with pytest.raises(StowageError) as caught:
        parse_prefix(text)

    assert (caught.value.code, caught.value.reason) == ("invalid_prefix", reason)
