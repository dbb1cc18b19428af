import hashlib

import pytest

from app.errors.raised import StowageError
from proxy.body import Intake
from proxy.core.decision import BodyPlan, BodyRule


def test_body_of_a_length_ends_where_it_says() -> None:
    intake = Intake(BodyPlan(5, 5, needs_decoder=False))

    assert intake.take(b"hel") == b"hel"
    assert not intake.is_complete
    assert intake.take(b"loGET /") == b"lo"
    assert intake.is_complete
    assert intake.leftover == b"GET /"


def test_request_without_a_body_leaves_everything_to_the_next() -> None:
    intake = Intake(BodyPlan(0, 0, needs_decoder=False))

    assert intake.take(b"GET /") == b""
    assert intake.is_complete
    assert intake.leftover == b"GET /"


def test_declared_hash_is_verified_before_the_last_byte_is_let_go() -> None:
    rule = BodyRule(payload_sha256=hashlib.sha256(b"hello").hexdigest())
    intake = Intake(BodyPlan(5, 5, needs_decoder=True, rule=rule))

    assert intake.take(b"hello") == b"hello"
    assert intake.is_complete

    forged = Intake(BodyPlan(5, 5, needs_decoder=True, rule=rule))
    assert forged.take(b"hell") == b"hell"
    with pytest.raises(StowageError) as caught:
        forged.take(b"0")
    assert caught.value.reason == "s3.payload_hash_mismatch"


def test_empty_body_is_verified_too() -> None:
    rule = BodyRule(payload_sha256=hashlib.sha256(b"").hexdigest())
    intake = Intake(BodyPlan(0, 0, needs_decoder=True, rule=rule))

    assert intake.take(b"next") == b""
    assert intake.is_complete
    assert intake.leftover == b"next"
