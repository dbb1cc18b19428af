"""
Everything that Stowage can do, built once and handed to both edges.

`open_services` is all a command needs. A server goes on to `run_services`, which keeps the snapshot
current, asks the backends how they are and cleans up.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from app.audit.log import AuditLog, open_audit_log
from app.auth.imports import UserImports
from app.auth.limits import RateLimits
from app.auth.login import LoginService
from app.auth.passwords import PasswordHashes
from app.auth.pins import PinService
from app.auth.sessions import SessionService
from app.auth.single_sign_on import open_single_sign_on
from app.auth.static import StaticAccount
from app.auth.tokens import TokenService
from app.auth.users import UserService
from app.backends.registry import BackendRegistry
from app.backends.service import BackendService
from app.backends.watch import open_backends, watch_backends
from app.clock import Clock, SystemClock
from app.config.live import LiveConfig
from app.config.load import LoadedConfig
from app.config.models import Config
from app.credentials.service import CredentialService
from app.crypto import KeyRing
from app.cursors import Cursors
from app.database.engine import Database, SqliteFile, open_database
from app.database.migrate import Prepare, is_current, migrate
from app.database.sealing import holds_sealed_secrets
from app.endpoint.aliases import AliasService
from app.endpoint.anonymous import AnonymousService
from app.errors.raised import StowageError
from app.foundation import check_keys, find_databases, find_spool, load_keys, load_static
from app.grants.grants import GrantService
from app.grants.groups import GroupService
from app.grants.service import AccessService
from app.housekeeping import keep_house, tidy
from app.jobs.background import run_jobs
from app.jobs.parts import JobParts
from app.jobs.service import JobService
from app.metrics import Metrics
from app.objects.service import ObjectService
from app.plan.configuration import ConfigurationService
from app.plan.kinds import open_planner
from app.quotas.service import QuotaService
from app.shares.owners import Owners
from app.shares.service import ShareService
from app.shares.surroundings import ShareSurroundings
from app.snapshot.explainer import Explainer
from app.snapshot.feed import SnapshotFeed
from app.snapshot.key_check import KeyCheck
from app.snapshot.limits import follow_limits
from app.snapshot.past_requests import PastRequests
from app.snapshot.presigner import Presigner
from app.snapshot.settings import client_url
from app.telemetry.activity import KeyActivity
from app.telemetry.service import Telemetry
from app.telemetry.summary import Summaries

if TYPE_CHECKING:
    from app.auth.oidc.service import OidcService

Probe = Callable[[], Awaitable[str]]
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Services:
    """
    The parts, each with its own promise.
    """

    live: LiveConfig
    configuration: ConfigurationService
    clock: Clock
    metrics: Metrics
    keys: KeyRing | None
    database: Database
    audit: AuditLog
    users: UserService
    sessions: SessionService
    tokens: TokenService
    login: LoginService
    limits: RateLimits
    pins: PinService
    access: AccessService
    backends: BackendService
    registry: BackendRegistry
    quotas: QuotaService
    objects: ObjectService
    jobs: JobService
    credentials: CredentialService
    shares: ShareService
    anonymous: AnonymousService
    aliases: AliasService
    groups: GroupService
    grants: GrantService
    feed: SnapshotFeed
    telemetry: Telemetry
    cursors: Cursors
    oidc: "OidcService | None" = None
    """`None`: no provider is configured."""

    @property
    def config(self) -> Config:
        """
        The configuration in force; ask anew at each use.
        """
        return self.live.current

    @property
    def explainer(self) -> Explainer:
        """
        What answers whether somebody may do something, and why.
        """
        return Explainer(
            self.users,
            self.access,
            self.credentials,
            self.feed,
            clock=self.clock,
            has_static=self.config.auth.has_static,
        )

    @property
    def user_imports(self) -> UserImports:
        """
        What takes files of users over.
        """
        return UserImports(self.database, self.users, self.clock)

    @property
    def past_requests(self) -> PastRequests:
        """
        Why S3 requests ended as they did.
        """
        return PastRequests(self.audit, self.explainer)

    @property
    def summaries(self) -> Summaries:
        """
        What adds up the last 24 hours.
        """
        return Summaries(self.telemetry, self.database, self.metrics, self.clock)

    @property
    def key_activity(self) -> KeyActivity:
        """
        What tells how credentials are used.
        """
        return KeyActivity(self.credentials, self.telemetry, self.audit, self.clock)

    @property
    def key_check(self) -> KeyCheck:
        """
        What tries credentials on the S3 endpoint.
        """
        return KeyCheck(self.feed, self.credentials, self.config)

    @property
    def presigner(self) -> Presigner:
        """
        What signs URLs of the S3 endpoint.
        """
        return Presigner(self.feed, self.objects.gate, self.clock, base_url=client_url(self.config))

    def probes(self) -> Mapping[str, Probe]:
        """
        Return the checks of readiness: what is wrong in a few public words, or nothing.
        """
        return {
            "database": self._check_database,
            "migrations": self._check_migrations,
            "sealing_key": self._check_key,
        }

    async def _check_database(self) -> str:
        try:
            async with self.database.write():
                return ""
        except StowageError as error:
            return error.entry.title.lower()

    async def _check_migrations(self) -> str:
        async with self.database.read() as connection:
            is_ours = await is_current(connection, "product")
        return "" if is_ours else "another release migrated the database"

    async def _check_key(self) -> str:
        if self.keys is not None or not await holds_sealed_secrets(self.database):
            return ""
        return "the sealing key is missing"


@asynccontextmanager
async def open_services(
    config: Config,
    *,
    clock: Clock | None = None,
    environ: Mapping[str, str] = os.environ,
    prepare: Prepare = migrate,
) -> AsyncIterator[Services]:
    """
    Open everything that the configuration describes, and close it at the end of the block.

    No backend is contacted and nothing runs in the background but the writer of the audit log.
    Before anything else, `prepare` is done to each database.

    Raises:
        StartError: a database or the sealing key is not usable.
        ConfigError: a secret that the configuration names is not there.
    """
    metrics, time = Metrics(), clock or SystemClock()
    ring, static = load_keys(config, environ), load_static(config, environ)
    product_place, audit_place = find_databases(config, environ)
    async with AsyncExitStack() as stack:
        product = await stack.enter_async_context(open_database(product_place, "product", prepare))
        audited = await stack.enter_async_context(open_database(audit_place, "audit", prepare))
        await check_keys(config, product, ring, time)
        audit = await stack.enter_async_context(
            open_audit_log(audited, product, spool_path=find_spool(config), metrics=metrics)
        )
        backends = await stack.enter_async_context(
            open_backends(product, audit=audit, clock=time, ring=ring, metrics=metrics)
        )
        hashes = PasswordHashes()
        stack.callback(hashes.close)
        if isinstance(product_place, SqliteFile):
            metrics.watch_database(product_place.path)
        base = _Base(config, time, metrics, ring, product, audit)
        services = _assemble(base, backends, hashes, static)
        services.configuration.attach(
            open_planner(services, environ), LoadedConfig(config, origins={})
        )
        oidc = await stack.enter_async_context(
            open_single_sign_on(
                config.auth,
                environ,
                database=product,
                audit=audit,
                clock=time,
                metrics=metrics,
                sessions=services.sessions,
            )
        )
        yield replace(services, oidc=oidc)


@asynccontextmanager
async def run_services(services: Services) -> AsyncIterator[None]:
    """
    Do until the end of the block what only a server does.

    The snapshot is loaded when the block begins and follows every change from then on; backends
    are asked how they are; what nobody needs any more is deleted.

    Raises:
        StowageError: the database does not answer.
    """
    await services.feed.refresh()
    tasks = [
        asyncio.create_task(services.feed.follow(), name="snapshot feed"),
        asyncio.create_task(watch_backends(services.backends), name="backend watch"),
        asyncio.create_task(keep_house(services), name="housekeeping"),
        asyncio.create_task(services.telemetry.follow(), name="telemetry"),
        asyncio.create_task(
            follow_limits(services.feed, services.quotas.ledger, services.database), name="limits"
        ),
        asyncio.create_task(run_jobs(services.jobs.parts, lambda: services.config), name="jobs"),
    ]
    try:
        async with services.quotas.running(services.config.quotas.scan_interval):
            yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await tidy(services.credentials.store_used)


@dataclass(frozen=True, slots=True)
class _Base:
    """
    What nearly every part stands on.
    """

    config: Config
    clock: Clock
    metrics: Metrics
    keys: KeyRing | None
    database: Database
    audit: AuditLog


def _assemble(
    base: _Base, backends: BackendService, hashes: PasswordHashes, static: StaticAccount | None
) -> Services:
    config, clock, database, audit = base.config, base.clock, base.database, base.audit
    auth = config.auth
    sessions = SessionService(
        database, audit=audit, clock=clock, config=auth.session, static=static, ring=base.keys
    )
    users = UserService(
        database, audit=audit, clock=clock, hashes=hashes, policy=auth.local.password
    )
    limits = RateLimits(database, clock=clock, config=config.ratelimit)
    access = AccessService(database, auth)
    quotas = QuotaService(
        database, audit=audit, clock=clock, backends=backends.registry, metrics=base.metrics
    )
    objects = _assemble_objects(base, backends, quotas)
    owners = Owners(users, access, has_static=auth.has_static)
    around = ShareSurroundings(
        database, audit, clock, base.keys, hashes, limits, owners, objects, config.shares
    )
    live = LiveConfig(config)
    return Services(
        live=live,
        configuration=ConfigurationService(live, audit=audit, clock=clock, metrics=base.metrics),
        clock=clock,
        metrics=base.metrics,
        keys=base.keys,
        database=database,
        audit=audit,
        users=users,
        sessions=sessions,
        tokens=TokenService(database, audit=audit, clock=clock, config=auth.tokens),
        login=_assemble_login(base, hashes, sessions, static),
        limits=limits,
        pins=PinService(database, clock=clock),
        access=access,
        backends=backends,
        registry=backends.registry,
        quotas=quotas,
        objects=objects,
        jobs=_assemble_jobs(base, objects, quotas, owners),
        shares=ShareService(around),
        credentials=CredentialService(database, audit=audit, clock=clock, ring=base.keys),
        anonymous=AnonymousService(database, audit=audit, clock=clock),
        aliases=AliasService(database, audit=audit, clock=clock),
        groups=GroupService(database, audit=audit, clock=clock),
        grants=GrantService(database, audit=audit, clock=clock),
        feed=SnapshotFeed(database, config=config, ring=base.keys, backends=backends),
        telemetry=Telemetry(database, base.metrics, backends.registry, clock),
        cursors=Cursors(base.keys),
    )


def _assemble_jobs(
    base: _Base, objects: ObjectService, quotas: QuotaService, owners: Owners
) -> JobService:
    return JobService(
        JobParts(
            base.database,
            objects.gate,
            objects.copier,
            owners.find,
            base.audit,
            base.clock,
            base.metrics,
            quotas.scanner,
        )
    )


def _assemble_objects(base: _Base, backends: BackendService, quotas: QuotaService) -> ObjectService:
    return ObjectService(
        backends.registry,
        database=base.database,
        audit=base.audit,
        clock=base.clock,
        quotas=quotas,
        max_part_bytes=base.config.uploads.max_part_bytes,
    )


def _assemble_login(
    base: _Base, hashes: PasswordHashes, sessions: SessionService, static: StaticAccount | None
) -> LoginService:
    return LoginService(
        base.database,
        audit=base.audit,
        clock=base.clock,
        metrics=base.metrics,
        hashes=hashes,
        sessions=sessions,
        config=base.config.auth,
        static=static,
    )
