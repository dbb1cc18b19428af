"""
Turns at a key: one at a time, in order, and who looked too early looks again.
"""

from app.quotas.locks import REMEMBERED_SECONDS, KeyLocks, Turn


class Room:
    """
    Locks with a clock of their own, and who was let in with what.
    """

    def __init__(self) -> None:
        self.now = 100.0
        self.locks = KeyLocks(lambda: self.now)
        self.granted: list[tuple[str, bool]] = []

    def ask(self, name: str, *keys: str, looked_at: float | None = None) -> Turn:
        at = self.now if looked_at is None else looked_at
        return self.locks.request(keys, at, lambda stale: self.granted.append((name, stale)))


def test_the_second_waits_for_the_first_and_must_look_again() -> None:
    room = Room()
    first = room.ask("first", "a")
    room.ask("second", "a")
    assert room.granted == [("first", False)]

    room.now += 1
    room.locks.end(first, has_changed=True)

    assert room.granted == [("first", False), ("second", True)]


def test_who_looked_after_the_end_of_the_other_need_not_look_again() -> None:
    room = Room()
    room.locks.end(room.ask("first", "a"), has_changed=True)
    room.now += 1

    room.ask("second", "a")

    assert room.granted[-1] == ("second", False)


def test_different_keys_do_not_wait_for_each_other() -> None:
    room = Room()
    room.ask("first", "a")
    room.ask("second", "b")

    assert [name for name, _ in room.granted] == ["first", "second"]


def test_several_keys_are_got_at_once_and_nobody_overtakes() -> None:
    room = Room()
    first = room.ask("first", "a")
    room.ask("both", "a", "b")
    room.ask("late", "b")
    assert [name for name, _ in room.granted] == ["first"]

    room.locks.end(first, has_changed=True)

    assert [name for name, _ in room.granted] == ["first", "both"]


def test_who_gives_up_waiting_lets_the_next_one_in() -> None:
    room = Room()
    first = room.ask("first", "a")
    second = room.ask("second", "a")
    room.ask("third", "a")

    room.locks.end(second, has_changed=True)
    room.locks.end(first, has_changed=True)

    assert [name for name, _ in room.granted] == ["first", "third"]


def test_a_look_that_is_too_old_to_judge_must_be_repeated() -> None:
    room = Room()

    room.ask("late", "a", looked_at=room.now - REMEMBERED_SECONDS - 1)

    assert room.granted == [("late", True)]


def test_who_changed_nothing_lets_the_others_go_on_with_what_they_saw() -> None:
    room = Room()
    first = room.ask("first", "a")
    room.ask("second", "a")

    room.locks.end(first, has_changed=False)

    assert room.granted[-1] == ("second", False)
