"""
`Copier`: one object from here to there, whole or not at all, within a backend or across two.

Within a backend the backend copies; across two the bytes stream through, never held. Content
headers, metadata, tags and storage class stay. Every copy is verified before it counts: the backend
is asked for what it has, and that must be what was sent.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace

from app.backends.stored import (
    Conditions,
    ContentHeaders,
    Download,
    NewObject,
    ObjectInfo,
    ObjectRef,
)
from app.clock import Clock
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.objects.copy_order import BytesMoved, Copied, Copy, CopyEnd
from app.objects.copy_parts import CopyLimits, PartsCopier

# "Error responses" of the Amazon S3 API reference; R2 and B2 refuse the header as a whole.
_CLASS_UNKNOWN = frozenset({"InvalidStorageClass", "NotImplemented"})


class Copier:
    """
    Copies objects. Rights are the caller's to check.
    """

    def __init__(self, clock: Clock, limits: CopyLimits | None = None) -> None:
        self._limits = limits or CopyLimits()
        self._parts = PartsCopier(clock, self._limits)

    async def copy(self, copy: Copy) -> Copied:
        """
        Copy, and return when the target was seen to be what the source is.

        Raises:
            StowageError: `not_found`, `not_supported`, `object_exists`, `backend_error`; with
                `copy.differs` when the target is something else afterwards.
        """
        info = await self._carry(copy)
        return Copied(info, await verify_copy(copy, info))

    async def rewrite(
        self,
        end: CopyEnd,
        metadata: Mapping[str, str],
        *,
        headers: ContentHeaders | None = None,
        if_match: str = "",
    ) -> ObjectInfo:
        """
        Copy an object onto itself with other metadata, however large it is; the rest of it stays.

        Other headers where they are given, else those that it has; with `if_match` only while it
        has this ETag.

        Raises:
            StowageError: as `copy`; `not_supported` where tags would be lost;
                `precondition_failed` where the object is another one meanwhile.
        """
        copy = Copy(end, end, metadata=metadata, headers=headers, if_match=if_match, keeps_all=True)
        info = await self._carry(copy)
        try:
            return await verify_copy(copy, info)
        except StowageError as error:
            if error.reason == "copy.differs":
                raise
            # It is done, whether or not it can be looked at.
            kept = _headers_of(copy, info)
            return ObjectInfo(end.key, info.size_bytes, headers=kept, metadata=metadata)

    async def _carry(self, copy: Copy) -> ObjectInfo:
        """
        Bring the bytes and what goes with them over; return the source as it was.
        """
        ref = ObjectRef(copy.source.key, copy.source.version_id)
        info = await copy.source.live.backend.objects.head(copy.source.bucket, ref)
        if copy.if_match and info.etag != copy.if_match:
            raise errors.PRECONDITION_FAILED()
        tags = await self._tags(copy, info)
        try:
            await self._send(copy, info)
        except StowageError as error:
            if error.entry is errors.PRECONDITION_FAILED and copy.only_if_absent:
                raise errors.OBJECT_EXISTS() from error
            raise
        if tags is not None:
            target = copy.target
            await target.live.backend.objects.set_tags(target.bucket, ObjectRef(target.key), tags)
        return info

    async def _tags(self, copy: Copy, info: ObjectInfo) -> Mapping[str, str] | None:
        """
        Return the tags that must be set afterwards; `None` where there is nothing to do.
        """
        source, target = copy.source, copy.target
        is_carried = copy.is_inside and info.size_bytes <= self._limits.server_copy_bytes
        if is_carried or "tagging" in source.live.missing:
            return None
        ref = ObjectRef(source.key, source.version_id)
        try:
            tags = await source.live.backend.objects.get_tags(source.bucket, ref)
        except StowageError as error:
            if error.entry is errors.NOT_SUPPORTED:
                return None
            raise
        # Only where it is known: a server that overlooks `?tagging` would take tags for the object.
        may_tag = target.live.capabilities.tagging
        if tags and copy.keeps_all and not may_tag:
            params = {"capability": "tagging"}
            raise errors.NOT_SUPPORTED(reason="capability.missing", params=params)
        return tags if tags and may_tag else None

    async def _send(self, copy: Copy, info: ObjectInfo) -> None:
        """
        Send the object with its storage class, or without one that the target does not know.
        """
        new = NewObject(
            _headers_of(copy, info),
            info.metadata if copy.metadata is None else copy.metadata,
            only_if_absent=copy.only_if_absent,
            storage_class=info.storage_class,
        )
        try:
            await self._send_as(copy, info, new)
        except StowageError as error:
            is_about_class = error.params.get("upstream_code") in _CLASS_UNKNOWN
            if not new.storage_class or not is_about_class:
                raise
            await self._send_as(copy, info, replace(new, storage_class=""))

    async def _send_as(self, copy: Copy, info: ObjectInfo, new: NewObject) -> None:
        """
        Take the way that fits: by the backend, in one stream, or in parts.
        """
        if copy.is_inside and info.size_bytes <= self._limits.server_copy_bytes:
            await _copy_inside(copy, info, new)
        elif not copy.is_inside and info.size_bytes <= self._limits.single_put_bytes:
            await _stream(copy, info, new)
        else:
            await self._parts.send(copy, info, new)


def _headers_of(copy: Copy, source: ObjectInfo) -> ContentHeaders:
    if copy.headers is None:
        return source.headers
    return replace(copy.headers, expires=source.headers.expires)


async def verify_copy(copy: Copy, source: ObjectInfo) -> ObjectInfo:
    """
    Return the target as its backend has it.

    Raises:
        StowageError: `backend_error`, reason `copy.differs`: it has another size.
    """
    target = copy.target
    info = await target.live.backend.objects.head(target.bucket, ObjectRef(target.key))
    if info.size_bytes != source.size_bytes:
        raise errors.BACKEND_ERROR(reason="copy.differs", params={"backend": target.live.info.id})
    return info


async def _copy_inside(copy: Copy, info: ObjectInfo, new: NewObject) -> None:
    source, target = copy.source, copy.target
    await target.live.backend.objects.copy(
        (source.bucket, ObjectRef(source.key, source.version_id)),
        (target.bucket, target.key),
        # CopyObject knows no If-None-Match on every service; the look before must do.
        None if copy.metadata is None else replace(new, only_if_absent=False),
        if_match=info.etag,
        storage_class=new.storage_class,
    )
    copy.moved(info.size_bytes)


async def _stream(copy: Copy, info: ObjectInfo, new: NewObject) -> None:
    source, target = copy.source, copy.target
    download = await source.live.backend.objects.open(
        source.bucket,
        ObjectRef(source.key, source.version_id),
        conditions=Conditions(if_match=info.etag),
    )
    if not isinstance(download, Download):
        raise errors.BACKEND_ERROR(reason="backend.rejected")
    try:
        await target.live.backend.objects.put_stream(
            target.bucket,
            target.key,
            new,
            chunks=counted(download, copy.moved),
            size_bytes=info.size_bytes,
        )
    finally:
        await download.body.aclose()


async def counted(download: Download, moved: BytesMoved) -> AsyncIterator[bytes]:
    """
    Give the body of a download, and tell of every piece.
    """
    async for chunk in download.body:
        yield chunk
        moved(len(chunk))
