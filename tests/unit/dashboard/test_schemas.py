"""
What every schema has in common: times, members that are left out, closed shapes.
"""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from dashboard.api.buckets import Bucket
from dashboard.api.objects import ObjectInfo
from dashboard.schemas import render_time
from dashboard.typescript import find_schemas

MOMENT = datetime(2026, 5, 1, 12, 0, 0, 999999, tzinfo=UTC)


def test_a_time_has_seconds_and_is_in_utc() -> None:
    assert render_time(MOMENT) == "2026-05-01T12:00:00Z"
    assert render_time(MOMENT.astimezone(timezone(timedelta(hours=2)))) == "2026-05-01T12:00:00Z"


def test_empty_members_are_left_out() -> None:
    assert ObjectInfo(key="", size=0).model_dump_json() == '{"key":"","size":0}'


def test_a_known_zero_is_there_and_an_unknown_one_is_not() -> None:
    known = Bucket(name="docs", size_tracked=False, size_bytes=0, created_at=MOMENT)

    assert known.model_dump(mode="json") == {
        "name": "docs",
        "created_at": "2026-05-01T12:00:00Z",
        "size_tracked": False,
        "size_bytes": 0,
    }


def test_an_answer_holds_nothing_that_the_schema_does_not_name() -> None:
    with pytest.raises(ValidationError):
        ObjectInfo.model_validate({"key": "a", "size": 1, "secret": "x"})


def test_every_schema_says_what_it_is() -> None:
    assert [model.__name__ for model in find_schemas() if not (model.__doc__ or "").strip()] == []
