"""
The registry is complete in itself: every row can be shown to a person and to an S3 client.
"""

import re

import pytest

from app.errors import registry
from app.errors.raised import ErrorEntry, StowageError, fill
from app.errors.registry import REGISTRY

EVERY_REASON = [
    pytest.param(entry, reason, id=f"{entry.code}-{reason.name}")
    for entry in REGISTRY.values()
    for reason in entry.reasons
]


@pytest.mark.parametrize("entry", REGISTRY.values(), ids=REGISTRY)
def test_a_row_has_texts_that_stand_alone(entry: ErrorEntry) -> None:
    for text in (entry.title, entry.message, entry.cure):
        assert text.strip() == text
        assert text
    assert entry.message.endswith(".")
    assert entry.cure.endswith(".")
    assert "please" not in (entry.message + entry.cure).lower()


@pytest.mark.parametrize("entry", REGISTRY.values(), ids=REGISTRY)
def test_a_code_is_flat_snake_case_and_its_status_an_error(entry: ErrorEntry) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", entry.code)
    assert 400 <= entry.status <= 599
    assert 400 <= entry.s3.status <= 599


def test_a_reason_belongs_to_one_code_only() -> None:
    names = [reason.name for entry in REGISTRY.values() for reason in entry.reasons]

    assert len(names) == len(set(names))


@pytest.mark.parametrize(("entry", "reason"), EVERY_REASON)
def test_the_places_in_a_message_are_its_params(entry: ErrorEntry, reason: object) -> None:
    template = reason.message or entry.message  # type: ignore[attr-defined]  # a Reason; object keeps the ids short
    places = set(re.findall(r"\{(\w+)\}", template))

    assert places <= set(reason.params) | set(entry.params)  # type: ignore[attr-defined]  # as above


def test_a_raise_takes_status_and_s3_pair_from_its_reason() -> None:
    malformed = registry.BAD_RANGE(reason="range.malformed")
    outside = registry.BAD_RANGE(reason="range.unsatisfiable", params={"size_bytes": 3})

    assert (malformed.status, malformed.s3.code) == (400, "InvalidArgument")
    assert (outside.status, outside.s3.code) == (416, "InvalidRange")
    assert outside.message == "The range lies outside the 3 bytes there are."


def test_a_raise_without_a_reason_answers_as_the_row() -> None:
    error = registry.QUOTA_EXCEEDED()

    assert (error.status, error.s3.status, error.retryable) == (507, 507, False)
    assert error.message == registry.QUOTA_EXCEEDED.message


def test_retryable_is_refined_by_the_reason() -> None:
    assert registry.BACKEND_ERROR(reason="backend.timeout").retryable
    assert not registry.BACKEND_ERROR(reason="backend.auth_failed").retryable


def test_a_reason_of_another_row_is_a_fault_at_the_raise() -> None:
    with pytest.raises(LookupError, match="no reason"):
        registry.NOT_FOUND(reason="quota.bucket")


def test_a_param_left_out_stays_readable() -> None:
    assert fill("at most {limit} bytes", {}) == "at most ? bytes"


def test_the_text_of_an_error_names_code_reason_and_detail() -> None:
    error = registry.BACKEND_ERROR(reason="backend.timeout", detail="after 5 s")

    assert str(error) == (
        "backend_error (backend.timeout): The backend did not answer in time. after 5 s"
    )
    assert str(registry.REVOKED()) == "revoked: This share was revoked."


def test_an_error_keeps_its_cause() -> None:
    with pytest.raises(StowageError) as raised:
        _fail()

    assert isinstance(raised.value.__cause__, ValueError)


def _fail() -> None:
    try:
        int("x")
    except ValueError as cause:
        raise registry.BAD_REQUEST() from cause
