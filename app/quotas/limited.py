"""
Who has a limit: the accounts that one server keeps, and which of them apply to a write.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator

from app.quotas.account import Account
from app.quotas.limits import Limits, QuotaKind, QuotaPlace, QuotaSubject
from app.quotas.write import NO_GROWTH

RECOUNT_SECONDS = 60.0
"""After a limit is set: what was under way then is counted once more."""


async def _recall_nothing(_: Account) -> None:
    """
    There are no workers.
    """


def _no_groups(_: str) -> Collection[str]:
    return ()


class LimitedSubjects:
    """
    The limits that are heeded here. All methods belong to one event loop.
    """

    def __init__(self) -> None:
        self._accounts: dict[QuotaSubject, Account] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.recall: Callable[[Account], Coroutine[object, object, None]] = _recall_nothing
        """Asks the workers to give back what they were lent and do not use."""
        self.groups_of: Callable[[str], Collection[str]] = _no_groups
        """Returns the ids of a user's groups."""
        self.limits_set = 0
        """Grows with every limit that is set or removed."""

    @property
    def accounts(self) -> Iterator[Account]:
        """
        Every limit.
        """
        return (account for account in list(self._accounts.values()) if account.is_limited)

    def find(self, subject: QuotaSubject) -> Account | None:
        """
        Return the account of what has a limit.
        """
        account = self._accounts.get(subject)
        return account if account is not None and account.is_limited else None

    def watch(self, subject: QuotaSubject) -> Account | None:
        """
        Return the account of what has or had a limit: writes may still end there.
        """
        return self._accounts.get(subject)

    def find_all(
        self, place: QuotaPlace, subjects: Iterable[QuotaSubject] = ()
    ) -> tuple[Account, ...]:
        """
        Return every limit that applies to a write there by these, the bucket's own last.

        In this order they are held: who has no room of their own never takes any of the others'.
        """
        found = (self.find(one) for one in (*subjects, place.subject))
        return tuple(account for account in found if account is not None)

    def subjects_of(self, user_id: str | None) -> tuple[QuotaSubject, ...]:
        """
        Return whom the writes of a user are charged to: the user and their groups.
        """
        if user_id is None:
            return ()
        groups = (QuotaSubject(QuotaKind.GROUP, one) for one in self.groups_of(user_id))
        return (QuotaSubject(QuotaKind.USER, user_id), *groups)

    def limit(
        self,
        subject: QuotaSubject,
        limits: Limits,
        *,
        keeps_versions: bool = False,
        is_new: bool = True,
    ) -> None:
        """
        Hold writes to a limit from now on.

        Args:
            subject: The bucket, or who writes.
            limits: Its limits.
            keeps_versions: What is replaced in the bucket stays.
            is_new: Writes may be under way that nobody holds to it yet.
        """
        self.limits_set += 1
        account = self._accounts.get(subject)
        is_unknown = account is None or not account.is_limited
        if account is None:
            account = self._accounts[subject] = Account(subject, limits, keeps_versions)
        elif account.limits != limits or not account.is_limited:
            # What it may grow by is found out anew with the next write; what was lent comes back.
            account.is_loaded = False
            self._start(self.recall(account))
        if is_unknown and not subject.is_bucket:
            account.pending = NO_GROWTH
        elif is_unknown and is_new:
            account.recount_at = time.monotonic() + RECOUNT_SECONDS
        account.limits, account.is_limited = limits, True
        account.keeps_versions = keeps_versions

    def free(self, subject: QuotaSubject) -> None:
        """
        Hold writes to this limit no more; what somebody used, not being a bucket, is forgotten.
        """
        self.limits_set += 1
        account = self._accounts.get(subject)
        if account is None:
            return
        account.is_limited = account.is_loaded = False
        if not subject.is_bucket:
            account.pending, account.allotted_bytes = NO_GROWTH, 0

    def _start(self, work: Coroutine[object, object, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
