"""
Several steps of a batch at once, told of in the order of the batch.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from typing import Any

from app.jobs.run import Outcome, Step

AT_ONCE = 8


async def do_abreast(
    steps: Sequence[Step], do: Callable[[Step], Coroutine[Any, Any, Outcome]]
) -> AsyncGenerator[Outcome, None]:
    """
    Do steps, up to eight at once, and tell of each in order; who stops reading stops them all.
    """
    under_way: deque[asyncio.Task[Outcome]] = deque()
    try:
        for step in steps:
            if len(under_way) >= AT_ONCE:
                yield await under_way.popleft()
            under_way.append(asyncio.create_task(do(step)))
        while under_way:
            yield await under_way.popleft()
    finally:
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
