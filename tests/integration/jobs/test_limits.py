"""
What a job writes is held to the limits of the bucket and of who made it.
"""

import pytest

from app.jobs.job import JobPlace
from app.quotas.limits import Limits, QuotaKind, QuotaPlace, QuotaSubject
from support.jobs import Jobs
from support.stores import ADMIN, Stores
from support.trees import fill

MINE = QuotaSubject(QuotaKind.USER, ADMIN.id)


@pytest.mark.parametrize("kind", ["bucket", "user"])
async def test_a_copy_fills_the_limit_and_no_more(
    jobs: Jobs, stores: Stores, source: JobPlace, target: JobPlace, kind: str
) -> None:
    await fill(stores, source, {f"{number}": b"1234" for number in range(5)})
    place, ledger = QuotaPlace(target.backend_id, target.bucket), stores.quotas.ledger
    subject = MINE if kind == "user" else place.subject
    ledger.limit(subject, Limits(0, 10))

    job = await jobs.do("copy", source, target)

    failed = [one.error.reason for one in await jobs.service.list_errors(ADMIN, job.id)]
    assert failed == [f"quota.{kind}"] * 3
    assert (await stores.quotas.scanner.count(place)).used_bytes == 8
    account = ledger.find(subject)
    assert account is not None
    assert (account.counter.used, account.counter.held) == (8, 0)

    await jobs.do("delete", target, keys=tuple(f"{number}" for number in range(5)))
    assert account.counter.used == 0
