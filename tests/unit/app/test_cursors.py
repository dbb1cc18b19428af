import string

import pytest

from app.crypto import KeyRing
from app.cursors import Cursors
from app.errors.raised import StowageError

RING = KeyRing({1: b"k" * 32})
LIST = ("ann", "/api/jobs")
POSITION = "01K9Z6ABCDEFGHJKMNPQRSTVWX"


def _is_refused(cursors: Cursors, cursor: str, of: tuple[str, ...] = LIST) -> bool:
    with pytest.raises(StowageError) as caught:
        cursors.open(cursor, of)
    return (caught.value.code, caught.value.reason) == ("bad_request", "cursor.invalid")


@pytest.mark.parametrize("position", ["", "5", "ключ/\u202e ?&=", "half \ud800", "x" * 5000])
def test_a_cursor_leads_back_in_every_process_that_has_the_key(position: str) -> None:
    cursor = Cursors(RING).sign(position, LIST)

    assert Cursors(RING).open(cursor, LIST) == position
    assert set(cursor) <= set(string.ascii_letters + string.digits + "-_")


def test_a_cursor_with_any_character_changed_is_refused() -> None:
    cursors = Cursors(RING)
    cursor = cursors.sign(POSITION, LIST)

    for place, old in enumerate(cursor):
        for new in ("A", "B", "_"):
            if new != old:
                assert _is_refused(cursors, cursor[:place] + new + cursor[place + 1 :])


@pytest.mark.parametrize("added", ["A", "=", "==", " ", "\n", ".", "é", "AAAA"])
def test_a_cursor_with_anything_added_is_refused(added: str) -> None:
    cursors = Cursors(RING)
    cursor = cursors.sign(POSITION, LIST)

    assert _is_refused(cursors, cursor + added)
    assert _is_refused(cursors, added + cursor)
    assert _is_refused(cursors, cursor[: -len(added)])


@pytest.mark.parametrize(
    "of",
    [("bob", "/api/jobs"), ("ann", "/api/shares"), ("ann/", "api/jobs"), (*LIST, "state"), ()],
)
def test_a_cursor_of_another_list_is_refused(of: tuple[str, ...]) -> None:
    cursors = Cursors(RING)

    assert _is_refused(cursors, cursors.sign(POSITION, of))


def test_a_cursor_of_another_server_is_refused() -> None:
    other = Cursors(KeyRing({1: b"o" * 32}))

    assert _is_refused(Cursors(RING), other.sign(POSITION, LIST))
    assert _is_refused(Cursors(None), Cursors(None).sign(POSITION, LIST))


@pytest.mark.parametrize("made_up", ["MQ", POSITION, "0:", "5", "=", "%", "\x00"])
def test_a_position_that_nobody_signed_is_refused(made_up: str) -> None:
    assert _is_refused(Cursors(RING), made_up)
