from dataclasses import replace

import pytest

from app.snapshot.values import EMPTY, BackendRoute
from proxy.clocks import Clocks

NOW = 1_700_000_000.0  # Tue, 14 Nov 2023 22:13:20 GMT
ROUTE = BackendRoute("b", "http", "h", 80, "r", True, "AK", "SK")
WORLD = replace(EMPTY, backends={"b": ROUTE, "other": replace(ROUTE, id="other")})


def test_a_clock_that_is_off_is_followed_for_its_backend_alone() -> None:
    clocks = Clocks()
    assert clocks.correct(WORLD) is WORLD

    assert clocks.learn("b", b"Tue, 14 Nov 2023 23:13:20 GMT", NOW)

    corrected = clocks.correct(WORLD)
    assert corrected.backends["b"].clock_offset == 3600
    assert corrected.backends["other"].clock_offset == 0


def test_what_was_learned_already_changes_nothing() -> None:
    clocks = Clocks()
    assert clocks.learn("b", b"Tue, 14 Nov 2023 21:13:20 GMT", NOW)
    assert not clocks.learn("b", b"Tue, 14 Nov 2023 21:13:21 GMT", NOW)
    assert clocks.learn("b", b"Tue, 14 Nov 2023 22:13:20 GMT", NOW)

    assert clocks.correct(WORLD).backends["b"].clock_offset == 0


@pytest.mark.parametrize(
    "date",
    [
        None,
        b"",
        b"yesterday",
        b"\xff",
        b"Tue, 14 Nov 2023 22:13:50 GMT",
        b"Thu, 16 Nov 2023 22:13:20 GMT",
        b"Sat, 14 Nov 99999 22:13:20 GMT",
    ],
)
def test_what_is_no_moment_or_none_that_matters_is_not_followed(date: bytes | None) -> None:
    clocks = Clocks()

    assert not clocks.learn("b", date, NOW)
    assert clocks.correct(WORLD) is WORLD
