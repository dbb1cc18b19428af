"""
`python -m bench.idle`: the memory of a server that nobody uses, with one S3 worker.

PSS counts a page that processes share in part for each; it is what the machine misses. The run
fails above the limit that the project promises.
"""

import sys
import tempfile
from pathlib import Path

from support.polling import wait_until
from support.processes import children_of, command_of, proportional_bytes, resident_bytes
from support.stowage import running_server

LIMIT_MEBIBYTES = 200.0
SETTLED_SECONDS = 15.0
_MEBIBYTE = 1024 * 1024
_CONFIG = """\
server: {{listen: "127.0.0.1:0", secret_key_file: "{folder}/sealing.key"}}
db: {{sqlite: {{path: "{folder}/stowage.db"}}}}
s3_proxy: {{enabled: true, listen: "127.0.0.1:0", workers: 1}}
"""


def main() -> int:
    """
    Measure, print, and return 1 if it is too much.
    """
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "config.yaml")
        config.write_text(_CONFIG.format(folder=folder), encoding="utf-8")
        with running_server(config) as (stowage, _):
            pids = [stowage.process.pid, *children_of(stowage.process.pid)]
            _wait_for_rest(pids)
            total = sum(_report(pid) for pid in pids)
    sys.stdout.write(f"{total:8.1f} MiB PSS in all, of {LIMIT_MEBIBYTES:.0f} allowed\n")
    return int(total >= LIMIT_MEBIBYTES)


def _report(pid: int) -> float:
    shared_out = proportional_bytes(pid) / _MEBIBYTE
    resident = resident_bytes(pid) / _MEBIBYTE
    sys.stdout.write(f"{shared_out:8.1f} MiB PSS {resident:8.1f} MiB RSS  {command_of(pid)}\n")
    return shared_out


def _wait_for_rest(pids: list[int]) -> None:
    """
    Return when two looks half a second apart find the same memory.
    """
    seen: list[int] = []

    def is_at_rest() -> bool:
        seen.append(sum(map(proportional_bytes, pids)))
        return len(seen) > 25 and seen[-1] == seen[-25]  # polled every 20 ms

    wait_until(is_at_rest, SETTLED_SECONDS, what="the memory does not change any more")


if __name__ == "__main__":
    sys.exit(main())
