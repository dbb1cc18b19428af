"""
The two upstreams: the static one, which shows the proxy, and SeaweedFS, which shows what is felt.
"""

import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3

from app.quickstart import weed as seaweed
from app.quickstart.ports import claim_ports
from bench import objects
from bench.process import START_SECONDS, NotStartedError, Program, Tree, accepts, on_processors
from bench.signing import REGION, Key
from bench.target import LOOPBACK, Upstream

TESTS = Path(__file__).resolve().parents[1]
STORED_SMALL, STORED_LARGE = 510, 60
"""How many different keys the reading cases ask for."""


@contextmanager
def static_store(folder: Path, processors: frozenset[int]) -> Iterator[Upstream]:
    """
    Run `bench.upstream`; every key holds what its first segment says.
    """
    (port,) = claim_ports(1)
    command = [sys.executable, "-m", "bench.upstream", str(port)]
    environ = {"PYTHONPATH": f"{TESTS}:{TESTS.parent}"}
    program = Program(command, folder=folder / "static", processors=processors, environ=environ)
    try:
        program.wait_until(lambda: accepts(port))
        yield Upstream("static", port, _make_key(), program)
    finally:
        program.stop()


@contextmanager
def seaweedfs_store(
    folder: Path, processors: frozenset[int], *, largest: int
) -> Iterator[Upstream]:
    """
    Run SeaweedFS and put the objects into it that the cases ask for, up to that size in bytes.
    """
    key = _make_key()
    data = Path(tempfile.mkdtemp(prefix="weed-", dir=folder))
    weed = seaweed.Weed(data, seaweed.choose_ports(), key.id, key.secret)
    with on_processors(processors):
        process = seaweed.launch(weed, seaweed.find_binary())
    try:
        deadline = time.monotonic() + START_SECONDS
        while not seaweed.is_ready(weed):
            if process.poll() is not None or time.monotonic() > deadline:
                raise NotStartedError(f"SeaweedFS does not serve; see {data / 'weed.log'}")
            time.sleep(0.05)
        upstream = Upstream("seaweedfs", weed.ports[0], key, Tree(process.pid))
        _fill(upstream, largest)
        yield upstream
    finally:
        seaweed.kill(process, weed)
        shutil.rmtree(data, ignore_errors=True)


def _make_key() -> Key:
    return Key("AKBENCH" + secrets.token_hex(6).upper(), secrets.token_urlsafe(30))


def _fill(upstream: Upstream, largest: int) -> None:
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{LOOPBACK}:{upstream.port}",
        aws_access_key_id=upstream.key.id,
        aws_secret_access_key=upstream.key.secret,
        region_name=REGION,
    )
    for bucket in (objects.BUCKET, objects.FOREIGN_BUCKET):
        client.create_bucket(Bucket=bucket)
    stored = {objects.listed_key(number): objects.KILOBYTE for number in range(objects.LISTED)}
    stored |= {f"1k/{number:06d}": objects.KILOBYTE for number in range(STORED_SMALL)}
    stored |= {f"1m/{number:06d}": objects.MEGABYTE for number in range(STORED_LARGE)}
    for name, body in stored.items():
        client.put_object(Bucket=objects.BUCKET, Key=name, Body=body)
    if largest >= objects.SIZES["256m"]:
        body = objects.MEGABYTE * (objects.SIZES["256m"] // objects.MIB)
        client.put_object(Bucket=objects.BUCKET, Key="256m/000000", Body=body)
