import asyncio
from collections.abc import Iterator

import pytest

from proxy.pace import Pace
from proxy.timers import NEVER, Deadlines


class Client:
    def __init__(self) -> None:
        self.resumed = 0

    def resume_pace(self) -> None:
        self.resumed += 1


@pytest.fixture
def deadlines() -> Iterator[Deadlines]:
    loop = asyncio.new_event_loop()
    clock = Deadlines(loop)
    clock.now = 100.0
    yield clock
    loop.close()


def test_unused_rate_lets_a_second_of_it_pass_at_once(deadlines: Deadlines) -> None:
    pace, client = Pace(deadlines, 1000.0), Client()

    assert not pace.spend(1000, client)
    assert pace.spend(1, client)


def test_who_has_moved_too_much_goes_on_when_the_debt_is_paid(deadlines: Deadlines) -> None:
    pace, client = Pace(deadlines, 1000.0), Client()
    assert pace.spend(3000, client)
    assert pace.is_in_debt

    assert pace.deadline == 102.0
    deadlines.now = 101.0
    pace.expire(101.0)
    assert client.resumed == 0

    deadlines.now = 102.0
    pace.expire(102.0)
    assert client.resumed == 1
    assert not pace.is_in_debt
    assert pace.deadline == NEVER


def test_bytes_over_time_never_pass_the_rate_and_one_burst(deadlines: Deadlines) -> None:
    pace, client, moved = Pace(deadlines, 1000.0), Client(), 0
    for _ in range(200):
        while not pace.is_in_debt:
            moved += 300
            pace.spend(300, client)
        deadlines.now += 0.25
        pace.expire(deadlines.now)

    assert 50_000 <= moved <= 51_000 + 300


def test_all_who_wait_go_on_together(deadlines: Deadlines) -> None:
    pace, clients = Pace(deadlines, 10.0), [Client() for _ in range(3)]
    for client in clients:
        pace.spend(20, client)

    deadlines.now += 5
    pace.expire(deadlines.now)

    assert [client.resumed for client in clients] == [1, 1, 1]


def test_who_has_left_is_not_resumed(deadlines: Deadlines) -> None:
    pace, client = Pace(deadlines, 10.0), Client()
    pace.spend(100, client)
    pace.leave(client)
    assert pace.deadline == NEVER

    deadlines.now += 60
    pace.expire(deadlines.now)

    assert client.resumed == 0


def test_another_rate_holds_at_once_and_keeps_the_debt(deadlines: Deadlines) -> None:
    pace, client = Pace(deadlines, 10.0), Client()
    pace.spend(110, client)
    assert pace.deadline == 110.0

    pace.change(100.0)

    assert pace.deadline == 101.0
