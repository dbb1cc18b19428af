import pytest

from app.errors.raised import StowageError
from app.quotas.limits import MAX_BYTES, Limits, QuotaPlace, check_limits, parse_row_id


@pytest.mark.parametrize(
    "limits", [Limits(5, 0), Limits(0, 5), Limits(5, 5), Limits(0, MAX_BYTES)], ids=str
)
def test_sound_limits_pass(limits: Limits) -> None:
    check_limits(limits)


@pytest.mark.parametrize(
    "limits",
    [Limits(), Limits(-1, 5), Limits(1, -5), Limits(6, 5), Limits(0, MAX_BYTES + 1)],
    ids=str,
)
def test_limits_that_contradict_each_other_are_refused(limits: Limits) -> None:
    with pytest.raises(StowageError) as caught:
        check_limits(limits)

    assert caught.value.code == "invalid_quota"


def test_a_place_is_read_back_from_its_row_id() -> None:
    place = QuotaPlace("main", "docs.v2")

    assert parse_row_id(place.row_id) == place
