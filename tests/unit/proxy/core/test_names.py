"""
Bucket names and keys on their way to a backend.
"""

import pytest

from app.errors.raised import StowageError
from proxy.core.names import verify_bucket, verify_key, verify_segments

NONE: frozenset[str] = frozenset()


def test_bucket_names_of_s3_pass() -> None:
    for name in ("abc", "my.bucket-1", "0" * 63):
        verify_bucket(name)


@pytest.mark.parametrize(
    "name",
    ["", "ab", "A-Bucket", "a_b", "a/b", "..", ".minio.sys", "-ab", "a..b", "0" * 64, "ä" * 3],
)
def test_other_names_do_not(name: str) -> None:
    with pytest.raises(StowageError) as caught:
        verify_bucket(name)

    assert caught.value.s3.code == "InvalidBucketName"


@pytest.mark.parametrize("name", ["minio", "admin"])
def test_an_admin_api_is_no_bucket(name: str) -> None:
    with pytest.raises(StowageError) as caught:
        verify_bucket(name)

    assert caught.value.s3.status == 403


def test_keys_have_at_most_1024_bytes() -> None:
    verify_key("k" * 1024)
    verify_key("ü" * 512)
    for key in ("k" * 1025, "ü" * 513, "\N{GRINNING FACE}" * 257):
        with pytest.raises(StowageError) as caught:
            verify_key(key)
        assert caught.value.s3.code == "KeyTooLongError"


@pytest.mark.parametrize("key", [".", "..", "../a", "a/..", "a/./b", "a/../../b", "/.."])
def test_dot_segments_need_a_backend_that_takes_them_literally(key: str) -> None:
    verify_segments(key, frozenset({"literal_dot_segments"}))
    with pytest.raises(StowageError) as caught:
        verify_segments(key, NONE)
    assert caught.value.s3.code == "InvalidURI"


@pytest.mark.parametrize("key", ["a.b", "...", "a/...", ".hidden", "a/..b/c..", "a//b", "/"])
def test_dots_within_a_segment_are_plain_characters(key: str) -> None:
    verify_segments(key, NONE)
