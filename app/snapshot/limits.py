"""
The limits of buckets, from the snapshot to the counters that hold writes to them.

A limit that this process sets is heeded at once; this is how it hears of all others.
"""

from collections.abc import Mapping

from app.quotas.ledger import Ledger
from app.quotas.limits import Limits, QuotaPlace
from app.snapshot.feed import SnapshotFeed
from app.snapshot.values import BucketQuota, BucketTarget


async def follow_limits(feed: SnapshotFeed, ledger: Ledger) -> None:
    """
    Keep the limits of the ledger as the snapshot has them, until cancelled.
    """
    async with feed.subscribe() as (snapshot, deltas):
        _apply(ledger, snapshot.quotas, is_new=False)
        while True:
            delta = await deltas.get()
            _apply(ledger, delta.quotas, is_new=True)
            for target in delta.removed_quotas:
                ledger.free(QuotaPlace(target.backend_id, target.bucket))


def _apply(ledger: Ledger, limited: Mapping[BucketTarget, BucketQuota], *, is_new: bool) -> None:
    for target, quota in limited.items():
        place = QuotaPlace(target.backend_id, target.bucket)
        limits = Limits(quota.soft_bytes, quota.hard_bytes)
        ledger.limit(place, limits, keeps_versions=quota.keeps_versions, is_new=is_new)
