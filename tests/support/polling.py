"""
Waiting without sleeping blindly: ask again until it holds, or say what did not.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

STEP_SECONDS = 0.02


def wait_until(condition: Callable[[], object], deadline: float = 30.0, *, what: str = "") -> None:
    """
    Return as soon as the condition is true.

    Args:
        deadline: Seconds from now.
        what: What is awaited, for the message.

    Raises:
        AssertionError: it never was within the deadline.
    """
    end = time.monotonic() + deadline
    while not condition():
        _check(end, deadline, what, condition)
        time.sleep(STEP_SECONDS)


async def wait_until_async(
    condition: Callable[[], Awaitable[object]], deadline: float = 30.0, *, what: str = ""
) -> None:
    """
    Do the same for a condition that must be awaited.
    """
    end = time.monotonic() + deadline
    while not await condition():
        _check(end, deadline, what, condition)
        await asyncio.sleep(STEP_SECONDS)


def _check(end: float, deadline: float, what: str, condition: object) -> None:
    if time.monotonic() > end:
        raise AssertionError(f"not within {deadline} seconds: {what or condition}")
