from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.backends import drafts
from app.backends.rows import BackendChange, BackendRow, NewBackend
from app.database.declared import DASHBOARD, Declaration
from app.errors.raised import StowageError

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
NEW = NewBackend("main", "http://h:9000", "AK", "SK", preset="minio")
ROW = BackendRow(
    "main", "Main", "s3v4", "minio", "http://h:9000", "us-east-1", True, "AK", b"sealed", "", {},
    True, False, NOON, "u", NOON, "u", "dashboard", "", 0, None,
)  # fmt: skip


def reason(new: NewBackend) -> str | None:
    with pytest.raises(StowageError) as caught:
        drafts.complete(new)
    return caught.value.reason


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "s3.example.com",
        "ftp://h",
        "http://",
        "http://h/path",
        "http://h?x=1",
        "http://h#x",
        "http://u:p@h",
        "http://h:0",
        "http://h:65536",
        "http://h:x",
        "http://a b",
        "http://h\nx",
        "http://h\tx",
        "http://[::1",
    ],
)
def test_a_bad_endpoint_is_refused(endpoint: str) -> None:
    assert reason(replace(NEW, endpoint=endpoint)) == "backend.endpoint_invalid"


@pytest.mark.parametrize(
    "endpoint", ["http://h", "https://h:443/", "http://[::1]:80", "http://a_b"]
)
def test_a_good_endpoint_loses_only_its_slash(endpoint: str) -> None:
    assert drafts.complete(replace(NEW, endpoint=endpoint)).endpoint == endpoint.rstrip("/")


@pytest.mark.parametrize(
    ("preset", "endpoint", "region", "expected"),
    [
        ("aws", "", "", ("https://s3.us-east-1.amazonaws.com", "us-east-1", False)),
        ("aws", "", "eu-west-1", ("https://s3.eu-west-1.amazonaws.com", "eu-west-1", False)),
        ("", "", "", ("https://s3.us-east-1.amazonaws.com", "us-east-1", False)),
        ("b2", "", "eu-central-003", ("https://s3.eu-central-003.backblazeb2.com",) * 1),
        ("r2", "https://x.r2.cloudflarestorage.com", "", (None, "auto", True)),
        ("garage", "http://g:3900", "", ("http://g:3900", "garage", True)),
        ("", "https://s3.wasabisys.com", "", (None, "us-east-1", True)),
        ("", "https://other.example", "", (None, "us-east-1", False)),
    ],
)
def test_what_is_left_out_comes_from_the_preset(
    preset: str, endpoint: str, region: str, expected: tuple[object, ...]
) -> None:
    filled = drafts.complete(replace(NEW, preset=preset, endpoint=endpoint, region=region))

    found = (filled.endpoint, filled.region, filled.path_style)
    for wanted, value in zip(expected, found, strict=False):
        assert wanted in (None, value)


def test_the_name_defaults_to_the_id() -> None:
    assert drafts.complete(replace(NEW, name=" ")).name == "main"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (BackendChange(endpoint="ftp://x"), "backend.endpoint_invalid"),
        (BackendChange(endpoint=""), "backend.endpoint_invalid"),
        (BackendChange(access_key=""), "backend.key_missing"),
        (BackendChange(secret_key=" "), "backend.key_missing"),
        (BackendChange(name="x" * 129), "field.invalid"),
        (BackendChange(name="a\nb"), "field.invalid"),
        (BackendChange(region="x" * 65), "field.invalid"),
        (BackendChange(preset="s3.com"), "field.invalid"),
        (BackendChange(capabilities={"flying": True}), "field.invalid"),
        (BackendChange(capabilities={"cors": 1}), "field.invalid"),  # type: ignore[dict-item]  from JSON
    ],
)
def test_a_bad_change_is_refused(change: BackendChange, expected: str) -> None:
    with pytest.raises(StowageError) as caught:
        drafts.revise(ROW, change, DASHBOARD)

    assert caught.value.reason == expected


def test_a_change_names_what_differs_and_whose_it_is() -> None:
    yaml = Declaration("yaml", "a.yaml", 3, "main")
    change = BackendChange(name="Main", region="eu-1", is_enabled=False, secret_key="new")

    row = drafts.revise(ROW, change, yaml)

    assert drafts.changed_fields(ROW, row, change) == ["region", "enabled", "source", "secret_key"]
    assert row.declaration == yaml
    assert drafts.is_other_place(ROW, row)


def test_an_empty_name_or_region_falls_back() -> None:
    row = drafts.revise(ROW, BackendChange(name="", region=""), DASHBOARD)

    assert (row.name, row.region) == ("main", "us-east-1")


def test_a_rename_is_no_other_place() -> None:
    row = drafts.revise(ROW, BackendChange(name="New"), DASHBOARD)

    assert not drafts.is_other_place(ROW, row)
