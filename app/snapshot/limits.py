"""
The limits of bytes, from the snapshot to the counters that hold writes to them.

A limit that this process sets is heeded at once; this is how it hears of all others.
"""

import asyncio
from collections.abc import Collection, Mapping

from app.database.engine import Database
from app.errors.raised import StowageError
from app.quotas.ledger import Ledger
from app.quotas.limits import Limits, QuotaPlace, QuotaSubject
from app.quotas.repository import list_limits
from app.snapshot.feed import SnapshotFeed
from app.snapshot.values import BucketQuota, BucketTarget
from app.snapshot.wire import DeltaMessage

AGAIN_SECONDS = 1.0
"""How long after the database was out of reach it is asked again."""


async def follow_limits(feed: SnapshotFeed, ledger: Ledger, database: Database) -> None:
    """
    Keep the limits of the ledger as the database has them, until cancelled.
    """
    ledger.groups_of = feed.groups_of
    async with feed.subscribe() as (snapshot, deltas):
        _limit_buckets(ledger, snapshot.quotas)
        for subject, limits in snapshot.charged.items():
            ledger.limit(subject, limits)
        while True:
            delta = await deltas.get()
            if subjects := _subjects_of(delta):
                await _heed(ledger, database, subjects, delta.quotas)


def _subjects_of(delta: DeltaMessage) -> set[QuotaSubject]:
    places = (*delta.quotas, *delta.removed_quotas)
    buckets = {QuotaPlace(place.backend_id, place.bucket).subject for place in places}
    return {*buckets, *delta.charged, *delta.removed_charged}


async def _heed(
    ledger: Ledger,
    database: Database,
    subjects: Collection[QuotaSubject],
    told: Mapping[BucketTarget, BucketQuota],
) -> None:
    """
    Hold writes to what the database says now.

    What a delta says may be older than a limit that was set here since it was made: heeded as it
    is, it would let writes pass between two limits.
    """
    while True:
        before = ledger.limits_set
        try:
            async with database.read() as connection:
                stored = await list_limits(connection)
        except StowageError:
            await asyncio.sleep(AGAIN_SECONDS)
            continue
        if ledger.limits_set == before:
            break
    keeps = {
        QuotaPlace(place.backend_id, place.bucket).subject: quota.keeps_versions
        for place, quota in told.items()
    }
    for subject in subjects:
        limits, account = stored.get(subject), ledger.watch(subject)
        if limits is None:
            ledger.free(subject)
            continue
        kept = account is not None and account.keeps_versions
        ledger.limit(subject, limits, keeps_versions=keeps.get(subject, kept))


def _limit_buckets(ledger: Ledger, limited: Mapping[BucketTarget, BucketQuota]) -> None:
    for target, quota in limited.items():
        subject = QuotaPlace(target.backend_id, target.bucket).subject
        limits = Limits(quota.soft_bytes, quota.hard_bytes)
        ledger.limit(subject, limits, keeps_versions=quota.keeps_versions, is_new=False)
