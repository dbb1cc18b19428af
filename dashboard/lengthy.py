"""
Answers that take longer to make than others may wait for: they are made in a thread.

A schema costs microseconds for each of its items, twice: when it is built and when it becomes JSON.
Thousands of items are tens of milliseconds, in which the event loop must serve everybody else.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from pydantic import BaseModel

T = TypeVar("T")
S = TypeVar("S", bound=BaseModel)

ON_LOOP_ITEMS = 200
"""Up to so many items are built and rendered where they are: a thread would cost more."""
ON_LOOP_CHARACTERS = 2**18


async def make_each(make: Callable[[T], S], found: Sequence[T]) -> list[S]:
    """
    Return what `make` makes of each, in their order. It must not touch the event loop.
    """
    if len(found) <= ON_LOOP_ITEMS:
        return [make(one) for one in found]
    return await asyncio.to_thread(lambda: [make(one) for one in found])


def is_lengthy(answer: BaseModel) -> bool:
    """
    Tell whether an answer is rendered in a thread: a member is long.
    """
    return any(
        len(value) > (ON_LOOP_CHARACTERS if isinstance(value, str) else ON_LOOP_ITEMS)
        for value in vars(answer).values()
        if isinstance(value, str | list | dict)
    )
