"""
A long answer is built and rendered beside the event loop, a short one where it is.
"""

import threading

import pytest
from pydantic import field_serializer

from dashboard.call import respond
from dashboard.lengthy import ON_LOOP_CHARACTERS, ON_LOOP_ITEMS, make_each
from dashboard.schemas import Schema

THREADS: set[int] = set()


class _Item(Schema):
    number: int

    @field_serializer("number")
    def note(self, number: int) -> int:
        THREADS.add(threading.get_ident())
        return number


class _Page(Schema):
    items: list[_Item]
    text: str = ""


@pytest.mark.parametrize(
    ("count", "characters", "is_elsewhere"),
    [
        (1, 10, False),
        (ON_LOOP_ITEMS, 10, False),
        (ON_LOOP_ITEMS + 1, 10, True),
        (1, ON_LOOP_CHARACTERS + 1, True),
    ],
)
async def test_a_long_answer_is_rendered_in_a_thread(
    count: int,
    characters: int,
    is_elsewhere: bool,  # noqa: FBT001  a parameter of the table
) -> None:
    THREADS.clear()
    page = _Page(items=[_Item(number=each) for each in range(count)], text="x" * characters)

    answer = await respond(page, 201)

    assert answer.status_code == 201
    assert _Page.model_validate_json(bytes(answer.body)) == page
    assert ({threading.get_ident()} != THREADS) is is_elsewhere


@pytest.mark.parametrize(
    ("count", "is_elsewhere"), [(3, False), (ON_LOOP_ITEMS, False), (ON_LOOP_ITEMS + 1, True)]
)
async def test_many_items_are_made_in_a_thread_and_in_their_order(
    count: int,
    is_elsewhere: bool,  # noqa: FBT001  a parameter of the table
) -> None:
    threads: set[int] = set()

    def make(number: int) -> _Item:
        threads.add(threading.get_ident())
        return _Item(number=number)

    made = await make_each(make, range(count))

    assert [one.number for one in made] == list(range(count))
    assert ({threading.get_ident()} != threads) is is_elsewhere
