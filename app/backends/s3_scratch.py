"""
A bucket of our own, for a moment: where probing tries things without touching anybody's data.
"""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from app.backends.stored import BucketInfo
from app.errors.raised import StowageError

if TYPE_CHECKING:
    from app.backends.s3_connection import S3Connection

PREFIX = "stowage-probe-"
_NAME = re.compile(PREFIX + "[0-9a-f]{16}")
_LEFT_BEHIND = timedelta(hours=1)
_CLEANUP_SECONDS = 15.0
_HASTY_SECONDS = 3.0
_MAX_ROUNDS = 20


def is_scratch(bucket: str) -> bool:
    """
    Tell whether a bucket is one that probing made; nobody is shown it.
    """
    return _NAME.fullmatch(bucket) is not None


@asynccontextmanager
async def scratch_bucket(connection: "S3Connection") -> AsyncIterator[str]:
    """
    Make a bucket, with object lock where the backend has it, and take it away at the end.

    Raises:
        StowageError: no bucket can be made.
    """
    name = PREFIX + secrets.token_hex(8)
    creation = asyncio.ensure_future(_create(connection, name))
    seconds = _CLEANUP_SECONDS
    try:
        # Whoever is cancelled here must still know whether the bucket came to be.
        await asyncio.shield(creation)
        yield name
    except asyncio.CancelledError:
        seconds = _HASTY_SECONDS  # the process is about to end
        raise
    finally:
        await asyncio.shield(_undo(connection, name, creation, seconds))


async def _create(connection: "S3Connection", name: str) -> None:
    try:
        with connection.call():
            await connection.control.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    except StowageError:
        with connection.call():
            await connection.control.create_bucket(Bucket=name)


async def _undo(
    connection: "S3Connection", name: str, creation: "asyncio.Future[None]", seconds: float
) -> None:
    with suppress(StowageError):
        await creation
        await _remove(connection, name, seconds)


async def remove_left_behind(connection: "S3Connection", buckets: list[BucketInfo]) -> None:
    """
    Remove the scratch buckets of probes that were killed more than an hour ago.
    """
    before = datetime.now(UTC) - _LEFT_BEHIND  # the backend stamped them with its own clock
    for bucket in buckets:
        if is_scratch(bucket.name) and bucket.created_at and bucket.created_at < before:
            await _remove(connection, bucket.name, _CLEANUP_SECONDS)


async def _remove(connection: "S3Connection", bucket: str, seconds: float) -> None:
    with suppress(StowageError, TimeoutError):
        async with asyncio.timeout(seconds):
            await _empty(connection, bucket)
            with connection.call():
                await connection.control.delete_bucket(Bucket=bucket)


async def _empty(connection: "S3Connection", bucket: str) -> None:
    for _ in range(_MAX_ROUNDS):
        named = await _list_everything(connection, bucket)
        if not named:
            return
        for one in named:
            with suppress(StowageError), connection.call():
                await connection.control.delete_object(Bucket=bucket, **one)


async def _list_everything(connection: "S3Connection", bucket: str) -> list[dict[str, Any]]:
    named: list[dict[str, Any]] = []
    with suppress(StowageError), connection.call():
        versions = await connection.control.list_object_versions(Bucket=bucket)
        found: list[Any] = [*versions.get("Versions", []), *versions.get("DeleteMarkers", [])]
        named += [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
    with suppress(StowageError), connection.call():
        page = await connection.control.list_objects_v2(Bucket=bucket)
        named += [{"Key": one.get("Key", "")} for one in page.get("Contents", [])]
    return named
