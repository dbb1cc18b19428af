"""
Objects, versions and rules of buckets, written through the S3 endpoint as programs do it.
"""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session

from app.quickstart.samples import make_samples
from demo.names import BIG_BUCKET, ODD_KEYS, VERSIONED_BUCKET, big_keys

AT_ONCE = 24
_VERSIONS = 4


def fill(endpoint: str, keys: tuple[str, str], buckets: Iterable[str], *, count: int) -> None:
    """
    Put objects into the buckets; `count` of them into one folder.

    Args:
        endpoint: Address of the S3 endpoint.
        keys: Access key id and secret access key of a credential that may everything there.
        buckets: The buckets, which exist.
    """
    asyncio.run(_fill(endpoint, keys, tuple(buckets), count))


async def _fill(endpoint: str, keys: tuple[str, str], buckets: tuple[str, ...], count: int) -> None:
    options: dict[str, Any] = {
        "endpoint_url": endpoint,
        "region_name": "us-east-1",
        "aws_access_key_id": keys[0],
        "aws_secret_access_key": keys[1],
        "config": AioConfig(max_pool_connections=AT_ONCE, s3={"addressing_style": "path"}),
    }
    async with get_session().create_client("s3", **options) as client:
        wanted = [put for bucket in buckets for put in _contents(bucket)]
        if BIG_BUCKET in buckets:
            wanted += [
                (BIG_BUCKET, key, _reading(key), "application/json") for key in big_keys(count)
            ]
        await _put_all(client, wanted)
        if VERSIONED_BUCKET in buckets:
            await _write_versions(client)


def _contents(bucket: str) -> list[tuple[str, str, bytes, str]]:
    found = [(bucket, one.key, one.body, one.content_type) for one in make_samples()]
    if bucket == BIG_BUCKET:
        found += [(bucket, key, key.encode(), "text/plain; charset=utf-8") for key in ODD_KEYS]
    return found


def _reading(key: str) -> bytes:
    return json.dumps(
        {"key": key, "depth_metres": len(key) % 17, "tags": ["sea", "survey"]}
    ).encode()


async def _put_all(client: Any, wanted: list[tuple[str, str, bytes, str]]) -> None:
    rest = iter(wanted)

    async def work() -> None:
        for bucket, key, body, kind in rest:
            await client.put_object(Bucket=bucket, Key=key, Body=body, ContentType=kind)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


async def _write_versions(client: Any) -> None:
    rule = {"Status": "Enabled"}
    await client.put_bucket_versioning(Bucket=VERSIONED_BUCKET, VersioningConfiguration=rule)
    for number in range(1, _VERSIONS + 1):
        body = f"Contract, draft {number}\n\nThe parties agree on {number} points.\n".encode()
        await client.put_object(
            Bucket=VERSIONED_BUCKET,
            Key="drafts/harbour-lease.md",
            Body=body,
            ContentType="text/markdown; charset=utf-8",
        )
    await client.put_object(Bucket=VERSIONED_BUCKET, Key="drafts/withdrawn.txt", Body=b"no more")
    await client.delete_object(Bucket=VERSIONED_BUCKET, Key="drafts/withdrawn.txt")
