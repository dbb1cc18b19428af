"""
What a server does with jobs for as long as it runs.
"""

import asyncio
from collections.abc import Callable

from app.config.models import Config
from app.jobs.parts import JobParts
from app.jobs.runner import JobRunner
from app.jobs.stale_uploads import expire_uploads


async def run_jobs(parts: JobParts, config: Callable[[], Config]) -> None:
    """
    Carry out jobs and abort stale uploads, until cancelled.
    """
    runner = JobRunner(parts, concurrency=config().jobs.concurrency)
    async with asyncio.TaskGroup() as group:
        group.create_task(runner.run(), name="job runner")
        group.create_task(expire_uploads(parts, config), name="stale uploads")
