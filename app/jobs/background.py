"""
What a server does with jobs for as long as it runs.
"""

import asyncio
from collections.abc import Callable

from app.config.models import Config
from app.jobs.job import JobKind
from app.jobs.parts import JobParts
from app.jobs.runner import JobRunner
from app.jobs.stale_uploads import expire_uploads

COUNTS = frozenset({JobKind.SCAN})
COUNTS_AT_ONCE = 2


async def run_jobs(parts: JobParts, config: Callable[[], Config]) -> None:
    """
    Carry out jobs and abort stale uploads, until cancelled.
    """
    others = frozenset(JobKind) - COUNTS
    runner = JobRunner(parts, concurrency=config().jobs.concurrency, kinds=others)
    # Nobody who asks how large a bucket is waits behind a night of copies, or the other way round.
    counter = JobRunner(parts, concurrency=COUNTS_AT_ONCE, kinds=COUNTS)
    async with asyncio.TaskGroup() as group:
        group.create_task(runner.run(), name="job runner")
        group.create_task(counter.run(), name="job counter")
        group.create_task(expire_uploads(parts, config), name="stale uploads")
