"""
`python -m bench.many [--keys N] [--gib N] [--events N] [--page]`: very many, very large.

Measures the first page of a listing and a search over a bucket of a million keys, deletes a hundred
thousand of them in a job that is killed on the way, and moves an object of 5 GiB between two
backends while it watches the memory; then exports a million rows of the audit log. Each part has
its time, all together under twenty-five minutes: what is not done by then is a promise broken, and
so is what ends otherwise than it should. At full size, or with `--page`, it writes the page of the
docs.
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
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import httpx

from app.backends.stored import ListQuery
from app.database.engine import SqliteFile
from app.jobs.job import Job, JobKind, JobPlace, JobState, NewJob
from bench import export, filling
from bench.filling import BUCKET, GONE, KEPT, MIB
from bench.verdicts import Limit, OutOfTimeError, Verdict, say, write_page
from support.dashboard import running_dashboard
from support.dashboard_people import BACKEND, CONFIG, ENVIRON, STATIC_NAME, sign_in
from support.jobs import Jobs
from support.processes import resident_bytes
from support.seaweedfs import SeaweedFS, remove_log, running_seaweedfs
from support.state import Places
from support.stores import ADMIN, Stores, open_stores, weed_backend

ROOT = Path(__file__).parents[2]
ASKS = 200
LISTED_MS, FOUND_MS = 500.0, 1000.0
GROWTH_MEBIBYTES = 64
TRIED_KEYS = 50_000
FULL = {"keys": 1_000_000, "gib": 5.0, "events": export.EVENTS}
FILLED, ASKED, DELETED, MOVED, EXPORTED = 840, 900, 1050, 1200, 1440
"""By when each part is done, in seconds from the start."""


def main(arguments: Sequence[str]) -> int:
    """
    Run all of it; 1 if one did not end as it should.
    """
    parser = argparse.ArgumentParser(prog="bench.many")
    parser.add_argument("--keys", type=int, default=FULL["keys"])
    parser.add_argument("--gib", type=float, default=FULL["gib"])
    parser.add_argument("--events", type=int, default=FULL["events"])
    parser.add_argument("--page", action="store_true")
    asked = parser.parse_args(arguments)
    began, verdicts = time.monotonic(), list[Verdict]()

    def run(promise: str, seconds: int, part: Callable[[Limit], Sequence[Verdict]]) -> None:
        verdicts.extend(_guarded(promise, Limit(began + seconds), part))

    with running_seaweedfs() as store, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stored = 0

        def fill(limit: Limit) -> Sequence[Verdict]:
            nonlocal stored
            stored, verdict = asyncio.run(_prepare(folder, store, asked.keys, limit))
            return [verdict]

        run("keys are stored", FILLED, fill)
        run("lists and searches stay fast", ASKED, lambda limit: _ask(folder, store, limit))
        run("a killed delete ends", DELETED, lambda limit: _delete_killed(folder, stored, limit))
        mebibytes = round(asked.gib * 1024)
        run("a large move is flat", MOVED, lambda limit: _move_large(folder, mebibytes, limit))
    remove_log(store)
    run("an export is flat", EXPORTED, lambda limit: export.measure(asked.events, limit))
    say(f"done in {time.monotonic() - began:.0f} s")
    if asked.page or all(getattr(asked, name) == size for name, size in FULL.items()):
        write_page(verdicts)
    is_sound = all(one.is_kept for one in verdicts)
    say("all of it ended as it should" if is_sound else "FAILED: see the lines above")
    return 0 if is_sound else 1


def _guarded(
    promise: str, limit: Limit, part: Callable[[Limit], Sequence[Verdict]]
) -> Sequence[Verdict]:
    """
    Run a part; whatever goes wrong in it is told, and the others still run.
    """
    try:
        verdicts = part(limit)
    except Exception as error:  # noqa: BLE001  a benchmark tells of everything
        verdicts = [Verdict(promise, f"{type(error).__name__}: {error}"[:500], is_kept=False)]
    for one in verdicts:
        say(one)
    return verdicts


async def _prepare(folder: Path, store: SeaweedFS, count: int, limit: Limit) -> tuple[int, Verdict]:
    async with _opened(folder) as stores:
        for backend_id in ("weed", "other"):
            await stores.backends.create(ADMIN, weed_backend(store, backend_id))
        backend = stores.backends.registry.get("weed").backend
        for bucket in (BUCKET, "large", "target"):
            await backend.buckets.create(bucket)
    began = time.monotonic()
    stored = await asyncio.to_thread(filling.fill, store, count, limit)
    told = f"{stored:,} in {time.monotonic() - began:.0f} s"
    return stored, Verdict(f"{count:,} keys are in one bucket", told, stored == count)


def _ask(folder: Path, store: SeaweedFS, limit: Limit) -> Sequence[Verdict]:
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
        asked: list[tuple[str, str, dict[str, str], float]] = [
            ("the first page of the bucket's folders", place, {}, LISTED_MS),
            ("the first page, 1,000 keys of a prefix", place, {"prefix": KEPT}, LISTED_MS),
            ("a search", "/api/search", {"q": f"{KEPT}0000"}, FOUND_MS),
        ]
        return [
            _time(f"{what} comes within {bound:.0f} ms (p99)", bound, limit, root.get, url, params)
            for what, url, params, bound in asked
        ]


def _time(  # noqa: PLR0913, PLR0917  a call with its arguments
    promise: str,
    bound_ms: float,
    limit: Limit,
    get: Callable[..., httpx.Response],
    url: str,
    params: dict[str, str],
) -> Verdict:
    spent: list[float] = []
    while len(spent) < ASKS and not (limit.is_over and len(spent) > 1):
        began = time.perf_counter()
        answer = get(url, params=params)
        spent.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.text
    p50, p99 = statistics.median(spent), statistics.quantiles(spent, n=100, method="inclusive")[98]
    told = f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, asked {len(spent)} times"
    return Verdict(promise, told, p99 <= bound_ms)


def _delete_killed(folder: Path, stored: int, limit: Limit) -> Sequence[Verdict]:
    """
    Delete a tenth of the keys in a job whose process is killed five times.
    """
    count = -(-stored // 10)
    job = asyncio.run(_make(folder, NewJob(JobKind.DELETE, JobPlace("weed", BUCKET, GONE))))
    began, kills = time.monotonic(), 0
    for _ in range(5):
        moment = random.uniform(0.5, 5.0)  # noqa: S311  a moment, no secret
        kills += _wait(_work(folder, moment), limit) == -9
    assert _wait(_work(folder, None), limit) == 0
    seconds = time.monotonic() - began
    over, left = asyncio.run(_look(folder, job))
    done = over.progress.objects_done
    # So many cannot be gone before the first kill; of few it may happen.
    is_tried = kills > 0 or count < TRIED_KEYS
    # There may be more of them than are known of, where the time for storing them was up.
    is_kept = over.state is JobState.DONE and done >= count and is_tried and not left
    return [
        Verdict(
            f"a delete of {count:,} keys survives kill -9 and ends complete",
            f"{done:,} counted, {left} found left, in {seconds:.0f} s; killed {kills} times",
            is_kept,
        )
    ]


async def _look(folder: Path, job: Job) -> tuple[Job, int]:
    """
    Return what became of the job, and how many of the first thousand keys are left.
    """
    async with _opened(folder) as stores:
        over = await Jobs.over(stores).service.get(ADMIN, job.id)
        backend = stores.backends.registry.get("weed").backend
        page = await backend.objects.list(BUCKET, ListQuery(prefix=GONE))
    return over, len(page.objects)


def _move_large(folder: Path, mebibytes: int, limit: Limit) -> Sequence[Verdict]:
    """
    Move one large object between backends, and watch the process that does it.
    """
    asyncio.run(_upload(folder, mebibytes, limit))
    new = NewJob(JobKind.MOVE, JobPlace("weed", "large"), JobPlace("other", "target"))
    job = asyncio.run(_make(folder, new))
    began, held = time.monotonic(), list[int]()
    process = _work(folder, None)
    while process.poll() is None and not limit.is_over:
        held.append(resident_bytes(process.pid))
        time.sleep(0.2)
    _wait(process, limit)
    seconds = time.monotonic() - began
    over, _ = asyncio.run(_look(folder, job))
    settled = statistics.median(held[len(held) // 5 : len(held) // 2] or held)
    growth = (max(held) - settled) / MIB
    is_whole = over.state is JobState.DONE and over.progress.bytes_done == mebibytes * MIB
    rate = mebibytes / seconds
    return [
        Verdict(
            f"{mebibytes:,} MiB go from one backend to another, memory flat within "
            f"{GROWTH_MEBIBYTES} MiB",
            f"{over.state}, {rate:.0f} MiB/s, at most {max(held) / MIB:.0f} MiB resident, "
            f"{growth:.1f} above the median of its first half",
            is_whole and growth < GROWTH_MEBIBYTES,
        )
    ]


async def _upload(folder: Path, mebibytes: int, limit: Limit) -> None:
    async with asyncio.timeout(limit.seconds_left), _opened(folder) as stores:
        await filling.upload(stores, "large", mebibytes)


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


def _wait(process: "subprocess.Popen[bytes]", limit: Limit) -> int:
    """
    Return how it ended.

    Raises:
        OutOfTimeError: it had not by then, and was killed.
    """
    try:
        return process.wait(limit.seconds_left)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise OutOfTimeError("the job was not over in time") from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
