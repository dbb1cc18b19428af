"""
The fixtures keep their promises, since every other test builds on them.
"""

import http.client
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import boto3
import pytest

from app.quickstart.ports import HIGHEST, LOWEST, claim_port, claim_ports
from support.polling import wait_until
from support.seaweedfs import SeaweedFS


def test_seaweedfs_keeps_objects_in_more_buckets_than_its_defaults_allow(
    seaweedfs: SeaweedFS,
) -> None:
    client = boto3.client(
        "s3",
        endpoint_url=seaweedfs.endpoint,
        region_name=seaweedfs.region,
        aws_access_key_id=seaweedfs.access_key,
        aws_secret_access_key=seaweedfs.secret_key,
    )

    for number in range(60):
        client.create_bucket(Bucket=f"fixture-{number}")
        client.put_object(Bucket=f"fixture-{number}", Key="key", Body=b"body")

    body = client.get_object(Bucket="fixture-59", Key="key")["Body"]
    assert body.read() == b"body"
    body.close()
    client.close()


def test_seaweedfs_refuses_a_stranger(seaweedfs: SeaweedFS) -> None:
    connection = http.client.HTTPConnection(urlsplit(seaweedfs.endpoint).netloc)
    connection.request("GET", "/")

    assert connection.getresponse().status == 403

    connection.close()


async def test_a_postgres_database_is_empty_and_writable(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)

    await connection.execute("CREATE TABLE t (n int)")
    await connection.execute("INSERT INTO t VALUES (1)")

    assert await connection.fetchval("SELECT n FROM t") == 1
    await connection.close()


async def test_postgres_refuses_a_wrong_password(postgres_url: str) -> None:
    user, _, rest = postgres_url.partition("@")

    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(f"{user.rpartition(':')[0]}:wrong@{rest}")


def test_a_chromium_is_found(chromium: Path) -> None:
    assert chromium.exists()


def test_ports_are_given_out_once_and_below_the_ephemeral_range() -> None:
    ports = claim_ports(50)

    assert len(set(ports)) == 50
    assert all(LOWEST <= port <= HIGHEST for port in ports)
    assert claim_port(ports[0])


def test_waiting_ends_with_what_was_awaited() -> None:
    with pytest.raises(AssertionError, match="the sky falls"):
        wait_until(lambda: False, 0.05, what="the sky falls")
