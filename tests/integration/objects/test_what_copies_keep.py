"""
What an object has besides its bytes outlives copies and changes of its metadata.
"""

from datetime import UTC, datetime

from app.backends.stored import ContentHeaders, NewObject, ObjectInfo, ObjectRef
from app.clock import SystemClock
from app.objects.copier import Copier
from app.objects.place import BucketPlace
from app.objects.writing import WritingCalls
from support.jobs import MIB, SMALL_PARTS
from support.seaweedfs import SeaweedFS
from support.stores import ADMIN, Stores, weed_backend

HEADERS = ContentHeaders(
    "text/plain", "max-age=5", "inline", "gzip", "de", datetime(2040, 1, 2, 3, 4, 5, tzinfo=UTC)
)
NEW = NewObject(HEADERS, {"a": "1"}, storage_class="STANDARD_IA")


async def head(stores: Stores, place: BucketPlace, key: str) -> ObjectInfo:
    return await stores.objects.reading.head(ADMIN, place, ObjectRef(key))


async def test_storage_class_and_headers_stay(
    stores: Stores, seaweedfs: SeaweedFS, place: BucketPlace
) -> None:
    await stores.backends.create(ADMIN, weed_backend(seaweedfs, "far"))
    writing = stores.objects.writing
    await writing.put(ADMIN, place, "x", b"hello", NEW)
    source = (place, ObjectRef("x"))

    await writing.copy(ADMIN, source, (place, "inside"))
    await writing.copy(ADMIN, source, (place, "renewed"), metadata={"b": "2"})
    await writing.copy(ADMIN, source, (BucketPlace("far", place.bucket), "across"))
    await writing.set_metadata(ADMIN, place, "x", {"c": "3"})

    for key in ("inside", "renewed", "across", "x"):
        found = await head(stores, place, key)
        assert (found.storage_class, found.headers) == ("STANDARD_IA", HEADERS), key


async def test_metadata_of_what_is_too_large_for_one_copy(
    stores: Stores, place: BucketPlace
) -> None:
    body = b"x" * (12 * MIB)
    await stores.objects.writing.put(ADMIN, place, "big", body, NEW)
    await stores.objects.writing.set_tags(ADMIN, place, ObjectRef("big"), {"t": "1"})
    writing = WritingCalls(stores.objects.gate, Copier(SystemClock(), SMALL_PARTS))

    changed = await writing.set_metadata(ADMIN, place, "big", {"b": "2"})

    assert changed.etag.endswith('-3"')
    found = await head(stores, place, "big")
    assert (found.size_bytes, found.metadata) == (len(body), {"b": "2"})
    assert (found.storage_class, found.headers) == ("STANDARD_IA", HEADERS)
    tags = await stores.objects.reading.get_tags(ADMIN, place, ObjectRef("big"))
    assert tags == {"t": "1"}
    uploads = stores.backends.registry.get("weed").backend.uploads
    assert await uploads.list(place.bucket) == ()
