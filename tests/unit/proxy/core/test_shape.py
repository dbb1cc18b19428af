"""
What names tell is the same every time, and a flood of names fills no memory.
"""

from proxy.core import shape
from proxy.core.shape import MAX_SHAPE_LENGTH, MAX_SHAPES, Memo, find_shape


def test_the_same_names_have_one_shape() -> None:
    names = ["host", "x-amz-acl", "x-amz-checksum-crc32", "x-amz-meta-a"]

    found = find_shape(names)

    assert found is find_shape(dict.fromkeys(names))
    assert found.amz == ("x-amz-acl", "x-amz-checksum-crc32", "x-amz-meta-a")
    assert found.checksums == ("x-amz-checksum-crc32",)
    assert found.has_judged
    assert not found.has_customer_keys


def test_one_name_that_is_judged_is_enough() -> None:
    for name in ("x-amz-acl", "x-amz-grant-read", "x-amz-meta-a"):
        assert find_shape(["host", name]).has_judged
    assert find_shape(["x-amz-bypass-governance-retention"]).has_judged
    assert find_shape(["x-amz-server-side-encryption-customer-key"]).has_customer_keys
    assert not find_shape(["host", "x-amz-date"]).has_judged


def test_long_names_are_not_remembered() -> None:
    names = ["host", "x" * MAX_SHAPE_LENGTH]

    assert find_shape(names) is not find_shape(names)


def test_a_flood_of_names_is_bounded() -> None:
    for number in range(MAX_SHAPES + 10):
        find_shape(["host", f"x-{number}"])

    assert len(shape._shapes) <= MAX_SHAPES  # noqa: SLF001  its size is what is promised


def test_a_full_memo_begins_anew() -> None:
    memo: Memo[int, str] = Memo(2)
    for number in (1, 2, 3):
        memo.remember(number, str(number))

    assert memo == {3: "3"}
