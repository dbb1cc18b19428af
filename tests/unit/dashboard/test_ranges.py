"""
Range and conditional headers as RFC 9110 has them.
"""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.backends.stored import ByteRange, Conditions
from app.errors.raised import StowageError
from dashboard.ranges import may_continue, parse_conditions, parse_range, render_http_date

MOMENT = datetime(2026, 5, 1, 12, 0, 7, 250000, tzinfo=UTC)
DATE = "Fri, 01 May 2026 12:00:07 GMT"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("bytes=0-", ByteRange(0)),
        ("bytes=5-9", ByteRange(5, 9)),
        ("Bytes = 5 - 9", ByteRange(5, 9)),
        ("bytes=-5", ByteRange(None, 5)),
        ("bytes=0-1,4-5", None),
        ("items=0-1", None),
        ("bytes", None),
    ],
)
def test_a_single_range_of_bytes_is_honoured(
    header: str | None, expected: ByteRange | None
) -> None:
    assert parse_range(header) == expected


@pytest.mark.parametrize(
    "header", ["bytes=", "bytes=-", "bytes=a-b", "bytes=9-5", "bytes=1", "bytes=--5", "bytes=1-2-3"]
)
def test_a_malformed_range_is_refused_with_400(header: str) -> None:
    with pytest.raises(StowageError) as refused:
        parse_range(header)

    assert (refused.value.reason, refused.value.status) == ("range.malformed", 400)


def test_the_etag_wins_over_the_date() -> None:
    assert parse_conditions('"e"', DATE) == Conditions(if_none_match='"e"')
    assert parse_conditions(None, DATE) == Conditions(
        if_modified_since=MOMENT.replace(microsecond=0)
    )
    assert parse_conditions(None, "yesterday") == Conditions()
    assert parse_conditions(None, None, '"e"') == Conditions(if_match='"e"')


@pytest.mark.parametrize(
    ("if_range", "expected"),
    [
        ('"e"', True),
        ('"other"', False),
        ('W/"e"', False),
        (DATE, True),
        ("Fri, 01 May 2026 12:00:08 GMT", False),
        ("nonsense", False),
    ],
)
def test_a_part_is_sent_only_for_the_same_object(if_range: str, *, expected: bool) -> None:
    assert may_continue(if_range, etag='"e"', last_modified=MOMENT) is expected


def test_a_date_is_written_as_http_wants_it() -> None:
    assert render_http_date(MOMENT) == DATE
    assert render_http_date(MOMENT.astimezone(timezone(timedelta(hours=2)))) == DATE
