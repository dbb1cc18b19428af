"""
`QuotaService`: limits and sizes of buckets, as administrators set them and others may see them.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime

from app.audit.actions import AuditAction
from app.audit.event import SYSTEM, Actor, DetailValue
from app.audit.log import AuditLog
from app.backends.registry import BackendRegistry
from app.clock import Clock
from app.database.declared import DASHBOARD, Declaration, check_owner
from app.database.engine import Database
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.metrics import Metrics
from app.quotas import repository
from app.quotas import usage as rows
from app.quotas.account import Account
from app.quotas.backend import MeteredBackends
from app.quotas.charged import ChargedQuotas
from app.quotas.desk import Desk
from app.quotas.doubts import Doubts
from app.quotas.ledger import Ledger
from app.quotas.limits import Limits, QuotaPlace, QuotaSubject, check_limits, parse_row_id
from app.quotas.meter import Meter
from app.quotas.metrics import QuotaMetrics
from app.quotas.quota import Quota, columns_of, detail_of, quota_of
from app.quotas.scan import Scanner
from app.quotas.usage import Usage
from app.rbac.levels import Level, level_names
from app.rbac.policy import Action, Allowed, Resource, authorize

FIRST_COUNT_SECONDS = 2.0
"""How long setting a limit waits for the first count; a larger bucket is counted afterwards."""
DEFAULT_SCAN_SECONDS = 1800.0
_READ = Action("GetBucketQuota", Level.LIST, whole_bucket=True)
_SEE = Action("GetBucketSizeTracking", Level.NONE, any_level=True)


@dataclass(frozen=True, slots=True)
class Tracking:
    """
    Whether a bucket's size is counted, and who said so.
    """

    is_enabled: bool = True
    updated_at: datetime | None = None
    updated_by: str = ""


class QuotaService:
    """
    The limits as they are stored. The parts that hold writes to them are public beside it.
    """

    def __init__(
        self,
        database: Database,
        *,
        audit: AuditLog,
        clock: Clock,
        backends: BackendRegistry,
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._backends = backends
        self.ledger = Ledger(database, clock=clock)
        self.desk = Desk(self.ledger)
        self.metered = MeteredBackends(Meter(self.ledger))
        self.doubts = Doubts(self.ledger, backends)
        self.scanner = Scanner(self.ledger, database, backends, clock=clock)
        self.charged = ChargedQuotas(
            database, self.ledger, audit=audit, clock=clock, present=self._present
        )
        """The limits of users, groups and credentials."""
        self._metrics = QuotaMetrics(metrics.registry, lambda: self.ledger.accounts)
        self.ledger.on_soft = self._note_soft
        self.ledger.on_refused = self._metrics.count_refusal

    # --- limits -------------------------------------------------------------------------------

    async def get(self, actor: Actor, place: QuotaPlace) -> Quota:
        """
        Return limit and usage of a bucket.

        Raises:
            StowageError: `not_found` for the backend; `forbidden` without level `list` there.
        """
        self._backends.describe(place.backend_id)
        _require(actor, place, _READ)
        return await self._read(place)

    async def list(self, actor: Actor) -> Sequence[Quota]:
        """
        Return every limit, by kind, then by backend and bucket, or by id.

        Raises:
            StowageError: `forbidden`.
        """
        actor.require_admin()
        async with self._database.read() as connection:
            limited = await repository.list_rows(connection)
            used = await rows.list_used(connection)
            held = await rows.list_usage(connection)
        known = {**used, **{place.subject: usage for place, usage in held.items()}}
        found = []
        for row in limited:
            subject = repository.subject_of(row)
            usage = known.get(subject, None if subject.is_bucket else Usage())
            found.append(quota_of(subject, row, self._present(subject, usage)))
        return found

    async def put(
        self, actor: Actor, place: QuotaPlace, limits: Limits, *, by: Declaration = DASHBOARD
    ) -> Quota:
        """
        Set the limit of a bucket. The dashboard heeds it at once, every worker within a second.

        Raises:
            StowageError: in this order: `forbidden`; `not_found` for the backend;
                `invalid_quota`; `yaml_managed`.
        """
        actor.require_admin()
        self._backends.describe(place.backend_id)
        check_limits(limits)
        async with self._database.write() as connection:
            old = await repository.find_row(connection, place.subject)
            check_owner("quota", place.row_id, old, source=by.source)
            values = columns_of(actor, limits, self._clock.now(), by)
            await repository.store_limits(connection, place.subject, values)
            usage = await rows.find_usage(connection, place.subject)
        keeps_versions = usage is not None and usage.keeps_versions
        self.ledger.limit(place.subject, limits, keeps_versions=keeps_versions)
        self._record(actor, AuditAction.QUOTA_SET, place, detail_of(limits))
        if usage is None or usage.computed_at is None:
            await self._count_first(place)
        return await self._read(place)

    async def delete(self, actor: Actor, place: QuotaPlace, *, by: Declaration = DASHBOARD) -> None:
        """
        Hold a bucket to no limit any more; one that has none is a success.

        Raises:
            StowageError: in this order: `forbidden`; `yaml_managed`.
        """
        actor.require_admin()
        async with self._database.write() as connection:
            old = await repository.find_row(connection, place.subject)
            check_owner("quota", place.row_id, old, source=by.source)
            was_there = await repository.delete_limits(connection, place.subject)
        self.ledger.free(place.subject)
        if was_there:
            self._record(actor, AuditAction.QUOTA_DELETE, place, {})

    async def note_recompute(self, actor: Actor, place: QuotaPlace) -> Quota:
        """
        Write down that somebody had a bucket counted, and return what is known of it now.

        Raises:
            StowageError: `forbidden`.
        """
        actor.require_admin()
        found = await self._read(place)
        usage = found.usage or Usage()
        detail: dict[str, DetailValue] = {
            "bytes": usage.used_bytes,
            "objects": usage.object_count,
        }
        self._record(actor, AuditAction.QUOTA_RECOMPUTE, place, detail)
        return found

    # --- size tracking --------------------------------------------------------------------------

    async def get_tracking(self, actor: Actor, place: QuotaPlace) -> Tracking:
        """
        Tell whether a bucket's size is counted.

        Raises:
            StowageError: `not_found` for the backend; `forbidden` without any level there.
        """
        self._backends.describe(place.backend_id)
        _require(actor, place, _SEE)
        async with self._database.read() as connection:
            row = await repository.find_tracking(connection, place)
        if row is None:
            return Tracking()
        return Tracking(row["is_enabled"], row["updated_at"], row["updated_by"])

    async def set_tracking(
        self,
        actor: Actor,
        place: QuotaPlace,
        *,
        is_enabled: bool,
        by: Declaration = DASHBOARD,
    ) -> Tracking:
        """
        Count a bucket's size from now on, or no more; then what was counted is forgotten.

        Raises:
            StowageError: `forbidden`; `not_found` for the backend; `yaml_managed`.
        """
        actor.require_admin()
        self._backends.describe(place.backend_id)
        now = self._clock.now()
        values = {"is_enabled": is_enabled, "updated_at": now, "updated_by": actor.id}
        async with self._database.write() as connection:
            await repository.check_tracking(connection, place, source=by.source)
            await repository.store_tracking(connection, place, values)
            if not is_enabled and await repository.find_row(connection, place.subject) is None:
                await rows.delete_usage(connection, place.subject)
        detail: dict[str, DetailValue] = {"enabled": is_enabled}
        self._record(actor, AuditAction.BUCKET_SIZE_TRACKING_SET, place, detail)
        return Tracking(is_enabled, now, actor.id)

    async def require_tracking(self, place: QuotaPlace) -> None:
        """
        Refuse to count what is not to be counted.

        Raises:
            StowageError: `size_tracking_disabled`.
        """
        async with self._database.read() as connection:
            row = await repository.find_tracking(connection, place)
        if row is not None and not row["is_enabled"]:
            raise errors.SIZE_TRACKING_DISABLED()

    # --- running ----------------------------------------------------------------------------------

    @asynccontextmanager
    async def running(self, scan_seconds: float) -> AsyncIterator[None]:
        """
        Keep the counters written down and counted anew until the end of the block.

        Args:
            scan_seconds: Between two counts of every bucket; 0 for the default. Negative for
                never: only those are counted whose limit is new, or whose server died.
        """
        works = (self.ledger.follow(), self.scanner.follow(scan_seconds or DEFAULT_SCAN_SECONDS))
        tasks = [asyncio.create_task(work) for work in works]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.scanner.close()
            await self.doubts.close()
            await self.ledger.sync_all(is_last=True)

    # --- parts ----------------------------------------------------------------------------------

    async def _read(self, place: QuotaPlace) -> Quota:
        async with self._database.read() as connection:
            row = await repository.find_row(connection, place.subject)
            usage = await rows.find_usage(connection, place.subject)
        return quota_of(place.subject, row, self._present(place.subject, usage))

    def _present(self, subject: QuotaSubject, usage: Usage | None) -> Usage | None:
        """
        Put what happened here in place of what the database was told up to a second ago.
        """
        account = self.ledger.watch(subject)
        if usage is None or account is None or not account.is_loaded:
            return usage
        return replace(usage, used_bytes=account.counter.used, object_count=account.objects)

    async def _count_first(self, place: QuotaPlace) -> None:
        counting = self.scanner.begin(place)
        with suppress(TimeoutError, StowageError):
            async with asyncio.timeout(FIRST_COUNT_SECONDS):
                await asyncio.shield(counting)

    def _note_soft(self, account: Account) -> None:
        self.desk.notify(account)
        if not account.is_soft_passed:
            return
        self._metrics.count_soft(account)
        subject, action = account.subject, AuditAction.QUOTA_SOFT_LIMIT
        detail: dict[str, DetailValue] = {
            "soft_bytes": account.limits.soft_bytes,
            "used_bytes": account.counter.used,
        }
        if subject.is_bucket:
            self._record(SYSTEM, action, parse_row_id(subject.id), detail)
            return
        detail |= {"kind": subject.kind.value, "id": subject.id}
        self._audit.record(SYSTEM.event(self._clock.now(), action, detail=detail))

    def _record(
        self,
        actor: Actor,
        action: AuditAction,
        place: QuotaPlace,
        detail: dict[str, DetailValue],
    ) -> None:
        event = actor.event(
            self._clock.now(),
            action,
            backend_id=place.backend_id,
            bucket=place.bucket,
            detail=detail,
        )
        self._audit.record(event)


def _require(actor: Actor, place: QuotaPlace, action: Action) -> None:
    decision = authorize(actor.principal, action, Resource(place.backend_id, place.bucket))
    if not isinstance(decision, Allowed):
        levels = ", ".join(level_names(decision.missing or action.levels))
        params = {"action": action.name, "levels": levels}
        raise errors.FORBIDDEN(reason=decision.reason, params=params)
