"""
The services as a command and a server open them, from a configuration alone.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text

from app import housekeeping
from app.audit.event import SYSTEM, AuditEvent
from app.audit.query import AuditQuery
from app.auth.argon import hash_password
from app.auth.journal import Caller
from app.auth.user import UserChange
from app.backends.rows import NewBackend
from app.clock import ManualClock
from app.config.models import Config
from app.config.problems import ConfigError
from app.credentials.credential import CredentialChange, MadeCredential, NewCredential
from app.database.engine import PostgresServer
from app.database.tables import changes, rate_events, sessions
from app.errors.start import StartError
from app.quotas.limits import Limits, QuotaKind, QuotaSubject
from app.services import Services, open_services, run_services
from app.snapshot.feed import SnapshotFeed
from app.snapshot.wire import DeltaMessage
from support.polling import wait_until_async
from support.state import CHEAP_HASHES, NOON, PASSWORD, Places, make_user

ENVIRON = {"STOWAGE_SECRET_KEY": "0f" * 32}
PATIENCE_SECONDS = 30.0
"""That a change is everywhere within one second, `bench.dashboard` measures."""


@pytest.fixture
def config(places: Places, tmp_path: Path) -> Config:
    db: dict[str, object] = {"sqlite": {"path": str(tmp_path / "state.db")}}
    if isinstance(places.product, PostgresServer):
        db = {**db, "driver": "postgres", "postgres": {"url_env": "DATABASE_URL"}}
    return Config.model_validate({"db": db})


@pytest.fixture
def environ(places: Places) -> Mapping[str, str]:
    if isinstance(places.product, PostgresServer):
        return {**ENVIRON, "DATABASE_URL": places.product.url}
    return ENVIRON


@pytest.fixture
async def services(config: Config, environ: Mapping[str, str]) -> AsyncIterator[Services]:
    async with open_services(config, environ=environ) as opened, run_services(opened):
        yield opened


@asynccontextmanager
async def another_process(config: Config, environ: Mapping[str, str]) -> AsyncIterator[Services]:
    """
    Open the same databases as a command or another replica would.
    """
    async with open_services(config, environ=environ) as opened:
        yield opened


async def _make_credential(services: Services, user_id: str = "") -> MadeCredential:
    new = NewBackend("main", "http://127.0.0.1:1", access_key="a", secret_key="upstream-hush")
    await services.backends.create(SYSTEM, new)
    return await services.credentials.create(
        SYSTEM, NewCredential("main", ["photos"], user_id=user_id)
    )


async def _next_about(deltas: asyncio.Queue[DeltaMessage], access_key: str) -> DeltaMessage:
    """
    Return the next delta that names a credential; others may be under way before it.
    """
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            delta = await deltas.get()
            if access_key in (*delta.removed_credentials, *delta.credentials):
                return delta


async def _wait_for_key(services: Services, access_key: str) -> None:
    async def is_there() -> bool:
        return access_key in services.feed.current.credentials

    await wait_until_async(is_there, what="the credential is in the snapshot")


async def test_a_revoked_credential_leaves_every_snapshot(
    services: Services, config: Config, environ: Mapping[str, str]
) -> None:
    key = (await _make_credential(services)).credential.access_key
    await _wait_for_key(services, key)

    async with (
        services.feed.subscribe() as (snapshot, deltas),
        another_process(config, environ) as other,
    ):
        assert key in snapshot.credentials
        await other.credentials.update(SYSTEM, key, CredentialChange(is_enabled=False))
        delta = await _next_about(deltas, key)

    assert delta.removed_credentials == (key,)
    assert key not in services.feed.current.credentials


async def test_a_limit_that_is_set_anew_is_not_lifted_by_late_news_of_the_one_before(
    services: Services,
) -> None:
    charged, ledger, feed = services.quotas.charged, services.quotas.ledger, services.feed
    ann, ben = [await make_user(services.users, name) for name in ("ann", "ben")]
    subject, marker = QuotaSubject(QuotaKind.USER, ann.id), QuotaSubject(QuotaKind.USER, ben.id)
    for hard_bytes in range(100, 140):
        await charged.delete(SYSTEM, subject)
        await charged.put(SYSTEM, subject, Limits(0, hard_bytes))
        for _ in range(3):
            await charged.get(SYSTEM, subject)
            assert ledger.find(subject) is not None
    await charged.put(SYSTEM, marker, Limits(0, 1))

    async def is_all_told() -> bool:
        account = ledger.find(subject)
        assert account is not None
        assert account.limits == Limits(0, 139)
        return await _is_charged(feed, marker)

    await wait_until_async(is_all_told)


async def _is_charged(feed: SnapshotFeed, subject: QuotaSubject) -> bool:
    return subject in feed.current.charged


async def test_a_disabled_owner_takes_the_credentials_along(
    services: Services, config: Config, environ: Mapping[str, str]
) -> None:
    ann = await make_user(services.users, "ann")
    key = (await _make_credential(services, ann.id)).credential.access_key
    await _wait_for_key(services, key)

    async with (
        services.feed.subscribe() as (_, deltas),
        another_process(config, environ) as other,
    ):
        await other.users.update(SYSTEM, ann.id, UserChange(is_enabled=False))
        away = await _next_about(deltas, key)
        await other.users.update(SYSTEM, ann.id, UserChange(is_enabled=True))
        back = await _next_about(deltas, key)

    assert away.removed_credentials == (key,)
    assert set(back.credentials) == {key}


async def test_a_change_made_just_before_the_start_is_in_the_first_snapshot(
    config: Config, environ: Mapping[str, str]
) -> None:
    async with another_process(config, environ) as command:
        made = await _make_credential(command)

    async with (
        open_services(config, environ=environ) as server,
        run_services(server),
        server.feed.subscribe() as (snapshot, _),
    ):
        entry = snapshot.credentials[made.credential.access_key]
        assert entry.secret_key == made.secret_key
        assert snapshot.backends["main"].secret_key == "upstream-hush"
        assert "upstream-hush" not in repr(snapshot)
        assert made.secret_key not in repr(snapshot)


async def test_a_sign_in_works_from_the_configuration_alone(services: Services) -> None:
    ann = await make_user(services.users, "ann")

    done = await services.login.sign_in("ann", PASSWORD, Caller(ip="10.0.0.1"))

    assert (await services.sessions.resolve(done.opened.token)).user.id == ann.id


async def test_everything_recorded_is_stored_when_the_services_close(
    config: Config, environ: Mapping[str, str]
) -> None:
    async with open_services(config, environ=environ) as services:
        for _ in range(1000):
            services.audit.record(AuditEvent(NOON, "object.upload"))

    async with open_services(config, environ=environ) as services:
        assert (await services.audit.search(AuditQuery())).total == 1000


async def test_last_use_is_stored_when_the_server_stops(
    config: Config, environ: Mapping[str, str]
) -> None:
    async with open_services(config, environ=environ) as services:
        async with run_services(services):
            key = (await _make_credential(services)).credential.access_key
            services.credentials.note_used({key: NOON.timestamp()})

        assert (await services.credentials.get(SYSTEM, key)).last_used_at == NOON


async def test_all_checks_of_readiness_pass(services: Services) -> None:
    words = {name: await probe() for name, probe in services.probes().items()}

    assert words == {"database": "", "migrations": "", "sealing_key": ""}


async def test_a_database_that_another_release_migrated_is_noticed(services: Services) -> None:
    async with services.database.write() as connection:
        await connection.execute(text("UPDATE schema_version SET version_num = 'product_9999'"))

    assert await services.probes()["migrations"]() == "another release migrated the database"

    async with services.database.write() as connection:
        await connection.execute(text("UPDATE schema_version SET version_num = 'product_0001'"))


async def test_a_missing_sealing_key_is_noticed_once_it_was_used(
    config: Config, environ: Mapping[str, str]
) -> None:
    keyless = {name: value for name, value in environ.items() if name != "STOWAGE_SECRET_KEY"}
    async with open_services(config, environ=keyless) as services:
        assert await services.probes()["sealing_key"]() == ""
    async with open_services(config, environ=environ):
        pass

    async with open_services(config, environ=keyless) as services:
        assert await services.probes()["sealing_key"]() == "the sealing key is missing"


async def test_another_sealing_key_stops_the_start(
    config: Config, environ: Mapping[str, str]
) -> None:
    async with open_services(config, environ=environ):
        pass

    with pytest.raises(StartError, match="not the one that the database was sealed with") as caught:
        async with open_services(config, environ={**environ, "STOWAGE_SECRET_KEY": "aa" * 32}):
            pass

    assert "aaaa" not in str(caught.value)


@pytest.mark.parametrize(("audit_purge", "left"), [(86400.0, 0), (0.0, 1)], ids=["daily", "never"])
async def test_housekeeping_deletes_what_is_over(
    config: Config,
    environ: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
    audit_purge: float,
    left: int,
) -> None:
    clock = ManualClock(NOON)
    monkeypatch.setattr(housekeeping, "HOUSEKEEPING_SECONDS", 0.01)
    monkeypatch.setattr(housekeeping, "PURGE_EVERY", 1)
    schedule = config.jobs.schedule.model_copy(update={"audit_purge": audit_purge})
    retained = config.model_copy(
        update={
            "audit": config.audit.model_copy(update={"retention": 30}),
            "jobs": config.jobs.model_copy(update={"schedule": schedule}),
        }
    )
    async with open_services(retained, clock=clock, environ=environ) as services:
        ann = await make_user(services.users, "ann")
        await services.sessions.open(ann)
        await services.limits.take_login("10.0.0.1")
        await services.audit.flush()
        async with services.database.write() as connection:
            old = NOON - timedelta(days=400)
            await connection.execute(insert(changes).values(kind="user", row_id="x", at=old))
        clock.advance(timedelta(days=31))

        async def rows() -> tuple[int, ...]:
            async with services.database.read() as connection:
                counts = [
                    await connection.scalar(select(func.count()).select_from(table)) or 0
                    for table in (sessions, rate_events)
                ]
            return (*counts, (await services.audit.search(AuditQuery())).total)

        async def is_clean() -> bool:
            return await rows() == (0, 0, left)

        assert await rows() == (1, 1, 1)
        async with run_services(services):
            await wait_until_async(is_clean, what="what is over is purged, and nothing else")


def _sqlite(tmp_path: Path, **more: object) -> Config:
    return Config.model_validate({"db": {"sqlite": {"path": str(tmp_path / "own.db")}}, **more})


async def test_both_files_and_the_key_are_only_for_their_owner(tmp_path: Path) -> None:
    key_file = tmp_path / "stowage.key"
    config = _sqlite(tmp_path, server={"secret_key_file": str(key_file)})

    async with open_services(config, environ={}) as services:
        await make_user(services.users, "ann")
        modes = {path.name: path.stat().st_mode & 0o777 for path in _files(tmp_path)}

    assert {"own.db", "own-audit.db", "stowage.key"} <= set(modes)
    assert set(modes.values()) == {0o600}


def _files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


async def test_the_s3_endpoint_needs_a_sealing_key(tmp_path: Path) -> None:
    config = _sqlite(tmp_path, s3_proxy={"enabled": True})

    with pytest.raises(StartError, match=r"s3_proxy\.enabled needs a sealing key"):
        async with open_services(config, environ={}):
            pass


async def test_the_variable_wins_over_the_key_file(tmp_path: Path) -> None:
    key_file = tmp_path / "stowage.key"
    config = _sqlite(tmp_path, server={"secret_key_file": str(key_file)})

    async with open_services(config, environ=ENVIRON) as services:
        assert services.keys is not None

    assert not key_file.exists()


STATIC = {
    "modes": ["local", "static"],
    "static": {"enabled": True, "username": "root", "password_hash_env": "ROOT_HASH"},
}


async def test_the_static_account_comes_from_the_environment(tmp_path: Path) -> None:
    environ = {"ROOT_HASH": hash_password(PASSWORD, CHEAP_HASHES)}

    async with open_services(_sqlite(tmp_path, auth=STATIC), environ=environ) as services:
        done = await services.login.sign_in("root", PASSWORD, Caller())

    assert (done.source, done.user.id) == ("static", "static")


@pytest.mark.parametrize(
    ("environ", "complaint"),
    [
        ({}, "ROOT_HASH is not set"),
        ({"ROOT_HASH": "plain-hush"}, "no Argon2id hash"),
        ({"ROOT_HASH": "$argon2id$v=19$m=9999999,t=3,p=2$c29tZXNhbHQ$aGFzaGhhc2g"}, "no Argon2id"),
    ],
    ids=["unset", "plain", "greedy"],
)
async def test_a_static_account_without_a_proper_hash_stops_the_start(
    tmp_path: Path, environ: Mapping[str, str], complaint: str
) -> None:
    with pytest.raises((StartError, ConfigError), match=complaint) as caught:
        async with open_services(_sqlite(tmp_path, auth=STATIC), environ=environ):
            pass

    assert "plain-hush" not in str(caught.value)


async def test_a_database_url_that_is_not_there_is_named(tmp_path: Path) -> None:
    db = {"driver": "postgres", "postgres": {"url_env": "DATABASE_URL"}}

    with pytest.raises(ConfigError, match="DATABASE_URL is not set"):
        async with open_services(Config.model_validate({"db": db}), environ={}):
            pass

    assert not list(_files(tmp_path))
