from proxy.breaker import (
    FAILURES_TO_OPEN,
    FIRST_PAUSE_SECONDS,
    LONGEST_PAUSE_SECONDS,
    Breaker,
)


def opened(now: float = 100.0) -> Breaker:
    breaker = Breaker()
    for _ in range(FAILURES_TO_OPEN):
        assert breaker.admits(now)
        breaker.record_failure(now)
    return breaker


def test_failures_in_a_row_refuse_everybody_at_once() -> None:
    breaker = opened()

    assert not breaker.is_closed
    assert not breaker.admits(100.0)


def test_an_answer_between_failures_keeps_it_closed() -> None:
    breaker = Breaker()

    for _ in range(FAILURES_TO_OPEN * 3):
        breaker.record_failure(100.0)
        breaker.record_success()

    assert breaker.is_closed


def test_after_the_pause_one_may_try() -> None:
    breaker = opened()
    later = 100.0 + FIRST_PAUSE_SECONDS

    assert breaker.admits(later)
    assert not breaker.admits(later)


def test_success_of_the_one_lets_all_in() -> None:
    breaker = opened()

    assert breaker.admits(100.0 + FIRST_PAUSE_SECONDS)
    breaker.record_success()

    assert breaker.admits(100.0 + FIRST_PAUSE_SECONDS)


def test_pauses_grow_up_to_a_limit() -> None:
    breaker = opened()
    now = 100.0
    for _ in range(10):
        now += LONGEST_PAUSE_SECONDS
        assert breaker.admits(now)
        breaker.record_failure(now)

    assert not breaker.admits(now + LONGEST_PAUSE_SECONDS - 1)
    assert breaker.admits(now + LONGEST_PAUSE_SECONDS)


def test_stragglers_of_the_first_failure_do_not_lengthen_the_pause() -> None:
    breaker = opened()

    for _ in range(50):
        breaker.record_failure(100.5)

    assert breaker.admits(100.0 + FIRST_PAUSE_SECONDS)
