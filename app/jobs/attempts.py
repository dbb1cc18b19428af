"""
Trying once more what may work the next time.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from app.errors.raised import StowageError

ATTEMPTS = 3
_PAUSE_SECONDS = 0.25

T = TypeVar("T")


async def try_again(work: Callable[[], Awaitable[T]]) -> T:
    """
    Do it up to three times, with a pause that grows, while the error says that it may pass.

    Raises:
        StowageError: the last one.
    """
    for attempt in range(1, ATTEMPTS):
        try:
            return await work()
        except StowageError as error:
            if not error.retryable:
                raise
        await asyncio.sleep(_PAUSE_SECONDS * 2**attempt)
    return await work()
