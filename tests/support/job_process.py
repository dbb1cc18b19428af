"""
A process that does nothing but jobs, and may end at any moment: `python -m support.job_process`.

Its one argument is JSON: where the databases lie, after how many seconds it kills itself, if at
all, and whether parts are of their `real` size. It ends by itself, with status 0, when every job is
over. A list of seconds stands for as many processes, one after the other, forked from this one to
spare each the imports; the status of each, and which jobs it left running, come out as JSON.
"""

import asyncio
import json
import os
import signal
import sqlite3
import sys
import threading
from contextlib import closing
from pathlib import Path

from app.database.engine import SqliteFile
from app.jobs import repository
from app.objects.copy_parts import CopyLimits
from support.jobs import SMALL_PARTS, Jobs
from support.polling import wait_until_async
from support.state import Places
from support.stores import open_stores

WORK_SECONDS = 3600.0


async def main(folder: Path, kill_after_seconds: float | None, limits: CopyLimits) -> None:
    """
    Carry out the jobs of the folder's database.
    """
    places = Places(SqliteFile(folder / "state.db"), SqliteFile(folder / "audit.db"))
    async with open_stores(places, folder) as stores:
        if kill_after_seconds is not None:
            # SIGKILL leaves nobody the time to tidy up, as when the machine loses its power.
            kill = threading.Timer(kill_after_seconds, os.kill, (os.getpid(), signal.SIGKILL))
            kill.daemon = True
            kill.start()
        jobs = Jobs.over(stores, limits=limits)

        async def is_over() -> bool:
            async with stores.database.read() as connection:
                return not any((await repository.count_states(connection)).values())

        async with jobs.running(concurrency=10, lease_seconds=1.0):
            await wait_until_async(is_over, WORK_SECONDS, what="the jobs")


def fork(folder: Path, kill_after_seconds: float | None, limits: CopyLimits) -> int:
    """
    Do it in a process of its own, and return how that ended.
    """
    child = os.fork()
    if child == 0:
        status = 1
        try:
            asyncio.run(main(folder, kill_after_seconds, limits))
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def running_jobs(folder: Path) -> list[str]:
    """
    Return the jobs that somebody was working on when there was nobody any more.
    """
    with closing(sqlite3.connect(folder / "state.db")) as database:
        found = database.execute("SELECT id FROM jobs WHERE state = 'running'").fetchall()
    return [row[0] for row in found]


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    limits = CopyLimits() if asked.get("parts") == "real" else SMALL_PARTS
    folder, kills = Path(asked["folder"]), asked["kill_after_seconds"]
    if isinstance(kills, list):
        ended = [(fork(folder, seconds, limits), running_jobs(folder)) for seconds in kills]
        sys.stdout.write(json.dumps(ended))
    else:
        asyncio.run(main(folder, kills, limits))
