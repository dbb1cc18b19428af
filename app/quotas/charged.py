"""
`ChargedQuotas`: limits of those who write: users, groups and credentials.

What is used of such a limit is what writes charged to it added since it was set, less what they
replaced or deleted. Nobody can count that again, so it is written down and never guessed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import RowMapping

from app.audit.actions import AuditAction
from app.audit.event import Actor, DetailValue
from app.audit.log import AuditLog
from app.clock import Clock
from app.database.declared import DASHBOARD, Declaration, check_owner
from app.database.endings import end_quota
from app.database.engine import Database
from app.errors import registry as errors
from app.quotas import repository, usage
from app.quotas.ledger import Ledger
from app.quotas.limits import Limits, QuotaKind, QuotaSubject, check_limits
from app.quotas.quota import Present, Quota, columns_of, detail_of, quota_of
from app.quotas.usage import Usage


class ChargedQuotas:
    """
    The limits as they are stored.
    """

    def __init__(
        self, database: Database, ledger: Ledger, *, audit: AuditLog, clock: Clock, present: Present
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._audit = audit
        self._clock = clock
        self._present = present

    async def get(self, actor: Actor, subject: QuotaSubject) -> Quota:
        """
        Return the limit of a user, group or credential, and what is used of it.

        Raises:
            StowageError: `forbidden`; `not_found` for the user, group or credential.
        """
        actor.require_admin()
        async with self._database.read() as connection:
            row = await repository.find_row(connection, subject)
            if row is None and not await repository.is_there(connection, subject):
                raise errors.NOT_FOUND(reason=f"{subject.kind}.not_found")
            used = await usage.find_usage(connection, subject)
        return self._quota(subject, row, used)

    async def list(self, actor: Actor, kind: QuotaKind) -> Mapping[str, Quota]:
        """
        Return every limit of a kind by the id of whom it is about, without what is used.

        Raises:
            StowageError: `forbidden`.
        """
        actor.require_admin()
        async with self._database.read() as connection:
            rows = await repository.list_rows(connection, kind)
        return {row["subject_id"]: quota_of(repository.subject_of(row), row, None) for row in rows}

    async def list_own(self, actor: Actor) -> Sequence[tuple[str, Quota]]:
        """
        Return the limits that the caller's writes are charged to, each after its name.

        Those of the user first, then of groups and credentials; none where nobody set one.
        """
        async with self._database.read() as connection:
            rows = await repository.list_rows_about(connection, actor.principal.user_id or "")
            used = await usage.list_used(connection)
        subjects = [(row, repository.subject_of(row)) for row in rows]
        return [(row["name"], self._quota(one, row, used.get(one))) for row, one in subjects]

    async def put(
        self, actor: Actor, subject: QuotaSubject, limits: Limits, *, by: Declaration = DASHBOARD
    ) -> Quota:
        """
        Set a limit. The dashboard heeds it at once, every worker within a second.

        What was written before a first limit does not count; changing one keeps what is used.

        Raises:
            StowageError: in this order: `forbidden`; `invalid_quota`; `not_found` for the user,
                group or credential; `yaml_managed`.
        """
        actor.require_admin()
        check_limits(limits)
        now = self._clock.now()
        async with self._database.write() as connection:
            if not await repository.is_there(connection, subject):
                raise errors.NOT_FOUND(reason=f"{subject.kind}.not_found")
            old = await repository.find_row(connection, subject)
            _check_owner(subject, old, source=by.source)
            if old is None:
                # What was left of an earlier limit by a server that died is not this one's.
                await end_quota(connection, subject.kind.value, subject.id)
            await repository.store_limits(connection, subject, columns_of(actor, limits, now, by))
        if not by.is_yaml:
            # What a file sets may still be taken back; the ledger hears of it when it is there.
            self._ledger.limit(subject, limits)
        self._record(actor, AuditAction.QUOTA_SET, subject, now, detail_of(limits))
        return await self.get(actor, subject)

    async def delete(self, actor: Actor, subject: QuotaSubject) -> None:
        """
        Hold nobody to this limit any more, and forget what was used; none there is a success.

        Raises:
            StowageError: `forbidden`; `yaml_managed`.
        """
        actor.require_admin()
        async with self._database.write() as connection:
            old = await repository.find_row(connection, subject)
            _check_owner(subject, old, source=DASHBOARD.source)
            await end_quota(connection, subject.kind.value, subject.id)
        self._ledger.free(subject)
        if old is not None:
            self._record(actor, AuditAction.QUOTA_DELETE, subject, self._clock.now(), {})

    def _quota(self, subject: QuotaSubject, row: RowMapping | None, used: Usage | None) -> Quota:
        if row is None:
            return Quota(subject)
        return quota_of(subject, row, self._present(subject, used or Usage()))

    def _record(
        self,
        actor: Actor,
        action: AuditAction,
        subject: QuotaSubject,
        now: datetime,
        detail: Mapping[str, DetailValue],
    ) -> None:
        facts = {"kind": subject.kind.value, "id": subject.id, **detail}
        self._audit.record(actor.event(now, action, detail=facts))


def _check_owner(subject: QuotaSubject, row: RowMapping | None, *, source: str) -> None:
    """
    Refuse to change what a file declares, by the name that the file has for whom it is about.
    """
    named = None if row is None else row["declared_id"]
    check_owner("quota", named or subject.name, row, source=source)
