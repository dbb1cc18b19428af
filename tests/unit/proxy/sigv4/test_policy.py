"""
POST policies.
"""

import base64
import json

import pytest

from proxy.sigv4.authorization import MalformedError
from proxy.sigv4.policy import Condition, PolicyViolationError, parse_policy

EXPIRATION = "2013-08-07T12:00:00.000Z"


def encode(document: object) -> str:
    return base64.b64encode(json.dumps(document).encode()).decode()


def policy(*conditions: object, expiration: object = EXPIRATION) -> str:
    return encode({"expiration": expiration, "conditions": list(conditions)})


def test_a_policy_is_read() -> None:
    found = parse_policy(
        policy(
            {"Bucket": "photos"},
            ["eq", "$acl", "private"],
            ["starts-with", "$Key", "user/"],
            ["content-length-range", 1, 10],
        )
    )

    assert found.expires_at == 1375876800
    assert found.conditions == (
        Condition("bucket", "photos", is_prefix=False),
        Condition("acl", "private", is_prefix=False),
        Condition("key", "user/", is_prefix=True),
    )
    assert (found.min_bytes, found.max_bytes) == (1, 10)


def test_url_safe_base64_and_a_naive_expiration_are_read() -> None:
    text = policy({"key": "?>?>"}, expiration="2013-08-07T12:00:00")
    safe = text.replace("+", "-").replace("/", "_")

    assert parse_policy(safe).expires_at == 1375876800
    assert parse_policy(safe).max_bytes is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not base64!",
        encode([]),
        encode({"expiration": EXPIRATION}),
        encode({"conditions": []}),
        policy(expiration="tomorrow"),
        policy(expiration=5),
        policy(["eq", "key", "a"]),
        policy(["in", "$key", "a"]),
        policy(["eq", "$key", 5]),
        policy(["eq", "$key"]),
        policy({"a": "1", "b": "2"}),
        policy({"a": 1}),
        policy("key"),
        policy(["content-length-range", 5, 1]),
        policy(["content-length-range", -1, 1]),
        policy(["content-length-range", "1", "5"]),
        policy(["content-length-range", True, 5]),
        policy(["content-length-range", 1]),
        base64.b64encode(b"[" * 60000).decode(),
        base64.b64encode(b" " * 70000).decode(),
        base64.b64encode(b"\xff\xfe").decode(),
        "\N{LATIN SMALL LETTER E WITH ACUTE}",
    ],
)
def test_anything_else_is_malformed(text: str) -> None:
    with pytest.raises(MalformedError):
        parse_policy(text)


POLICY = parse_policy(
    policy({"bucket": "photos"}, ["starts-with", "$key", "user/"], ["eq", "$acl", "private"])
)
FIELDS = {"bucket": "photos", "key": "user/1", "acl": "private", "policy": "p"}


def test_fields_that_meet_the_conditions_pass() -> None:
    POLICY.verify_fields({**FIELDS, "x-ignore-me": "1", "x-amz-signature": "s"})


@pytest.mark.parametrize(
    "change",
    [
        {"bucket": "other"},
        {"key": "another/user/1"},
        {"acl": "public-read"},
        {"acl": None},
        {"tagging": "t"},
    ],
)
def test_fields_that_do_not_are_refused(change: dict[str, str | None]) -> None:
    fields = {name: value for name, value in {**FIELDS, **change}.items() if value is not None}

    with pytest.raises(PolicyViolationError):
        POLICY.verify_fields(fields)
