"""
Request bodies: forgiving where the reference is, exact about what is wrong.
"""

from datetime import UTC, datetime

import pytest
from pydantic import Field

from app.errors.raised import StowageError
from dashboard.api.multipart import UploadComplete
from dashboard.body import parse_body, parse_time
from dashboard.schemas import Body


class Thing(Body):
    name: str = Field(min_length=1)
    count: int = 0
    tags: dict[str, str] = Field(default_factory=dict)


def refusal(raw: bytes) -> StowageError:
    with pytest.raises(StowageError) as refused:
        parse_body(Thing, raw)
    assert (refused.value.code, refused.value.status) == ("bad_request", 400)
    return refused.value


@pytest.mark.parametrize(
    "raw",
    [
        b'{"name":"a"}',
        b'  {"NAME":"a","Count":null,"unknown":[1,2]}',
        b'{"name":"a"} and what follows',
        b'{"name":"x","name":"a"}',
    ],
)
def test_names_fit_in_any_case_and_the_rest_is_ignored(raw: bytes) -> None:
    assert parse_body(Thing, raw) == Thing(name="a")


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert parse_body(Thing, rb'{"name":"\ud83e\uddff"}').name == "\U0001f9ff"


@pytest.mark.parametrize("raw", [b"", b"null", b"  null ", b"{}"])
def test_nothing_means_all_defaults(raw: bytes) -> None:
    assert refusal(raw).reason == "field.missing"


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"not json",
        b"\xff\xfe",
        b'{"name": NaN}',
        b'{"name":"a",}',
        b"[" * 100_000,
        rb'{"name":"\ud800"}',
        rb'{"\uDFFF":1,"name":"a"}',
    ],
)
def test_what_is_not_json_is_said_to_be_so(raw: bytes) -> None:
    assert refusal(raw).reason == "json.invalid"


@pytest.mark.parametrize(
    ("raw", "pointer", "reason"),
    [
        (b'{"count":1}', "/name", "field.missing"),
        (b'{"name":""}', "/name", "field.missing"),
        (b'{"name":7}', "/name", "field.invalid"),
        (b'{"name":"a","count":"1"}', "/count", "field.invalid"),
        (b'{"name":"a","count":1.5}', "/count", "field.invalid"),
        (b'{"name":"a","tags":{"x/y~":1}}', "/tags/x~1y~0", "field.invalid"),
        (b"[1]", "", "field.invalid"),
        (b'"text"', "", "field.invalid"),
    ],
)
def test_a_refusal_points_at_the_place(raw: bytes, pointer: str, reason: str) -> None:
    error = refusal(raw)

    assert error.reason == reason
    assert [(item.pointer, item.reason) for item in error.errors] == [(pointer, reason)]


def test_every_mistake_is_named_at_once() -> None:
    error = refusal(b'{"name":7,"count":"x"}')

    assert [item.pointer for item in error.errors] == ["/name", "/count"]


def test_what_was_sent_is_not_sent_back() -> None:
    """A password of the wrong type must not stand in the answer."""
    error = refusal(b'{"name":{"secret":"hunter2"}}')

    assert "hunter2" not in str(error)
    assert "hunter2" not in str(error.errors)


def test_the_parts_of_an_upload_are_named_as_s3_names_them() -> None:
    body = parse_body(UploadComplete, b'{"parts":[{"PartNumber":1,"etag":"\\"e\\""}]}')

    assert [(part.part_number, part.etag) for part in body.parts] == [(1, '"e"')]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-01T12:00:00Z", datetime(2026, 5, 1, 12, tzinfo=UTC)),
        ("2026-05-01T14:00:00.25+02:00", datetime(2026, 5, 1, 12, 0, 0, 250000, tzinfo=UTC)),
        ("", None),
    ],
)
def test_a_time_may_have_a_fraction_and_any_offset(text: str, expected: datetime | None) -> None:
    assert parse_time(text, pointer="query:from") == expected


@pytest.mark.parametrize(
    "text", ["soon", "2026-05-01", "2026-05-01T12:00:00", "2026-13-01T12:00:00Z", "1714564800"]
)
def test_a_time_that_is_none_is_refused_where_it_stands(text: str) -> None:
    with pytest.raises(StowageError) as refused:
        parse_time(text, pointer="query:from")

    assert refused.value.params["field"] == "from"
    assert [item.pointer for item in refused.value.errors] == ["query:from"]
