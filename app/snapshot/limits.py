"""
The limits of bytes, from the snapshot to the counters that hold writes to them.

A limit that this process sets is heeded at once; this is how it hears of all others.
"""

from collections.abc import Mapping

from app.quotas.ledger import Ledger
from app.quotas.limits import Limits, QuotaPlace, QuotaSubject
from app.snapshot.feed import SnapshotFeed
from app.snapshot.values import BucketQuota, BucketTarget


async def follow_limits(feed: SnapshotFeed, ledger: Ledger) -> None:
    """
    Keep the limits of the ledger as the snapshot has them, until cancelled.
    """
    ledger.groups_of = feed.groups_of
    async with feed.subscribe() as (snapshot, deltas):
        _limit_buckets(ledger, snapshot.quotas, is_new=False)
        _limit_others(ledger, snapshot.charged)
        while True:
            delta = await deltas.get()
            _limit_buckets(ledger, delta.quotas, is_new=True)
            _limit_others(ledger, delta.charged)
            for target in delta.removed_quotas:
                ledger.free(QuotaPlace(target.backend_id, target.bucket).subject)
            for subject in delta.removed_charged:
                ledger.free(subject)


def _limit_buckets(
    ledger: Ledger, limited: Mapping[BucketTarget, BucketQuota], *, is_new: bool
) -> None:
    for target, quota in limited.items():
        subject = QuotaPlace(target.backend_id, target.bucket).subject
        limits = Limits(quota.soft_bytes, quota.hard_bytes)
        ledger.limit(subject, limits, keeps_versions=quota.keeps_versions, is_new=is_new)


def _limit_others(ledger: Ledger, limited: Mapping[QuotaSubject, Limits]) -> None:
    for subject, limits in limited.items():
        ledger.limit(subject, limits)
