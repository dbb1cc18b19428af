"""
Fixtures that every test may ask for: the real parts that stand around Stowage.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import httpx
import pytest
from hypothesis import settings

from app.quickstart.ports import claim_ports
from proxy.core import twin
from support.chromium import find_chromium
from support.cores import CORES, using
from support.missing import missing_part
from support.oidc import OidcProvider, running_provider
from support.postgres import PostgresServer, running_postgres, temporary_database
from support.seaweedfs import SeaweedFS, remove_log, running_seaweedfs
from support.stowage import Quickstart, running_quickstart

# A property is judged by what happens, never by how long a busy machine takes.
settings.register_profile("stowage", deadline=None, database=None)
settings.load_profile("stowage")
# Nor is an answer: httpx gives up after five seconds, which a busy machine may take.
for _phase in ("connect", "read", "write", "pool"):
    setattr(httpx._config.DEFAULT_TIMEOUT_CONFIG, _phase, 60.0)  # noqa: SLF001  it has no public way
# Each client would read every authority of the system anew, which takes longer than most tests.
setattr(httpx._transports.default, "create_ssl_context", cache(httpx.create_ssl_context))  # noqa: B010, SLF001  no public way

_TESTS = Path(__file__).parent
# Whole files go to whichever process is free: the long ones first, so that none is left over at
# the end, when the other processes have nothing more to do.
_LONG_FIRST = ("browser", "packaging", "docs", "integration", "conformance", "fuzz")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    Bring the files that take long to the front; among their likes the order stays random.
    """
    ranks = {folder: rank for rank, folder in enumerate(_LONG_FIRST)}
    items.sort(key=lambda item: ranks.get(item.path.relative_to(_TESTS).parts[0], len(ranks)))


@pytest.fixture(scope="session")
def seaweedfs(request: pytest.FixtureRequest) -> Iterator[SeaweedFS]:
    """
    A real S3 store, shared by the whole session: make buckets of your own with unique names.
    """
    with running_seaweedfs() as store:
        yield store
    if request.session.testsfailed == 0:
        remove_log(store)
    else:
        request.config.get_terminal_writer().line(f"SeaweedFS's log is kept: {store.log}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """
    A PostgreSQL cluster of our own, shared by the whole session.
    """
    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """
    The URL of an empty database for this one test.
    """
    with temporary_database(postgres) as url:
        yield url


@pytest.fixture(scope="session")
def oidc_provider() -> Iterator[OidcProvider]:
    """
    A certified OpenID provider; each dashboard makes itself its only client.
    """
    with running_provider() as provider:
        yield provider


@pytest.fixture(scope="session")
def chromium() -> Path:
    """
    The browser's program file; see `support.chromium.chromium_flags` for how to start it.
    """
    return find_chromium()


@pytest.fixture(scope="module", params=CORES)
def each_core(request: pytest.FixtureRequest) -> Iterator[str]:
    """
    The core's byte work in Python, then compiled: for whatever an attacker would try on either.
    """
    if request.param == twin.COMPILED and not twin.is_built:
        missing_part("the compiled core was not built: make install, with a C compiler")
    with using(request.param):
        yield request.param


@pytest.fixture
def free_port() -> int:
    """
    A port that nobody listens on, for programs that cannot be told to take port 0.
    """
    return claim_ports(1)[0]


@pytest.fixture(scope="session")
def quickstart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Quickstart]:
    """
    A quickstart in its first run, shared by all that leave it as it is but for keys of their own.
    """
    folder = tmp_path_factory.mktemp("quickstart")
    with running_quickstart(folder) as (stowage, record):
        yield Quickstart(stowage, record, folder)
