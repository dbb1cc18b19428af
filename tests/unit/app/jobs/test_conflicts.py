import pytest

from app.errors.raised import StowageError
from app.jobs.conflicts import numbered


@pytest.mark.parametrize(
    ("key", "beside"),
    [
        ("a.txt", "a (2).txt"),
        ("a/b.txt", "a/b (2).txt"),
        ("a.b/c", "a.b/c (2)"),
        ("a/.bashrc", "a/.bashrc (2)"),
        ("a.tar.gz", "a.tar (2).gz"),
        ("folder/", "folder (2)/"),
        ("a/folder/", "a/folder (2)/"),
    ],
)
def test_the_number_stands_before_the_ending(key: str, beside: str) -> None:
    assert numbered(key, 2) == beside


def test_a_name_that_gets_too_long_is_refused() -> None:
    with pytest.raises(StowageError) as caught:
        numbered("x" * 1022, 2)

    assert (caught.value.code, caught.value.reason) == ("invalid_key", "key.length")
