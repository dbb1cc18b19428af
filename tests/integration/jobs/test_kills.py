"""
A process that is killed at any moment costs time and nothing else.
"""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.backends.stored import ListQuery, NewObject, ObjectRef
from app.jobs.job import Job, JobKind, JobPlace, NewJob, OnConflict
from app.jobs.tag_change import TagChange, TagMode
from app.quotas.limits import QuotaPlace
from app.quotas.usage import Usage, store_usage
from support.jobs import MIB, Jobs
from support.stores import ADMIN, Stores
from support.trees import at_once, below, fill, tree_of

ROOT = Path(__file__).parents[3]
WANTED = int(os.environ.get("STOWAGE_KILLS", "0"))
"""How often each kind must have been killed while it ran; `make soak` asks for that."""
ROUNDS = 1 + 3 * WANTED
KILLS = 3
EARLIEST_SECONDS, LATEST_SECONDS = 0.03, 1.5
LATEST = LATEST_SECONDS / EARLIEST_SECONDS
HITS: Counter[str] = Counter()
MANY = {f"{number:04}": b"x" for number in range(200)}
LARGE = {f"big-{number}": bytes([number]) * (11 * MIB) for number in range(2)}
STAYS = ("from/", "to/", "tags/")
TAGS = {"team": "x"}
SMALL = {f"{number:03}.txt": b"%d" % number for number in range(50)}


@pytest.fixture(autouse=True, scope="module")
def hits() -> Iterator[Counter[str]]:
    """
    Count the kills of each kind, and have them be enough in the end.
    """
    yield HITS
    assert not HITS or min(HITS.values()) >= WANTED, HITS


