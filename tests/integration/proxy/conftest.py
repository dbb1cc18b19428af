"""
One proxy over the session's SeaweedFS, and clients to both.
"""

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from support.s3_clients import make_client
from support.s3_proxy import (
    FULL,
    READWRITE,
    SECRET,
    RunningProxy,
    make_credential,
    make_route,
    make_snapshot,
    running_proxy,
)
from support.seaweedfs import SeaweedFS

OWN_BUCKET = "tenant-one"
OTHER_BUCKET = "tenant-two"


@pytest.fixture(scope="session")
def direct(seaweedfs: SeaweedFS) -> Any:
    """
    A client straight to the store, past the proxy.
    """
    client = make_client(seaweedfs.endpoint, seaweedfs.access_key, seaweedfs.secret_key)
    for bucket in (OWN_BUCKET, OTHER_BUCKET):
        client.create_bucket(Bucket=bucket)
    return client


@pytest.fixture(scope="session")
def proxy(seaweedfs: SeaweedFS, direct: Any) -> Iterator[RunningProxy]:
    """
    A proxy with a tenant of one bucket and an administrator of all.
    """
    assert direct is not None
    route = make_route(
        seaweedfs.endpoint, access_key=seaweedfs.access_key, secret_key=seaweedfs.secret_key
    )
    tenant = make_credential("AKTENANT", {OWN_BUCKET: READWRITE})
    admin = make_credential("AKADMIN", {"*": FULL})
    with running_proxy(make_snapshot(route, tenant, admin), workers=2) as running:
        yield running


@pytest.fixture(scope="session")
def client(proxy: RunningProxy) -> Any:
    """
    The tenant's client, through the proxy.
    """
    return make_client(proxy.endpoint, "AKTENANT", SECRET)


@pytest.fixture
def new_client(proxy: RunningProxy) -> Callable[..., Any]:
    """
    Make another client to the proxy.
    """

    def make(access_key: str = "AKTENANT", secret_key: str = SECRET, **options: Any) -> Any:
        return make_client(proxy.endpoint, access_key, secret_key, **options)

    return make


@pytest.fixture
def key() -> str:
    """
    A key that no other test uses.
    """
    return f"folder/{secrets.token_hex(8)} ü+&.bin"
