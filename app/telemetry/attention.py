"""
`Attention`: what an administrator should look at first, the worst first and each kind cut short.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import RowMapping

from app.audit.event import Actor
from app.backends.registry import BackendRegistry
from app.clock import Clock
from app.credentials.repository import list_ending
from app.database.engine import Database
from app.jobs.job import Job
from app.jobs.repository import list_unmended
from app.jobs.stored import job_of
from app.quotas.quota import Quota
from app.quotas.repository import list_names
from app.quotas.service import QuotaService

SHOWN = 5
"""Of a kind; the others are counted."""
EXPIRES_WITHIN = timedelta(days=14)
FAILED_WITHIN = timedelta(days=7)
_MOST_JOBS = 1000


class Concern(StrEnum):
    """
    What is the matter, the worst first.
    """

    BACKEND_DOWN = "backend_down"
    LIMIT_PASSED = "limit_passed"
    JOB_FAILED = "job_failed"
    KEY_EXPIRING = "key_expiring"


@dataclass(frozen=True, slots=True)
class Item:
    """
    One thing, and where it is found; what does not apply is empty.
    """

    id: str
    """Of the backend, the job or the credential, or of what a limit is about."""
    name: str = ""
    detail: str = ""
    backend_id: str = ""
    bucket: str = ""
    at: datetime | None = None
    used_bytes: int = 0
    limit_bytes: int = 0
    count: int = 0


@dataclass(frozen=True, slots=True)
class Matter:
    """
    Everything of one kind: how many, and the first of them.
    """

    concern: Concern
    total: int
    items: Sequence[Item]


class Attention:
    """
    Asks every part what is wrong in it.
    """

    def __init__(
        self,
        database: Database,
        registry: BackendRegistry,
        quotas: QuotaService,
        clock: Clock,
    ) -> None:
        self._database = database
        self._registry = registry
        self._quotas = quotas
        self._clock = clock

    async def find(self, actor: Actor) -> Sequence[Matter]:
        """
        Return what is wrong now; a kind of which there is nothing is left out.

        Costs as much as there are limits, keys that end soon, and jobs of the last week.

        Raises:
            StowageError: `forbidden`.
        """
        actor.require_admin()
        now = self._clock.now()
        async with self._database.read() as connection:
            expiring = await list_ending(connection, now, now + EXPIRES_WITHIN)
            failed = await list_unmended(connection, now - FAILED_WITHIN, limit=_MOST_JOBS)
        passed = _matter(Concern.LIMIT_PASSED, _passed(await self._quotas.list(actor)))
        found = (
            _matter(Concern.BACKEND_DOWN, self._down()),
            await self._named(passed),
            _matter(Concern.JOB_FAILED, (_job(job_of(row)) for row in failed)),
            _matter(Concern.KEY_EXPIRING, (_key(row) for row in expiring)),
        )
        return [matter for matter in found if matter.total]

    async def _named(self, matter: Matter) -> Matter:
        """
        Put in how users and groups are called.
        """
        async with self._database.read() as connection:
            names = await list_names(connection, [item.id for item in matter.items])
        items = [replace(item, name=names.get(item.id, "")) for item in matter.items]
        return replace(matter, items=items)

    def _down(self) -> Iterable[Item]:
        for backend_id in self._registry.ids:
            health = self._registry.health(backend_id)
            info = self._registry.describe(backend_id).info
            # One that nobody has asked yet is new; one in maintenance is meant to be away.
            if health.last_probe_at is None or health.is_healthy or info.is_in_maintenance:
                continue
            yield Item(backend_id, info.name, health.last_error, at=health.last_probe_at)


def _matter(concern: Concern, items: Iterable[Item]) -> Matter:
    found = list(items)
    return Matter(concern, len(found), found[:SHOWN])


def _passed(quotas: Iterable[Quota]) -> Iterable[Item]:
    """
    Return the limits that are passed, the fullest first.
    """
    over = []
    for quota in quotas:
        limits, usage = quota.limits, quota.usage
        bound = 0 if limits is None else limits.soft_bytes or limits.hard_bytes
        if usage is not None and 0 < bound <= usage.used_bytes:
            over.append((usage.used_bytes / bound, quota, usage.used_bytes, bound))
    over.sort(key=lambda one: (-one[0], one[1].subject.id))
    return [_limit(quota, used, bound) for _, quota, used, bound in over]


def _limit(quota: Quota, used_bytes: int, limit_bytes: int) -> Item:
    subject = quota.subject
    place = quota.place if subject.is_bucket else None
    return Item(
        subject.id,
        detail=subject.kind.value,
        backend_id="" if place is None else place.backend_id,
        bucket="" if place is None else place.bucket,
        used_bytes=used_bytes,
        limit_bytes=limit_bytes,
    )


def _job(job: Job) -> Item:
    source = job.facts.source
    return Item(
        job.id,
        source.prefix,
        job.kind.value,
        source.backend_id,
        source.bucket,
        at=job.finished_at,
        count=job.progress.failed,
    )


def _key(row: RowMapping) -> Item:
    return Item(row["access_key"], row["description"], at=row["expires_at"])