def work_until_killed(folder: Path, kills: list[float | None]) -> list[tuple[int, list[str]]]:
    """
    Work in one process after the other, each of which is killed when its time is up.

    Returns how each ended, and the jobs that it was in the middle of.
    """
    asked = json.dumps({"folder": str(folder), "kill_after_seconds": kills})
    done = subprocess.run(
        [sys.executable, "-m", "support.job_process", asked],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        timeout=60 + 30 * len(kills),
        check=False,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr.decode()
    # What was logged comes before.
    ended: list[tuple[int, list[str]]] = json.loads(done.stdout.splitlines()[-1])
    assert {status for status, _ in ended} <= {0, -9}, done.stderr.decode()
    return ended


async def make(jobs: Jobs, kind: str, source: JobPlace, target: JobPlace | None = None) -> Job:
    rule = OnConflict.KEEP_BOTH if kind == "copy" else OnConflict.SKIP
    tagging = TagChange(TagMode.ADD, TAGS) if kind == "tag" else None
    new = NewJob(JobKind(kind), source, target, on_conflict=rule, tagging=tagging)
    return await jobs.service.create(ADMIN, new)


async def forget_size(stores: Stores, place: JobPlace) -> None:
    """
    Have something wrong be known of a bucket.
    """
    wrong = Usage(used_bytes=1, object_count=7)
    async with stores.database.write() as connection:
        await store_usage(connection, QuotaPlace(place.backend_id, place.bucket), wrong)


@pytest.fixture
async def versioned(stores: Stores, third: JobPlace) -> JobPlace:
    """
    A bucket with two versions of everything, and uploads that nobody finished.
    """
    backend = stores.backends.registry.get(third.backend_id).backend
    await backend.buckets.set_versioned(third.bucket, enabled=True)
    await fill(stores, third, SMALL)
    await fill(stores, third, SMALL)
    await backend.uploads.create(third.bucket, "half", NewObject())
    return third


@pytest.fixture
async def marked(stores: Stores, fourth: JobPlace) -> JobPlace:
    """
    A bucket that keeps versions, with much in it.
    """
    backend = stores.backends.registry.get(fourth.backend_id).backend
    await backend.buckets.set_versioned(fourth.bucket, enabled=True)
    await fill(stores, fourth, {f"in/{key}": body for key, body in MANY.items()})
    return fourth


@pytest.mark.parametrize("number", range(ROUNDS))
async def test_killed_jobs_end_as_if_nothing_had_happened(  # noqa: PLR0913, PLR0917  a bucket for each
    number: int,
    hits: Counter[str],
    stores: Stores,
    source: JobPlace,
    target: JobPlace,
    versioned: JobPlace,
    marked: JobPlace,
    tmp_path: Path,
) -> None:
    if hits and min(hits.values()) >= WANTED:
        return  # the rounds are more than are needed on a slow machine
    seed = random.SystemRandom().randrange(2**32)
    dice = random.Random(seed)  # noqa: S311  moments to be killed at, no secret
    jobs = Jobs.over(stores)
    for prefix, tree in (
        ("gone/", MANY),
        ("mine/", SMALL | LARGE),
        ("from/", SMALL),
        ("to/", SMALL),
        ("tags/", SMALL),
    ):
        await fill(stores, source, {prefix + key: body for key, body in tree.items()})
    asked = [
        ("delete", "delete", below(source, "gone/"), None),
        ("move", "move", below(source, "mine/"), target),
        ("copy", "copy", below(source, "from/"), below(source, "to/")),
        ("empty", "empty", versioned, None),
        ("scan", "scan", below(source, "from/"), None),
        ("tag", "tag", below(source, "tags/"), None),
        ("mark", "delete", below(marked, "in/"), None),
        ("count", "scan", marked, None),
    ]
    # The first ones are hit the most, so those begin that were hit the least.
    dice.shuffle(asked)
    asked.sort(key=lambda one: hits[one[0]])
    made = {name: await make(jobs, kind, here, there) for name, kind, here, there in asked}
    await forget_size(stores, marked)

    # Short work is over soon: early moments come as often as late ones.
    moments = [EARLIEST_SECONDS * LATEST ** dice.random() for _ in range(KILLS)]
    *killed, (last, left_running) = work_until_killed(tmp_path, [*moments, None])

    assert (-9 in [status for status, _ in killed], last, left_running) == (True, 0, []), (
        seed,
        number,
    )
    for kind, job in made.items():
        hits[kind] += sum(job.id in running for status, running in killed if status == -9)
    over = {kind: await jobs.service.get(ADMIN, job.id) for kind, job in made.items()}
    failed = [one for job in made.values() for one in await jobs.service.list_errors(ADMIN, job.id)]
    assert failed == [], seed
    assert {kind: (job.state, job.error) for kind, job in over.items()} == dict.fromkeys(
        made, ("done", None)
    ), seed
    assert {kind: job.progress.objects_done for kind, job in over.items()} == {
        "delete": len(MANY),
        "move": len(SMALL | LARGE),
        "copy": len(SMALL),
        "empty": 2 * len(SMALL),
        "scan": len(SMALL),
        "tag": len(SMALL),
        "mark": len(MANY),
        "count": len(MANY),
    }, seed
    known = await stores.quotas.get(ADMIN, QuotaPlace(marked.backend_id, marked.bucket))
    assert known.usage is not None
    assert (known.usage.used_bytes, known.usage.object_count) == (len(MANY), len(MANY)), seed
    assert await tree_of(stores, target) == SMALL | LARGE, seed
    left = await tree_of(stores, source)
    kept = {prefix + key: body for prefix in STAYS for key, body in SMALL.items()}
    beside = {f"to/{key[:3]} (2).txt": body for key, body in SMALL.items()}
    assert left == kept | beside, seed
    objects = stores.backends.registry.get(source.backend_id).backend.objects
    tags = await at_once(objects.get_tags(source.bucket, ObjectRef(f"tags/{key}")) for key in SMALL)
    assert tags == [TAGS] * len(SMALL), seed
    for place in (target, versioned):
        backend = stores.backends.registry.get(place.backend_id).backend
        assert await backend.uploads.list(place.bucket) == (), seed
    there = stores.backends.registry.get(marked.backend_id).backend
    left_over = await there.objects.list_versions(marked.bucket, ListQuery(max_keys=1000))
    keys = [one.key for one in left_over.versions if one.is_delete_marker]
    # Whoever deletes an object twice leaves two delete markers.
    assert len(keys) == len(set(keys)), seed
    there = stores.backends.registry.get(versioned.backend_id).backend
    assert (await there.objects.list_versions(versioned.bucket, ListQuery())).versions == (), seed
