"""
One dashboard on a real SeaweedFS for all tests here, and the people who use it.
"""

import secrets
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from support.audited import unrecorded
from support.dashboard import Dashboard, running_dashboard
from support.dashboard_people import (
    BACKEND,
    CONFIG,
    DEAD,
    ENVIRON,
    PASSWORD,
    STATIC_NAME,
    Place,
    sign_in,
)
from support.seaweedfs import SeaweedFS


@pytest.fixture(scope="session")
def dashboard(
    tmp_path_factory: pytest.TempPathFactory, seaweedfs: SeaweedFS
) -> Iterator[Dashboard]:
    folder = tmp_path_factory.mktemp("dashboard")
    with running_dashboard(folder, CONFIG, ENVIRON) as running:
        running.secrets |= {PASSWORD, seaweedfs.secret_key}
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
        # Whatever the tests here changed, the audit log says so.
        assert unrecorded(running, running.changes) == set()


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
