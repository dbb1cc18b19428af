"""
An archive is made while it is sent, and never held.
"""

import os
import tracemalloc

from app.backends.stored import NewObject
from app.objects.place import BucketPlace
from support.stores import ADMIN, Stores

MIB = 2**20


async def test_no_object_is_held_whole(stores: Stores, place: BucketPlace) -> None:
    body = os.urandom(12 * MIB)
    await stores.objects.writing.put(ADMIN, place, "big", body, NewObject())
    del body

    size_bytes = 0
    tracemalloc.start()
    try:
        async for piece in stores.objects.archives.open(ADMIN, place, ["big"]):
            size_bytes += len(piece)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert size_bytes > 12 * MIB
    assert peak < 4 * MIB
