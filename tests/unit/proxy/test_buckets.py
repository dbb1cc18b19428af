import pytest

from proxy.buckets import TokenBuckets


def test_burst_is_twice_the_rate_and_one() -> None:
    buckets = TokenBuckets()

    granted = [buckets.take("a", 5.0, 100.0) for _ in range(12)]

    assert granted[:11] == [0.0] * 11
    assert granted[11] == pytest.approx(0.2)


def test_tokens_come_back_at_the_rate_and_no_further() -> None:
    buckets = TokenBuckets()
    while not buckets.take("a", 2.0, 100.0):
        pass

    assert buckets.take("a", 2.0, 100.5) == 0.0
    assert buckets.take("a", 2.0, 100.5) > 0
    assert [buckets.take("a", 2.0, 200.0) for _ in range(6)] == [0.0] * 5 + [pytest.approx(0.5)]


def test_keys_do_not_share() -> None:
    buckets = TokenBuckets()
    while not buckets.take("a", 1.0, 100.0):
        pass

    assert buckets.take("b", 1.0, 100.0) == 0.0


def test_looking_takes_nothing() -> None:
    buckets = TokenBuckets()

    assert {buckets.wait("a", 1.0, 100.0) for _ in range(10)} == {0.0}


def test_memory_is_bounded_and_the_longest_untouched_goes_first() -> None:
    buckets = TokenBuckets(max_keys=2)
    for key in ("a", "b", "a", "a", "c"):
        buckets.take(key, 1.0, 100.0)

    assert buckets.take("a", 1.0, 100.0) > 0
    assert [buckets.take("b", 1.0, 100.0) for _ in range(3)] == [0.0] * 3
