"""
One dashboard on a real SeaweedFS for all tests here, and the people who use it.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from app.auth.passwords import hash_password
from support.dashboard import Dashboard, running_dashboard
from support.seaweedfs import SeaweedFS

PASSWORD = "wet-lantern-quarry-41"
STATIC_NAME = "root"
ENVIRON = {"STATIC_HASH": hash_password(PASSWORD)}
CONFIG = {
    "auth": {
        "modes": ["local", "static"],
        "static": {
            "enabled": True,
            "username": STATIC_NAME,
            "password_hash_env": "STATIC_HASH",
        },
    },
    "ratelimit": {"api_per_minute": 0, "login_per_15m": 0},
    "s3_proxy": {"enabled": True, "listen": "127.0.0.1:8090", "public_url": "https://s3.example"},
}
BACKEND = "s"
DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Place:
    """
    A bucket of its own for one test.
    """

    bucket: str

    @property
    def url(self) -> str:
        return f"/api/backends/{BACKEND}/buckets/{self.bucket}"


def sign_in(
    dashboard: Dashboard, username: str, password: str = PASSWORD, **headers: str
) -> httpx.Client:
    """
    Return a client with a session, which sends the CSRF header as the pages do.
    """
    client = dashboard.client(headers)
    answer = client.post("/auth/login/local", json={"username": username, "password": password})
    assert answer.status_code == 200, answer.text
    client.headers["X-CSRF-Token"] = client.cookies["stowage_csrf"]
    return client


@pytest.fixture(scope="session")
def dashboard(
    tmp_path_factory: pytest.TempPathFactory, seaweedfs: SeaweedFS
) -> Iterator[Dashboard]:
    folder = tmp_path_factory.mktemp("dashboard")
    with running_dashboard(folder, CONFIG, ENVIRON) as running:
        root = sign_in(running, STATIC_NAME)
        for backend_id, endpoint in ((BACKEND, seaweedfs.endpoint), (DEAD, "http://127.0.0.1:9")):
            answer = root.post(
                "/api/admin/backends/",
                json={
                    "id": backend_id,
                    "endpoint": endpoint,
                    "access_key": seaweedfs.access_key,
                    "secret_key": seaweedfs.secret_key,
                    "capabilities": {"tagging": True, "versioning": True},
                },
            )
            assert answer.status_code == 201, answer.text
        for name, role in (("ada", "admin"), ("uli", "user"), ("rea", "readonly")):
            answer = root.post(
                "/api/admin/users/",
                json={
                    "username": name,
                    "password": PASSWORD,
                    "role": role,
                    "must_change_pw": False,
                },
            )
            assert answer.status_code == 201, answer.text
        yield running


@pytest.fixture(scope="session")
def root(dashboard: Dashboard) -> httpx.Client:
    return sign_in(dashboard, STATIC_NAME)


@pytest.fixture(scope="session")
def ada(dashboard: Dashboard) -> httpx.Client:
    """
    A local administrator.
    """
    return sign_in(dashboard, "ada")


@pytest.fixture(scope="session")
def uli(dashboard: Dashboard) -> httpx.Client:
    """
    A local user.
    """
    return sign_in(dashboard, "uli")


@pytest.fixture(scope="session")
def rea(dashboard: Dashboard) -> httpx.Client:
    """
    A local user who may only read.
    """
    return sign_in(dashboard, "rea")


@pytest.fixture
def stranger(dashboard: Dashboard) -> Iterator[httpx.Client]:
    with dashboard.client() as client:
        yield client


@pytest.fixture
def place(root: httpx.Client) -> Place:
    bucket = f"t-{secrets.token_hex(6)}"
    answer = root.post(f"/api/backends/{BACKEND}/buckets/", json={"name": bucket})
    assert answer.status_code == 201, answer.text
    return Place(bucket)


@pytest.fixture
def fresh_user(root: httpx.Client) -> str:
    """
    The name of a user of role `user` whom nobody else touches.
    """
    name = f"user-{secrets.token_hex(6)}"
    answer = root.post(
        "/api/admin/users",
        json={"username": name, "password": PASSWORD, "role": "user", "must_change_pw": False},
    )
    assert answer.status_code == 201, answer.text
    return name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """
    A folder for a dashboard of the test's own.
    """
    return tmp_path
