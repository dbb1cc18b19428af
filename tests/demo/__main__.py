"""
`python -m demo [--data-dir FOLDER] [--listen ADDRESS] [--keys COUNT]`: fill a quickstart, run it.
"""

import argparse
import contextlib
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from demo.history import write_history
from demo.names import BIG_BUCKET, bucket_names
from demo.numbers import write_numbers
from demo.objects import fill
from demo.people import USERS, Office
from support.seaweedfs import running_seaweedfs
from support.stowage import running_quickstart

LEAST_HERE = 4
"""Buckets of the first backend that something is said about."""
CHARTED = 10
"""Buckets whose storage grew."""
NOBODY = {
    "endpoint": "http://127.0.0.1:9",
    "access_key": "AKIANOBODY",
    "secret_key": "there-is-no-store-here",
}
"""A backend that is down: nothing listens on the discard port."""


def main(arguments: Sequence[str]) -> int:
    """
    Start the stores and the server, fill them, say where they are, and wait for Ctrl-C.
    """
    wish = _parse(arguments)
    # What an earlier run left knows a second store that is gone.
    listen = ("--reset", "--listen", wish.listen, "--s3-listen", wish.s3_listen)
    with (
        running_seaweedfs() as archive,
        running_quickstart(wish.data_dir, *listen) as (_, record),
        Office(record) as office,
    ):
        began = time.monotonic()
        store = {
            "endpoint": archive.endpoint,
            "access_key": archive.access_key,
            "secret_key": archive.secret_key,
        }
        office.add_backend("archive", "Archive in the cellar", store)
        office.add_backend("cold", "Cold storage (away)", NOBODY)
        names = bucket_names(wish.buckets)
        here = names[: max(LEAST_HERE, len(names) * 5 // 8)]
        there = names[len(here) :]
        office.add_buckets("local", here)
        office.add_buckets("archive", there)
        keys = office.add_keys("local")
        fill(record.s3_endpoint, keys, here, count=wish.keys)
        users = office.add_people(wish.users)
        access_keys = office.add_the_rest(there[0])
        office.add_limits()
        write_history(wish.data_dir, users)
        write_numbers(wish.data_dir, access_keys, here[:CHARTED])
        sys.stdout.write(
            f"Filled in {time.monotonic() - began:.0f} s.\n"
            f"Dashboard  {record.dashboard_url}/b/local/{BIG_BUCKET}\n"
            f"Sign in    {record.admin_username} / {record.admin_password}\n"
            "Ctrl-C ends it.\n"
        )
        sys.stdout.flush()
        return _wait(wish.is_brief)


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--data-dir", type=Path, default=Path("data-demo"))
    parser.add_argument("--listen", default="127.0.0.1:8080")
    parser.add_argument("--s3-listen", default="127.0.0.1:8090")
    parser.add_argument("--keys", type=int, default=12_000, help="objects in the big folder")
    parser.add_argument("--buckets", type=int, default=40, help="buckets of both stores; 5 or more")
    parser.add_argument("--users", type=int, default=USERS, help="people who may sign in")
    parser.add_argument(
        "--brief", action="store_true", dest="is_brief", help="end when all is filled"
    )
    return parser.parse_args(arguments)


def _wait(is_brief: bool) -> int:  # noqa: FBT001  its only argument
    if not is_brief:
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
