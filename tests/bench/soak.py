"""
`python -m bench.soak [--minutes N]`: small and large objects round and round through a quickstart.

Fails on a wrong byte, on an error, or when the processes hold a good deal more memory at the end
than after the first minute.
"""

import argparse
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import boto3

from app.quickstart.record import Record
from support.processes import children_of, command_of, proportional_bytes
from support.stowage import running_quickstart

WARM_SECONDS = 60.0
GROWTH_MEBIBYTES = 40.0
_MEBIBYTE = 1024 * 1024
_SIZES = (0, 1, 1000, 64 * 1024, 5 * _MEBIBYTE, 20 * _MEBIBYTE)


def main(arguments: Sequence[str]) -> int:
    """
    Run for the given minutes; 1 if memory grew too much.
    """
    parser = argparse.ArgumentParser(prog="bench.soak")
    parser.add_argument("--minutes", type=float, default=10.0)
    minutes = parser.parse_args(arguments).minutes
    with (
        tempfile.TemporaryDirectory() as folder,
        running_quickstart(Path(folder)) as (stowage, record),
    ):
        family = [stowage.process.pid, *children_of(stowage.process.pid)]
        ours = [pid for pid in family if "weed" not in command_of(pid).split(" ")[0]]
        return _run(record, ours, minutes * 60.0)


def _run(record: Record, pids: Sequence[int], seconds: float) -> int:
    client = boto3.client(
        "s3",
        endpoint_url=record.s3_endpoint,
        region_name=record.region,
        aws_access_key_id=record.access_key_id,
        aws_secret_access_key=record.secret_access_key,
    )
    began = time.monotonic()
    rounds, warm = 0, 0.0
    while (spent := time.monotonic() - began) < seconds:
        _one_round(client, record.bucket)
        rounds += 1
        if not warm and spent > min(WARM_SECONDS, seconds / 2):
            warm = _held(pids)
    client.close()
    growth = _held(pids) - warm
    sys.stdout.write(f"{rounds} rounds, {growth:+.1f} MiB since the first minute\n")
    return int(growth > GROWTH_MEBIBYTES)


def _one_round(client: Any, bucket: str) -> None:
    for size in _SIZES:
        body = os.urandom(size)
        key = f"soak/{hashlib.sha256(body).hexdigest()}"
        client.put_object(Bucket=bucket, Key=key, Body=body)
        with client.get_object(Bucket=bucket, Key=key)["Body"] as answer:
            if answer.read() != body:
                raise AssertionError(f"{size} bytes came back different")
        client.delete_object(Bucket=bucket, Key=key)


def _held(pids: Sequence[int]) -> float:
    return sum(map(proportional_bytes, pids)) / _MEBIBYTE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
