"""
Every row and reason of the registry in both forms of the error body.
"""

import json
from typing import Any

import pytest
from starlette.responses import Response

from app.errors import registry as errors
from app.errors.raised import ErrorEntry, FieldError, ParamValue, StowageError
from app.errors.registry import REGISTRY
from dashboard.api.errors import ErrorBody
from dashboard.errors import PROBLEM_JSON, prefers_problem, render_error

OCCURRENCES = [
    pytest.param(entry, reason, id=f"{entry.code}-{reason or 'plain'}")
    for entry in REGISTRY.values()
    for reason in (None, *(item.name for item in entry.reasons))
]


def occur(entry: ErrorEntry, reason: str | None) -> StowageError:
    found = entry.find_reason(reason)
    names = entry.params + (found.params if found else ())
    params: dict[str, ParamValue] = dict.fromkeys(names, 7)
    return entry(
        reason=reason,
        params=params,
        detail="what the other side said",
        errors=[FieldError("/name", "field.missing", "name is required.", {"field": "name"})],
        retry_after_seconds=12 if entry.retryable else None,
    )


def body(response: Response) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(bytes(response.body))
    return decoded


@pytest.mark.parametrize(("entry", "reason"), OCCURRENCES)
def test_the_body_has_every_member_with_its_type(entry: ErrorEntry, reason: str | None) -> None:
    error = occur(entry, reason)

    response = render_error(error, request_id="01ABC")

    assert response.status_code == error.status
    assert response.headers["content-type"] == "application/json"
    assert response.headers["vary"] == "Accept"
    answer = ErrorBody.model_validate(body(response)).error
    assert (answer.code, answer.reason) == (entry.code, reason)
    assert answer.message == error.message
    assert answer.docs == f"/docs/errors#{entry.code}"
    assert answer.request_id == "01ABC"
    assert "{" not in answer.message


@pytest.mark.parametrize(("entry", "reason"), OCCURRENCES)
def test_problem_json_carries_the_same_values(entry: ErrorEntry, reason: str | None) -> None:
    error = occur(entry, reason)
    plain = render_error(error, request_id="01ABC")

    problem = render_error(
        error, request_id="01ABC", accept=PROBLEM_JSON, public_url="https://files.example/"
    )

    ours, theirs = body(plain)["error"], body(problem)
    assert problem.headers["content-type"] == PROBLEM_JSON
    assert problem.status_code == theirs["status"] == plain.status_code
    assert problem.headers.get("retry-after") == plain.headers.get("retry-after")
    assert theirs["type"] == f"https://files.example/docs/errors#{entry.code}"
    assert theirs["title"] == entry.title
    assert theirs["instance"] == "urn:request:01ABC"
    for name in ("code", "reason", "params", "errors", "request_id", "retryable", "retry_after"):
        assert theirs[name] == ours[name]
    said = f"{ours['message']} {ours['detail']}" if ours["detail"] else ours["message"]
    assert theirs["detail"] == said


@pytest.mark.parametrize("entry", REGISTRY.values(), ids=lambda entry: str(entry.code))
def test_a_server_fault_tells_nothing_of_the_inside(entry: ErrorEntry) -> None:
    answer = body(render_error(occur(entry, None), request_id="1"))["error"]

    is_quoted = answer["detail"] == "what the other side said"
    assert is_quoted == (entry.status < 500 or entry.code == "backend_error")
    assert "debug" not in answer


def test_the_cause_is_shown_in_development_only() -> None:
    error = errors.INTERNAL(reason="bug")
    error.__cause__ = RuntimeError("the secret of the house")

    hidden = bytes(render_error(error, request_id="1").body)
    shown = bytes(render_error(error, request_id="1", show_debug=True).body)

    assert b"secret of the house" not in hidden
    assert b"secret of the house" in shown


def test_what_is_no_text_does_not_break_the_answer() -> None:
    response = render_error(errors.INVALID_BUCKET(params={"value": "a\ud800b"}), request_id="1")

    assert body(response)["error"]["params"] == {"value": "a?b"}


def test_retry_after_is_the_same_in_header_and_body() -> None:
    response = render_error(
        errors.RATE_LIMITED(reason="rate.session", retry_after_seconds=60), request_id="1"
    )

    assert response.headers["retry-after"] == "60"
    assert body(response)["error"]["retry_after"] == 60


def test_an_unsatisfiable_range_says_how_long_the_object_is() -> None:
    response = render_error(
        errors.BAD_RANGE(reason="range.unsatisfiable", params={"size_bytes": 12}), request_id="1"
    )

    assert (response.status_code, response.headers["content-range"]) == (416, "bytes */12")


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", False),
        ("*/*", False),
        ("application/json", False),
        ("application/problem+json", True),
        ("APPLICATION/Problem+JSON", True),
        ("application/problem+json, application/json", True),
        ("application/problem+json;q=0.5, application/json", False),
        ("application/problem+json;q=0.5, application/json;q=0.4", True),
        ("application/problem+json;q=0", False),
        ("application/problem+json;q=nonsense", False),
        ("text/html, application/problem+json; q=0.9, */*;q=0.8", True),
    ],
)
def test_problem_json_is_chosen_only_by_name_and_no_less_welcome(
    accept: str, *, expected: bool
) -> None:
    assert prefers_problem(accept) is expected
