"""
Counting while others write: what a page shows is not counted again, what it misses is.
"""

import pytest

from app.quotas.counting import Change, Count
from app.quotas.write import Growth

NEW = Growth(5, 1)
GONE = Growth(-5, -1)


def counted() -> Count:
    """
    Two pages, a to m and n to z, read from 10 to 11 and from 20 to 21; uploads from 1 to 2.
    """
    count = Count()
    count.add_uploads(100, 1, 2)
    count.add_page([("a", 1), ("m", 1)], 10, 11)
    count.add_page([("n", 1), ("z", 1)], 20, 21)
    return count


@pytest.mark.parametrize(
    ("change", "adds"),
    [
        (Change("b", 5, 9, NEW), 0),
        (Change("b", 12, 13, NEW), 5),
        (Change("b", 9, 12, NEW), 5),
        (Change("b", 5, 9, GONE), 0),
        (Change("b", 12, 13, GONE), -5),
        (Change("b", 9, 12, GONE), 0),
        (Change("x", 12, 13, NEW), 0),
        (Change("x", 22, 23, NEW), 5),
        (Change("zz", 12, 13, NEW), 0),
        (Change("zz", 22, 23, NEW), 5),
        (Change("", 22, 23, GONE), 0),
        (Change("b", 5, 9, Growth(part_bytes=7)), 7),
        (Change("b", 0, 0.5, Growth(part_bytes=7)), 0),
        (Change("b", 12, 13, Growth(7, 1, -7)), 0),
        (Change("b", 5, 9, Growth(7, 1, -7)), -7),
    ],
    ids=str,
)
def test_a_write_during_the_count_is_counted_once_or_rather_twice_than_not(
    change: Change, adds: int
) -> None:
    count = counted()
    count.settle(change)

    assert count.end(30).total_bytes == 104 + adds


def test_a_write_that_ends_after_the_count_is_looked_up_in_it() -> None:
    count = counted()
    count.end(30)

    assert count.settle(Change("b", 5, 31, NEW)) == NEW
    assert count.settle(Change("b", 5, 31, GONE)).total_bytes == 0
    assert count.settle(Change("b", 31, 32, GONE)) == GONE
    assert count.settle(Change("", 31, 32, GONE)) == GONE


def test_where_pages_are_not_sorted_the_larger_number_is_taken() -> None:
    count = counted()
    count.add_page([("b", 1)], 30, 31)
    for change in (Change("c", 5, 9, NEW), Change("c", 12, 13, GONE)):
        count.settle(change)

    assert count.end(40).total_bytes == 105 + 5


def test_an_empty_bucket_counts_what_came_since() -> None:
    count = Count()
    count.add_uploads(0, 1, 2)
    count.add_page([], 10, 11)
    count.settle(Change("a", 12, 13, NEW))
    count.settle(Change("b", 5, 6, NEW))

    assert count.end(20) == NEW
