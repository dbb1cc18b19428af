"""
Answers of a store: every date they come with, and long pages read off the event loop.
"""

import threading
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from botocore.session import Session

from app.backends.s3_parsing import ON_LOOP_BYTES, StoreParsers, read_timestamp

MOMENT = datetime(2026, 5, 1, 12, tzinfo=UTC)
SHAPE = Session().get_service_model("s3").operation_model("ListObjectsV2").output_shape
ENTRY = "<Contents><Key>k{}</Key><LastModified>2026-05-01T12:00:00.000Z</LastModified></Contents>"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-05-01T12:00:00.000Z", MOMENT),
        ("2026-05-01T12:00:00Z", MOMENT),
        ("2026-05-01T12:00:00.123456789Z", MOMENT + timedelta(microseconds=123456)),
        ("Fri, 01 May 2026 12:00:00 GMT", MOMENT),
        ("2026-05-01T14:00:00+02:00", MOMENT),
        ("20260501T120000Z", MOMENT),
        (MOMENT.timestamp(), MOMENT),
    ],
)
def test_a_moment_is_read_in_every_form_that_stores_write(text: Any, moment: datetime) -> None:
    found = read_timestamp(text)

    assert found == moment
    assert found.utcoffset() in (timedelta(0), timezone(timedelta(hours=2)).utcoffset(None))


def test_what_is_no_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="soon"):
        read_timestamp("soonZ")


@pytest.mark.parametrize(("count", "is_elsewhere"), [(10, False), (1000, True)])
async def test_a_long_page_is_read_in_a_thread(count: int, is_elsewhere: bool) -> None:  # noqa: FBT001  a parameter of the table
    threads: set[int] = set()

    def noting(value: str) -> datetime:
        threads.add(threading.get_ident())
        return read_timestamp(value)

    parsers = StoreParsers()
    parsers.set_parser_defaults(timestamp_parser=noting)
    body = f"<ListBucketResult>{''.join(map(ENTRY.format, range(count)))}</ListBucketResult>"
    answer = {"status_code": 200, "headers": {}, "body": body.encode()}

    found = await parsers.create_parser("rest-xml").parse(answer, SHAPE)

    assert (len(body) > ON_LOOP_BYTES) is is_elsewhere
    assert (threads != {threading.get_ident()}) is is_elsewhere
    assert [one["Key"] for one in found["Contents"]] == [f"k{number}" for number in range(count)]
    assert {one["LastModified"] for one in found["Contents"]} == {MOMENT}
