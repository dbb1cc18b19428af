"""
Trees of objects: put into a bucket, and read out of it again.
"""

import asyncio
from collections.abc import Awaitable, Iterable
from dataclasses import replace
from typing import TypeVar

from app.backends.stored import (
    ContentHeaders,
    Download,
    ListQuery,
    NewObject,
    ObjectInfo,
    ObjectRef,
)
from app.jobs.job import JobPlace
from support.stores import Stores

T = TypeVar("T")
HEADERS = ContentHeaders("text/plain", "max-age=5", "inline", "", "de")


async def fill(stores: Stores, place: JobPlace, tree: dict[str, bytes]) -> None:
    objects = stores.backends.registry.get(place.backend_id).backend.objects
    new = NewObject(HEADERS, {"owner": "ada"})
    await at_once(objects.put(place.bucket, key, body, new) for key, body in tree.items())


async def tree_of(stores: Stores, place: JobPlace) -> dict[str, bytes]:
    objects = stores.backends.registry.get(place.backend_id).backend.objects
    page = await objects.list(place.bucket, ListQuery(max_keys=10_000))
    keys = [one.key for one in page.objects]
    return dict(zip(keys, await at_once(read(stores, place, key) for key in keys), strict=True))


async def at_once(work: Iterable[Awaitable[T]]) -> list[T]:
    """
    Await all of it, sixteen at a time, and return the results in order.
    """
    free = asyncio.Semaphore(16)

    async def one(piece: Awaitable[T]) -> T:
        async with free:
            return await piece

    return await asyncio.gather(*(one(piece) for piece in work))


async def read(stores: Stores, place: JobPlace, key: str) -> bytes:
    objects = stores.backends.registry.get(place.backend_id).backend.objects
    download = await objects.open(place.bucket, ObjectRef(key))
    assert isinstance(download, Download)
    return b"".join([piece async for piece in download.body])


async def head(stores: Stores, place: JobPlace, key: str) -> ObjectInfo:
    objects = stores.backends.registry.get(place.backend_id).backend.objects
    return await objects.head(place.bucket, ObjectRef(key))


def below(place: JobPlace, prefix: str) -> JobPlace:
    return replace(place, prefix=prefix)
