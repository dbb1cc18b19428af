"""
Backends without a key of their own: the machine's key, found as every SDK finds it, and renewed.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from aiobotocore.credentials import AioCredentials
from aiobotocore.session import AioSession
from botocore.exceptions import CredentialRetrievalError
from sqlalchemy import select

from app.backends.backend import UpstreamKey
from app.backends.chain import CredentialChain
from app.backends.rows import BackendChange, NewBackend
from app.backends.service import BackendService
from app.config.models import Config
from app.database.changes import ChangeKind, record_change
from app.database.declared import Declaration
from app.database.engine import SqliteFile
from app.database.tables import changes
from app.errors.raised import StowageError
from app.snapshot.feed import SnapshotFeed
from support.state import Places
from support.stores import ADMIN, RING, Stores

YAML = Declaration("yaml", "config.yaml", 7, "role")
NEW = NewBackend("role", "http://127.0.0.1:9", path_style=True, uses_chain=True)
_VARIABLES = (
    "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE AWS_ROLE_ARN "
    "AWS_WEB_IDENTITY_TOKEN_FILE AWS_CONTAINER_CREDENTIALS_RELATIVE_URI "
    "AWS_CONTAINER_CREDENTIALS_FULL_URI"
)
_STS = """<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>AK-ONE</AccessKeyId>
<SecretAccessKey>SK-ONE</SecretAccessKey><SessionToken>TOKEN-ONE</SessionToken>
<Expiration>{end}</Expiration></Credentials></AssumeRoleWithWebIdentityResult>
</AssumeRoleWithWebIdentityResponse>"""


class Cloud:
    """
    What a cloud answers to its machines: container credentials, instance metadata, STS.
    """

    def __init__(self) -> None:
        self.name = "ONE"
        self.minutes = 60
        self.asked: list[str] = []

    def keys(self) -> dict[str, str]:
        end = datetime.now(UTC) + timedelta(minutes=self.minutes)
        return {
            "Code": "Success",
            "AccessKeyId": f"AK-{self.name}",
            "SecretAccessKey": f"SK-{self.name}",
            "Token": f"TOKEN-{self.name}",
            "Expiration": end.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def answer(self, path: str) -> str:
        self.asked.append(path)
        if path.startswith("/latest/api/token"):
            return "metadata-token"
        if path.endswith("/security-credentials/"):
            return "role-of-this-machine"
        if path == "/":
            return _STS.format(end=self.keys()["Expiration"])
        return json.dumps(self.keys())


class Source(AioSession):
    """
    A chain whose next answers are known.
    """

    def __init__(self, answers: list[AioCredentials | Exception]) -> None:
        super().__init__()
        self.answers = answers

    async def get_credentials(self) -> AioCredentials:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@contextmanager
def running(cloud: Cloud) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            data = cloud.answer(self.path).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("X-aws-ec2-metadata-token-ttl-seconds", "60")
            self.end_headers()
            self.wfile.write(data)

        do_PUT = do_POST = do_GET  # noqa: N815  named by http.server

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """
    One kind of database: what is stored here is stored elsewhere, too.
    """
    return Places(SqliteFile(tmp_path / "state.db"), SqliteFile(tmp_path / "state-audit.db"))


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """
    A machine without any key.
    """
    for name in _VARIABLES.split():
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "BOTO_CONFIG"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:9")
    return monkeypatch


@pytest.fixture
def cloud(bare: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """
    A machine that a container's address gives its keys.
    """
    found = Cloud()
    with running(found) as url:
        bare.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{url}/keys")
        yield found


async def renew(backends: BackendService) -> None:
    """
    Do what the server does once a minute.
    """
    if await backends.machine_key.renew():
        await backends.reload()


def from_environment(env: pytest.MonkeyPatch, _url: str, _folder: Path) -> None:
    env.setenv("AWS_ACCESS_KEY_ID", "AK-ONE")
    env.setenv("AWS_SECRET_ACCESS_KEY", "SK-ONE")
    env.setenv("AWS_SESSION_TOKEN", "TOKEN-ONE")


def from_container(env: pytest.MonkeyPatch, url: str, _folder: Path) -> None:
    env.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{url}/keys")


def from_web_identity(env: pytest.MonkeyPatch, url: str, folder: Path) -> None:
    (folder / "token").write_text("signed by the cluster")
    env.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(folder / "token"))
    env.setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/stowage")
    env.setenv("AWS_ENDPOINT_URL_STS", url)
    env.setenv("AWS_REGION", "eu-central-1")


def from_instance(env: pytest.MonkeyPatch, url: str, _folder: Path) -> None:
    env.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)


@pytest.mark.parametrize(
    "source", [from_environment, from_container, from_web_identity, from_instance]
)
async def test_every_source_of_the_chain_gives_a_key(
    source: Callable[[pytest.MonkeyPatch, str, Path], None],
    bare: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    with running(Cloud()) as url:
        source(bare, url, tmp_path)
        chain = CredentialChain()

        await chain.find()

    assert chain.key == UpstreamKey("AK-ONE", "SK-ONE", "TOKEN-ONE")
    assert "SK-ONE" not in repr(chain.key)
    assert "TOKEN-ONE" not in repr(chain.key)


@pytest.mark.usefixtures("bare")
async def test_a_machine_without_a_key_has_none() -> None:
    chain = CredentialChain()

    await chain.find()

    assert chain.key is None
    assert not chain.is_news


@pytest.mark.parametrize(
    "failure",
    [
        CredentialRetrievalError(provider="container-role", error_msg="it is away"),
        RuntimeError("refreshed credentials are still expired"),
        TimeoutError(),
    ],
    ids=lambda failure: type(failure).__name__,
)
async def test_a_key_is_kept_while_its_source_is_away(failure: Exception) -> None:
    answers: list[AioCredentials | Exception] = [AioCredentials("AK", "SK", "TOKEN"), failure]
    chain = CredentialChain(open_session=lambda: Source(answers))
    await chain.find()

    await chain.renew()

    assert answers == []
    assert chain.key == UpstreamKey("AK", "SK", "TOKEN")


async def test_a_renewed_key_reaches_the_workers_without_a_restart(
    stores: Stores, cloud: Cloud
) -> None:
    cloud.minutes = 12
    backends = stores.backends
    row = await backends.create(ADMIN, NEW, by=YAML)
    feed = SnapshotFeed(stores.database, config=Config(), ring=RING, backends=backends)
    await renew(backends)
    await feed.refresh()
    route = feed.current.backends["role"]
    assert (route.access_key, route.secret_key) == ("AK-ONE", "SK-ONE")
    assert (row.access_key, row.secret_key_sealed) == ("", None)
    async with feed.subscribe() as (_, deltas):
        cloud.name = "TWO"

        await renew(backends)
        await feed.refresh()

        told = deltas.get_nowait().backends["role"]
    assert (told.access_key, told.session_token) == ("AK-TWO", "TOKEN-TWO")
    assert "TOKEN-TWO" not in repr(told)
    assert backends.registry.describe("role").key == UpstreamKey("AK-TWO", "SK-TWO", "TOKEN-TWO")


async def test_a_key_that_stays_is_no_change(stores: Stores, cloud: Cloud) -> None:
    await stores.backends.create(ADMIN, NEW, by=YAML)
    await renew(stores.backends)
    async with stores.database.read() as connection:
        before = (await connection.execute(select(changes.c.revision))).all()

    await renew(stores.backends)

    async with stores.database.read() as connection:
        assert (await connection.execute(select(changes.c.revision))).all() == before
    assert len(cloud.asked) == 1


@pytest.mark.usefixtures("bare")
async def test_changes_do_not_wait_for_a_key_that_is_nowhere(stores: Stores) -> None:
    await stores.backends.create(ADMIN, NEW, by=YAML)
    feed = SnapshotFeed(stores.database, config=Config(), ring=RING, backends=stores.backends)
    await feed.refresh()

    class NeverAnswers(AioSession):
        async def get_credentials(self) -> AioCredentials:
            raise AssertionError("nobody may be asked here")

    stores.backends.machine_key.chain = CredentialChain(open_session=NeverAnswers)
    async with stores.database.write() as connection:
        await record_change(connection, ChangeKind.BACKEND, "role")

    await feed.refresh()

    assert "role" not in feed.current.backends


@pytest.mark.usefixtures("bare")
async def test_without_a_key_the_backend_says_why_until_there_is_one(
    stores: Stores, bare: pytest.MonkeyPatch
) -> None:
    backends = stores.backends
    await backends.create(ADMIN, NEW, by=YAML)
    assert "credential chain" in backends.registry.describe("role").trouble
    with pytest.raises(StowageError) as caught:
        backends.registry.get("role")
    assert caught.value.reason == "backend.misconfigured"
    from_environment(bare, "", Path())

    await renew(backends)

    assert backends.registry.get("role").info.id == "role"


@pytest.mark.usefixtures("cloud")
async def test_only_a_file_may_give_a_backend_the_machines_key(stores: Stores) -> None:
    with pytest.raises(StowageError) as caught:
        await stores.backends.update(
            ADMIN, (await stores.backends.create(ADMIN, OWN)).id, BackendChange(access_key="")
        )

    assert caught.value.reason == "backend.key_missing"


async def test_a_file_may_turn_from_a_key_to_the_machines_and_back(
    stores: Stores, cloud: Cloud
) -> None:
    backends = stores.backends
    await backends.create(ADMIN, OWN, by=YAML)

    row = await backends.update(ADMIN, "own", BackendChange(access_key="", secret_key=""), by=YAML)

    assert (row.access_key, row.secret_key_sealed, len(cloud.asked)) == ("", None, 1)
    assert backends.registry.describe("own").key == UpstreamKey("AK-ONE", "SK-ONE", "TOKEN-ONE")
    await backends.update(ADMIN, "own", BackendChange(access_key="AK", secret_key="SK"), by=YAML)
    assert backends.registry.describe("own").key == UpstreamKey("AK", "SK")


OWN = NewBackend("own", "http://127.0.0.1:9", "AK", "SK", path_style=True)
