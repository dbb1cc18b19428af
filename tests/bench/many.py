"""
`python -m bench.many [--keys N] [--gib N] [--events N]`: many objects, a large one, a long log.

Measures the first page of a listing and a search over a bucket of a million keys, deletes a hundred
thousand of them in a job that is killed on the way, and moves an object of 5 GiB between two
backends while it watches the memory; then exports a million rows of the audit log. Fails when
something is left over or memory grows.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import httpx

from app.backends.stored import ListQuery, NewObject, Part, UploadRef
from app.database.engine import SqliteFile
from app.jobs.job import Job, JobKind, JobPlace, JobState, NewJob
from bench import export, shapes
from bench.signing import Ask, Key, sign
from support.dashboard import running_dashboard
from support.dashboard_people import BACKEND, CONFIG, ENVIRON, STATIC_NAME, sign_in
from support.jobs import Jobs
from support.processes import resident_bytes
from support.seaweedfs import SeaweedFS, remove_log, running_seaweedfs
from support.state import Places
from support.stores import ADMIN, Stores, open_stores, weed_backend

ROOT = Path(__file__).parents[2]
BUCKET = "many"
CONNECTIONS = 32
ASKS = 200
GROWTH_MEBIBYTES = 64
MIB = 2**20
PART_BYTES = 64 * MIB
TRIED_KEYS = 50_000


def main(arguments: Sequence[str]) -> int:
    """
    Run all of it; 1 if one did not end as it should.
    """
    parser = argparse.ArgumentParser(prog="bench.many")
    parser.add_argument("--keys", type=int, default=1_000_000)
    parser.add_argument("--gib", type=float, default=5.0)
    parser.add_argument("--events", type=int, default=export.EVENTS)
    asked = parser.parse_args(arguments)
    with running_seaweedfs() as store, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asyncio.run(_prepare(folder, store, asked.keys))
        _ask_dashboard(folder, store)
        is_deleted = asyncio.run(_delete_killed(folder, asked.keys // 10))
        is_flat = asyncio.run(_move_large(folder, round(asked.gib * 1024)))
    remove_log(store)
    is_exported = export.main(["--events", str(asked.events)]) == 0
    is_sound = is_deleted and is_flat and is_exported
    _say("all of it ended as it should" if is_sound else "FAILED: see the lines above")
    return 0 if is_sound else 1


async def _prepare(folder: Path, store: SeaweedFS, count: int) -> None:
    async with _opened(folder) as stores:
        for backend_id in ("weed", "other"):
            await stores.backends.create(ADMIN, weed_backend(store, backend_id))
        backend = stores.backends.registry.get("weed").backend
        for bucket in (BUCKET, "large", "target"):
            await backend.buckets.create(bucket)
    began = time.monotonic()
    numbers = iter(range(count))
    await asyncio.gather(*(_fill(store, numbers) for _ in range(CONNECTIONS)))
    _say(f"{count} keys stored in {time.monotonic() - began:.0f} s")


async def _fill(store: SeaweedFS, numbers: Iterator[int]) -> None:
    """
    Store empty objects over one connection; a tenth of the keys lie below `gone/`.
    """
    url = httpx.URL(store.endpoint)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    key = Key(store.access_key, store.secret_key)
    for number in numbers:  # one iterator, shared by all connections
        folder = "gone" if number % 10 == 0 else "kept"
        path = f"/{BUCKET}/{folder}/{number:08}"
        writer.write(sign(Ask("PUT", path, shapes.BOTO3_PLAIN), key).data)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
    writer.close()


def _ask_dashboard(folder: Path, store: SeaweedFS) -> None:
    own = folder / "dashboard"
    own.mkdir()
    with running_dashboard(own, CONFIG, ENVIRON) as running:
        root = sign_in(running, STATIC_NAME)
        body = {
            "id": BACKEND,
            "endpoint": store.endpoint,
            "access_key": store.access_key,
            "secret_key": store.secret_key,
        }
        assert root.post("/api/admin/backends/", json=body).status_code == 201
        place = f"/api/backends/{BACKEND}/buckets/{BUCKET}/objects"
        _measure("first page, folders", lambda: root.get(place))
        _measure("first page, 1000 keys", lambda: root.get(place, params={"prefix": "kept/"}))
        _measure("search", lambda: root.get("/api/search", params={"q": "kept/0000"}))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _measure(what: str, ask: Callable[[], httpx.Response]) -> None:
    spent = []
    for _ in range(ASKS):
        began = time.perf_counter()
        answer = ask()
        spent.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.text
    p50, p99 = statistics.median(spent), statistics.quantiles(spent, n=100)[98]
    _say(f"{what}: p50 {p50:.1f} ms, p99 {p99:.1f} ms")


async def _delete_killed(folder: Path, count: int) -> bool:
    """
    Delete a tenth of the keys in a job whose process is killed five times.
    """
    job = await _make(folder, NewJob(JobKind.DELETE, JobPlace("weed", BUCKET, "gone/")))
    began, kills = time.monotonic(), 0
    for _ in range(5):
        kills += _work(folder, random.uniform(0.5, 5.0)).wait() == -9  # noqa: S311  a moment, no secret
    assert _work(folder, None).wait() == 0
    seconds = time.monotonic() - began
    async with _opened(folder) as stores:
        over = await Jobs.over(stores).service.get(ADMIN, job.id)
        backend = stores.backends.registry.get("weed").backend
        left = await backend.objects.list(BUCKET, ListQuery(prefix="gone/"))
    done = over.progress.objects_done
    # So many cannot be gone before the first kill; of few it may happen.
    is_tried = kills > 0 or count < TRIED_KEYS
    _say(f"{done} of {count} keys deleted in {seconds:.0f} s, killed {kills} times: {over.state}")
    return over.state is JobState.DONE and done == count and is_tried and not left.objects


async def _move_large(folder: Path, mebibytes: int) -> bool:
    """
    Move one large object between backends, and watch the process that does it.
    """
    async with _opened(folder) as stores:
        await _upload(stores, mebibytes)
    new = NewJob(JobKind.MOVE, JobPlace("weed", "large"), JobPlace("other", "target"))
    job = await _make(folder, new)
    began, held = time.monotonic(), []
    process = _work(folder, None)
    while process.poll() is None:
        held.append(resident_bytes(process.pid))
        await asyncio.sleep(0.2)
    seconds = time.monotonic() - began
    async with _opened(folder) as stores:
        over = await Jobs.over(stores).service.get(ADMIN, job.id)
    settled = statistics.median(held[len(held) // 5 : len(held) // 2] or held)
    growth = (max(held) - settled) / MIB
    rate = mebibytes / seconds
    _say(
        f"{mebibytes} MiB moved at {rate:.0f} MiB/s, memory grew by {growth:.1f} MiB: {over.state}"
    )
    is_whole = over.progress.bytes_done == mebibytes * MIB
    return over.state is JobState.DONE and is_whole and growth < GROWTH_MEBIBYTES


async def _upload(stores: Stores, mebibytes: int) -> None:
    uploads = stores.backends.registry.get("weed").backend.uploads
    upload = UploadRef("large", "big", await uploads.create("large", "big", NewObject()))
    parts: list[Part] = []
    for first in range(0, mebibytes, PART_BYTES // MIB):
        size_bytes = min(PART_BYTES, (mebibytes - first) * MIB)
        pieces = _random(size_bytes)
        number = len(parts) + 1
        parts.append(await uploads.put_part(upload, number, chunks=pieces, size_bytes=size_bytes))
    await uploads.complete(upload, parts)


async def _random(size_bytes: int) -> AsyncIterator[bytes]:
    piece = os.urandom(MIB)
    for _ in range(size_bytes // MIB):
        yield piece


async def _make(folder: Path, new: NewJob) -> Job:
    async with _opened(folder) as stores:
        return await Jobs.over(stores).service.create(ADMIN, new)


def _opened(folder: Path) -> AbstractAsyncContextManager[Stores]:
    places = Places(SqliteFile(folder / "state.db"), SqliteFile(folder / "audit.db"))
    return open_stores(places, folder)


def _work(folder: Path, kill_after_seconds: float | None) -> "subprocess.Popen[bytes]":
    asked = {"folder": str(folder), "kill_after_seconds": kill_after_seconds, "parts": "real"}
    return subprocess.Popen(
        [sys.executable, "-m", "support.job_process", json.dumps(asked)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
