"""
Everything that Stowage can do, built once and handed to both edges.

`open_services` is all a command needs. A server goes on to `run_services`, which keeps the snapshot
current, asks the backends how they are and cleans up.
"""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from app.audit.log import AuditLog, open_audit_log
from app.auth.limits import RateLimits
from app.auth.login import LoginService
from app.auth.passwords import PasswordHashes, is_bearable
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
from app.config.secrets import require_secret
from app.credentials.service import CredentialService
from app.crypto import KeyRing, parse_keys, read_key_file
from app.database.changes import CHANGES_KEPT, purge_changes
from app.database.engine import Database, Place, PostgresServer, SqliteFile, open_database
from app.database.migrate import is_current
from app.database.sealing import holds_sealed_secrets, verify_keys
from app.endpoint.aliases import AliasService
from app.endpoint.anonymous import AnonymousService
from app.errors.raised import StowageError
from app.errors.start import StartError
from app.grants.grants import GrantService
from app.grants.groups import GroupService
from app.grants.service import AccessService
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

SECRET_KEY_VARIABLE = "STOWAGE_SECRET_KEY"  # noqa: S105  the variable's name
HOUSEKEEPING_SECONDS = 5.0
PURGE_EVERY = 60
"""Rounds of housekeeping between two purges: five minutes."""

TOKENS_KEPT = timedelta(days=30)
"""How long an expired API token is still listed, so that its owner sees why a script fails."""

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
        return Presigner(
            self.feed, self.objects.gate, self.clock, base_url=client_url(self.config)
        )

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
    config: Config, *, clock: Clock | None = None, environ: Mapping[str, str] = os.environ
) -> AsyncIterator[Services]:
    """
    Open everything that the configuration describes, and close it at the end of the block.

    No backend is contacted and nothing runs in the background but the writer of the audit log.

    Raises:
        StartError: a database or the sealing key is not usable.
        ConfigError: a secret that the configuration names is not there.
    """
    metrics, time = Metrics(), clock or SystemClock()
    ring = _load_keys(config, environ)
    static = _load_static(config, environ)
    product_place, audit_place = _places(config, environ)
    async with AsyncExitStack() as stack:
        product = await stack.enter_async_context(open_database(product_place, "product"))
        audit_database = await stack.enter_async_context(open_database(audit_place, "audit"))
        await _verify_keys(config, product, ring, time)
        audit = await stack.enter_async_context(
            open_audit_log(audit_database, product, spool_path=_spool(config), metrics=metrics)
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
        asyncio.create_task(follow_limits(services.feed, services.quotas.ledger), name="limits"),
        asyncio.create_task(run_jobs(services.jobs.parts, lambda: services.config), name="jobs"),
    ]
    try:
        async with services.quotas.running(services.config.quotas.scan_interval):
            yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await _tidy(services.credentials.store_used)


async def keep_house(services: Services) -> None:
    """
    Write down what was only noted, and delete what is over, until cancelled.
    """
    for round_number in itertools.count():
        await _tidy(services.credentials.store_used)
        if round_number % PURGE_EVERY == 0:
            await _tidy(lambda: _purge(services))
        await asyncio.sleep(HOUSEKEEPING_SECONDS)


async def _purge(services: Services) -> None:
    now = services.clock.now()
    services.metrics.sessions_active.set(await services.sessions.purge())
    await services.limits.purge()
    await services.tokens.purge(now - TOKENS_KEPT)
    await purge_changes(services.database, now - CHANGES_KEPT)
    if days := services.config.jobs.keep_days:
        await services.jobs.purge(now - timedelta(days=days))
    if days := services.config.audit.retention:
        await services.audit.purge(now - timedelta(days=days))


async def _tidy(work: Callable[[], Awaitable[None]]) -> None:
    """
    Do a piece of work that will be tried again later, whatever happens to it now.
    """
    try:
        await work()
    except StowageError as error:
        _log.warning("housekeeping was put off", error=str(error))
    except Exception:  # noqa: BLE001  a background loop outlives every fault of one round
        _log.exception("housekeeping failed")


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
    objects = ObjectService(
        backends.registry,
        database=database,
        audit=audit,
        clock=clock,
        quotas=quotas,
        max_part_bytes=config.uploads.max_part_bytes,
    )
    owners = Owners(users, access, has_static=auth.has_static)
    around = ShareSurroundings(
        database,
        audit,
        clock,
        base.keys,
        hashes,
        limits,
        owners,
        backends.registry,
        objects,
        config.shares,
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
        login=LoginService(
            database,
            audit=audit,
            clock=clock,
            metrics=base.metrics,
            hashes=hashes,
            sessions=sessions,
            config=auth,
            static=static,
        ),
        limits=limits,
        pins=PinService(database, clock=clock),
        access=access,
        backends=backends,
        registry=backends.registry,
        quotas=quotas,
        objects=objects,
        jobs=JobService(
            JobParts(
                database, objects.gate, objects.copier, owners.find, audit, clock, base.metrics
            )
        ),
        shares=ShareService(around),
        credentials=CredentialService(database, audit=audit, clock=clock, ring=base.keys),
        anonymous=AnonymousService(database, audit=audit, clock=clock),
        aliases=AliasService(database, audit=audit, clock=clock),
        groups=GroupService(database, audit=audit, clock=clock),
        grants=GrantService(database, audit=audit, clock=clock),
        feed=SnapshotFeed(database, config=config, ring=base.keys, backends=backends),
        telemetry=Telemetry(database, base.metrics, backends.registry, clock),
    )


def _places(config: Config, environ: Mapping[str, str]) -> tuple[Place, Place]:
    if config.db.driver == "postgres":
        source = config.db.postgres.source
        server = PostgresServer(require_secret(source, environ, key="db.postgres.url"))
        return server, server
    sqlite = config.db.sqlite
    product, audit = Path(sqlite.path).absolute(), Path(sqlite.effective_audit_path).absolute()
    return SqliteFile(product), SqliteFile(audit)


def _spool(config: Config) -> Path:
    path = Path(config.db.sqlite.effective_audit_path).absolute()
    return path.with_name(path.name + ".spool")


def _load_keys(config: Config, environ: Mapping[str, str]) -> KeyRing | None:
    if text := environ.get(SECRET_KEY_VARIABLE):
        return parse_keys(text)
    if not config.server.secret_key_file:
        return None
    path = Path(config.server.secret_key_file)
    ring, is_new = read_key_file(path)
    if is_new:
        _log.warning(
            "a sealing key was made: back it up, without it no stored secret can be read",
            file=str(path),
        )
    return ring


async def _verify_keys(
    config: Config, database: Database, ring: KeyRing | None, clock: Clock
) -> None:
    if ring is not None:
        await verify_keys(database, ring, clock)
    elif config.s3_proxy.enabled:
        raise StartError(
            f"s3_proxy.enabled needs a sealing key: set {SECRET_KEY_VARIABLE} "
            "or server.secret_key_file"
        )
    elif await holds_sealed_secrets(database):
        _log.warning("the sealing key is missing: no stored secret can be read")


def _load_static(config: Config, environ: Mapping[str, str]) -> StaticAccount | None:
    static = config.auth.static
    if not config.auth.has_static:
        return None
    phc = require_secret(static.password_hash, environ, key="auth.static.password_hash")
    if not is_bearable(phc):
        raise StartError(
            "auth.static.password_hash is no Argon2id hash; make one with stowage hash-password"
        )
    return StaticAccount(static.username, phc)
