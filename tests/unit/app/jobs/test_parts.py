"""
The bell that tells runners of new jobs.
"""

from app.jobs.parts import Bell


def test_every_runner_hears_every_ring_whatever_the_others_do() -> None:
    bell = Bell()
    first, second = bell.listen(), bell.listen()

    bell.ring()
    first.clear()

    assert second.is_set()
    bell.ring()
    assert first.is_set()
