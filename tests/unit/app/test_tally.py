import pytest

from app.tally import CounterDelta, HistogramDelta, Tally

DURATION = "stowage_s3_request_duration_seconds"


def test_counts_of_the_same_labels_are_added() -> None:
    tally = Tally()

    tally.count("hits", ("GET",))
    tally.count("hits", ("GET",), 2.0)
    tally.count("hits", ("PUT",))

    assert tally.drain() == (
        (CounterDelta("hits", ("GET",), 3.0), CounterDelta("hits", ("PUT",), 1.0)),
        (),
    )


def test_a_value_on_a_bound_falls_into_the_bucket_below_it() -> None:
    tally = Tally()

    tally.observe(DURATION, ("GetObject",), 0.005)
    tally.observe(DURATION, ("GetObject",), 11.0)

    ((), (histogram,)) = tally.drain()
    assert histogram == HistogramDelta(
        DURATION, ("GetObject",), (1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), 11.005
    )


def test_what_was_handed_in_is_not_handed_in_again() -> None:
    tally = Tally()
    tally.count("hits")
    tally.drain()

    assert tally.drain() == ((), ())


def test_a_histogram_without_bounds_is_a_fault() -> None:
    with pytest.raises(KeyError):
        Tally().observe("unheard_of", (), 1.0)
