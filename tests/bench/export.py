"""
`python -m bench.export [--events N]`: millions of rows of the audit log as one download.

Fails when a row is missing, or when the memory of the server grows while it sends them.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

import httpx

from app.database.engine import SqliteFile, open_database
from bench.verdicts import Limit, Verdict, say
from support.dashboard import Dashboard, running_dashboard
from support.dashboard_people import CONFIG, ENVIRON, STATIC_NAME, sign_in
from support.many_events import store_events
from support.processes import resident_bytes

SECONDS = 600.0
EVENTS = 1_000_000
"""As many as one export gives."""
GROWTH_MEBIBYTES = 32
_MIB = 2**20


def main(arguments: Sequence[str]) -> int:
    """
    Measure, print, and return 1 if a promise is broken.
    """
    parser = argparse.ArgumentParser(prog="bench.export")
    parser.add_argument("--events", type=int, default=EVENTS)
    count = parser.parse_args(arguments).events
    verdicts = measure(count, Limit(time.monotonic() + SECONDS))
    for one in verdicts:
        say(one)
    return int(not all(one.is_kept for one in verdicts))


def measure(count: int, limit: Limit) -> Sequence[Verdict]:
    """
    Export so many rows in both forms; what is not there by the limit is missing.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asyncio.run(_fill(folder, count))
        with running_dashboard(folder, CONFIG, ENVIRON) as dashboard:
            root = sign_in(dashboard, STATIC_NAME)
            half = Limit(time.monotonic() + limit.seconds_left / 2)
            return [
                _export(dashboard, root, "csv", count, half),
                _export(dashboard, root, "ndjson", count, limit),
            ]


async def _fill(folder: Path, count: int) -> None:
    began = time.monotonic()
    async with open_database(SqliteFile(folder / "stowage-audit.db"), "audit") as audit:
        await store_events(audit, count)
    say(f"{count} events stored in {time.monotonic() - began:.0f} s")


def _export(
    dashboard: Dashboard, root: httpx.Client, ending: str, count: int, limit: Limit
) -> Verdict:
    """
    Read an export to its end beside the server, whose memory is this process's.
    """
    url, asked = f"/api/admin/audit.{ending}", {"limit": str(count), "action": "object."}
    lines, held, began = 0, [], time.monotonic()
    # A client without checks, which would read the answer whole.
    cookies = dict(root.cookies)
    with (
        httpx.Client(base_url=dashboard.url, cookies=cookies, timeout=60) as client,
        client.stream("GET", url, params=asked) as answer,
    ):
        for piece in takewhile(lambda _: not limit.is_over, answer.iter_raw()):
            lines += piece.count(b"\n")
            held.append(resident_bytes(os.getpid()))
    seconds = time.monotonic() - began
    growth = (max(held) - held[len(held) // 5]) / _MIB
    rows = lines - (ending == "csv")
    return Verdict(
        f"{count:,} rows of the audit log come as {ending}, memory flat within "
        f"{GROWTH_MEBIBYTES} MiB",
        f"{rows:,} rows in {seconds:.0f} s, memory grew by {growth:.1f} MiB",
        rows == count and growth < GROWTH_MEBIBYTES,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
