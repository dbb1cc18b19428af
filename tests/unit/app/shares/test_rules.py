"""
The administrator's policy on shares, and the limits of a request.
"""

from datetime import UTC, datetime, timedelta

import pytest

from app.config.product import SharesConfig
from app.errors.raised import StowageError
from app.objects.place import BucketPlace
from app.rbac.levels import Role
from app.shares.rules import check_note, check_password, check_policy, check_times, check_types
from app.shares.share import Target

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
FILE = Target("object", BucketPlace("b", "docs"), ("x",))


def refused(work: object, *args: object) -> tuple[str, str | None]:
    with pytest.raises(StowageError) as raised:
        work(*args)  # type: ignore[operator]  # whichever rule is asked about
    return raised.value.code, raised.value.reason


def test_sharing_can_be_switched_off() -> None:
    off = SharesConfig(enabled=False)

    assert refused(check_policy, off, Role.ADMIN, FILE) == ("feature_disabled", "feature.shares")


@pytest.mark.parametrize("role", [Role.READONLY, None])
def test_who_may_share_is_the_administrators_say(role: Role | None) -> None:
    assert refused(check_policy, SharesConfig(), role, FILE) == ("forbidden", "share.role")
    check_policy(SharesConfig(roles=("readonly",)), Role.READONLY, FILE)


def test_what_may_be_shared_is_the_administrators_say() -> None:
    only_files = SharesConfig(kinds=("object",))
    folder = Target("folder", BucketPlace("b", "docs"), prefix="a/")

    check_policy(only_files, Role.USER, FILE)
    assert refused(check_policy, only_files, Role.USER, folder) == ("forbidden", "share.kind")


def test_a_share_lasts_as_long_as_it_may() -> None:
    week = SharesConfig(max_days=7)
    late = NOON + timedelta(days=8)

    assert check_times(None, None, week, NOON) == NOON + timedelta(days=7)
    assert check_times(None, NOON + timedelta(days=7), week, NOON) == NOON + timedelta(days=7)
    assert refused(check_times, None, late, week, NOON) == ("bad_request", "share.too_long")
    assert check_times(None, None, SharesConfig(), NOON) is None


def test_a_share_does_not_end_before_it_begins() -> None:
    times = (NOON + timedelta(days=2), NOON + timedelta(days=1))

    assert refused(check_times, *times, SharesConfig(), NOON)[0] == "bad_request"
    assert refused(check_times, None, NOON, SharesConfig(), NOON)[0] == "bad_request"


def test_a_password_can_be_asked_for_and_has_a_length() -> None:
    strict = SharesConfig(require_password=True, min_password_length=10)

    assert refused(check_password, "", strict) == ("bad_request", "share.password_needed")
    assert refused(check_password, "x" * 9, strict) == ("weak_password", "password.length")
    assert refused(check_password, "x" * 257, strict) == ("weak_password", "password.too_long")
    check_password("x" * 10, strict)
    check_password("", SharesConfig())


@pytest.mark.parametrize("types", [["image"], ["*/*"], ["a/b/c"], [".p df"], [".x"] * 51])
def test_a_type_that_is_none_is_refused(types: list[str]) -> None:
    assert refused(check_types, types)[0] == "bad_request"


def test_types_are_held_in_lower_case() -> None:
    assert check_types([" Image/* ", ".PDF", "application/vnd.ms-excel"]) == [
        "image/*",
        ".pdf",
        "application/vnd.ms-excel",
    ]


@pytest.mark.parametrize("note", ["x" * 1001, "a\x1bb", "a\u202eb"])
def test_a_note_deceives_nobody(note: str) -> None:
    assert refused(check_note, note)[0] == "bad_request"
