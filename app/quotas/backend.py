"""
A backend whose writes are held to every limit that applies; everything else passes as it is.

Whoever gets a backend through `app.objects.gate` gets it like this, so that uploads, copies, jobs
and shares cannot forget it.
"""

from collections.abc import AsyncIterable, Sequence
from typing import Any, cast
from weakref import WeakKeyDictionary

from app.backends.backend import Backend, BucketStore, ObjectStore, UploadStore
from app.backends.stored import (
    ByteRange,
    DeleteOutcome,
    NewObject,
    ObjectInfo,
    ObjectRef,
    Part,
    UploadRef,
)
from app.quotas.meter import Meter


class MeteredBackends:
    """
    Gives each backend its meter.
    """

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._wrapped: WeakKeyDictionary[Backend, Backend] = WeakKeyDictionary()

    def wrap(self, backend: Backend, user_id: str | None = None) -> Backend:
        """
        Return the backend with its writes held to the limits of buckets, and of who writes.
        """
        if user_id is not None:
            return cast("Backend", MeteredBackend(backend, self._meter.charging(user_id)))
        wrapped = self._wrapped.get(backend)
        if wrapped is None:
            wrapped = cast("Backend", MeteredBackend(backend, self._meter))
            self._wrapped[backend] = wrapped
        return wrapped


class _Passing:
    """
    Passes on what it does not know. A test walks the protocols, so that no write is forgotten.
    """

    def __init__(self, inner: object) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  whatever the inner one has
        return getattr(self._inner, name)


class MeteredBackend(_Passing):
    """
    The backend.
    """

    def __init__(self, backend: Backend, meter: Meter) -> None:
        super().__init__(backend)
        self.buckets = cast("BucketStore", MeteredBuckets(backend, meter))
        self.objects = cast("ObjectStore", MeteredObjects(backend, meter))
        self.uploads = cast("UploadStore", MeteredUploads(backend, meter))


class MeteredBuckets(_Passing):
    """
    The call of `BucketStore` that changes what an overwrite frees.
    """

    def __init__(self, backend: Backend, meter: Meter) -> None:
        super().__init__(backend.buckets)
        self._backend = backend
        self._store = backend.buckets
        self._meter = meter

    async def set_versioned(self, bucket: str, *, enabled: bool) -> None:
        """
        Keep versions from now on, or suspend keeping them.
        """
        await self._meter.expect_versions(self._backend, bucket)
        await self._store.set_versioned(bucket, enabled=enabled)


class MeteredObjects(_Passing):
    """
    The calls of `ObjectStore` that change what a bucket holds.
    """

    def __init__(self, backend: Backend, meter: Meter) -> None:
        super().__init__(backend.objects)
        self._backend = backend
        self._store = backend.objects
        self._meter = meter

    async def put(self, bucket: str, key: str, body: bytes, new: NewObject) -> ObjectInfo:
        """
        Store a small object.

        Raises:
            StowageError: also `quota_exceeded`.
        """
        async with self._meter.storing(self._backend, bucket, key, size_bytes=len(body)):
            return await self._store.put(bucket, key, body, new)

    async def put_stream(
        self,
        bucket: str,
        key: str,
        new: NewObject,
        *,
        chunks: AsyncIterable[bytes],
        size_bytes: int,
    ) -> ObjectInfo:
        """
        Store an object from a stream.

        Raises:
            StowageError: also `quota_exceeded`; then nothing of the stream has been read.
        """
        async with self._meter.storing(self._backend, bucket, key, size_bytes=size_bytes):
            return await self._store.put_stream(
                bucket, key, new, chunks=chunks, size_bytes=size_bytes
            )

    async def copy(
        self,
        source: tuple[str, ObjectRef],
        target: tuple[str, str],
        new: NewObject | None,
        *,
        if_match: str = "",
        storage_class: str = "",
    ) -> ObjectInfo:
        """
        Copy within the backend.

        Raises:
            StowageError: also `quota_exceeded`.
        """
        bucket, key = target

        async def copy() -> ObjectInfo:
            return await self._store.copy(
                source, target, new, if_match=if_match, storage_class=storage_class
            )

        if not self._meter.is_limited(self._backend.info.id, bucket):
            return await copy()
        size_bytes = (await self._store.head(*source)).size_bytes
        async with self._meter.storing(self._backend, bucket, key, size_bytes=size_bytes):
            return await copy()

    async def delete(self, bucket: str, ref: ObjectRef) -> ObjectRef:
        """
        Delete an object or a version.
        """
        async with self._meter.deleting(self._backend, bucket, [ref]):
            return await self._store.delete(bucket, ref)

    async def delete_many(self, bucket: str, refs: Sequence[ObjectRef]) -> DeleteOutcome:
        """
        Delete up to 1000 objects.
        """
        async with self._meter.deleting(self._backend, bucket, refs) as kept:
            outcome = await self._store.delete_many(bucket, refs)
            kept.update(ObjectRef(one.key, one.version_id) for one in outcome.failures)
            return outcome


class MeteredUploads(_Passing):
    """
    The calls of `UploadStore` that change what a bucket holds.
    """

    def __init__(self, backend: Backend, meter: Meter) -> None:
        super().__init__(backend.uploads)
        self._backend = backend
        self._store = backend.uploads
        self._meter = meter

    async def put_part(
        self, upload: UploadRef, part_number: int, *, chunks: AsyncIterable[bytes], size_bytes: int
    ) -> Part:
        """
        Store one part.

        Raises:
            StowageError: also `quota_exceeded`; then nothing of the stream has been read.
        """
        async with self._meter.storing_part(
            self._backend, upload, part_number, size_bytes=size_bytes
        ):
            return await self._store.put_part(
                upload, part_number, chunks=chunks, size_bytes=size_bytes
            )

    async def copy_part(
        self,
        upload: UploadRef,
        part_number: int,
        *,
        source: tuple[str, ObjectRef],
        byte_range: ByteRange,
        if_match: str = "",
    ) -> Part:
        """
        Store one part from a range of an object; the range has both ends.

        Raises:
            StowageError: also `quota_exceeded`.
        """
        first, last = byte_range.first, byte_range.last
        assert first is not None  # noqa: S101  copies are made of parts with both ends
        assert last is not None  # noqa: S101  as above
        async with self._meter.storing_part(
            self._backend, upload, part_number, size_bytes=last - first + 1
        ):
            return await self._store.copy_part(
                upload, part_number, source=source, byte_range=byte_range, if_match=if_match
            )

    async def complete(
        self, upload: UploadRef, parts: Sequence[Part], *, only_if_absent: bool = False
    ) -> ObjectInfo:
        """
        Make the object of its parts.
        """
        async with self._meter.completing(self._backend, upload):
            return await self._store.complete(upload, parts, only_if_absent=only_if_absent)

    async def abort(self, upload: UploadRef) -> None:
        """
        Give up an upload and its parts.
        """
        async with self._meter.aborting(self._backend, upload):
            await self._store.abort(upload)
