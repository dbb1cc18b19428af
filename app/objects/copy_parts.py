"""
Copies in parts: for what is too large to be sent at once, and so that an interruption costs little.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

from app.backends.stored import (
    ByteRange,
    Conditions,
    Download,
    NewObject,
    ObjectInfo,
    ObjectRef,
    Part,
    UploadRef,
)
from app.clock import Clock
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.objects.copy_order import Copy, CopyEnd, OpenCopy

MIB = 1024 * 1024
GIB = 1024 * MIB
_MAX_USED_PARTS = 9000
"""Of the 10,000 that S3 allows ("Amazon S3 multipart upload limits")."""
_GONE = "upload.not_found"
_ATTEMPTS = 3
_PAUSE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class CopyLimits:
    """
    From which size on a copy goes in parts, and how large those are; bytes.
    """

    server_copy_bytes: int = 5 * GIB
    """What CopyObject takes ("Copying, moving, and renaming objects")."""
    single_put_bytes: int = 64 * MIB
    part_bytes: int = 64 * MIB
    server_part_bytes: int = GIB
    parts_at_once: int = 4

    def size_of_parts(self, size_bytes: int, *, is_inside: bool) -> int:
        """
        Return a size of which a few thousand make the object: it depends on nothing else.
        """
        least = self.server_part_bytes if is_inside else self.part_bytes
        needed = -(-size_bytes // _MAX_USED_PARTS)
        return max(least, -(-needed // MIB) * MIB)


class PartsCopier:
    """
    Sends objects as multipart uploads that an interruption does not lose.
    """

    def __init__(self, clock: Clock, limits: CopyLimits) -> None:
        self._clock = clock
        self._limits = limits

    async def send(self, copy: Copy, info: ObjectInfo, new: NewObject) -> None:
        """
        Send an object in parts, going on where an earlier attempt stopped.

        Raises:
            StowageError: whatever either backend has against it; the upload is aborted then.
        """
        known = await copy.journal.find(copy.target)
        upload: UploadRef | None = None
        done: dict[int, Part] = {}
        if known is not None:
            upload, done = await self._find_again(copy, info, known)
            if upload is None and await self._was_completed(copy, info, known):
                await copy.journal.note(copy.target, None)
                return
        if upload is None:
            upload = await self._begin(copy, info, new)
        try:
            parts = await self._send_parts(copy, info, upload, done)
            await self._complete(copy, upload, parts)
        except StowageError as error:
            # The request of a process that was killed may have completed it under our hands.
            if not await self._was_completed(copy, info, known):
                await self._abort(copy, upload)
                if known is None or error.reason != _GONE:
                    raise
                await self.send(copy, info, new)
        except asyncio.CancelledError:
            if not copy.journal.keeps:
                await asyncio.shield(self._abort(copy, upload))
            raise
        await copy.journal.note(copy.target, None)

    async def _begin(self, copy: Copy, info: ObjectInfo, new: NewObject) -> UploadRef:
        target, now = copy.target, self._clock.now()
        # Written down before and after: between the two, the backend may know more than we do.
        await copy.journal.note(target, OpenCopy(info.etag, now))
        upload_id = await target.live.backend.uploads.create(target.bucket, target.key, new)
        upload = UploadRef(target.bucket, target.key, upload_id)
        try:
            await copy.journal.note(target, OpenCopy(info.etag, now, upload_id))
        except BaseException:
            await asyncio.shield(self._abort(copy, upload))
            raise
        return upload

    async def _find_again(
        self, copy: Copy, info: ObjectInfo, known: OpenCopy
    ) -> tuple[UploadRef | None, dict[int, Part]]:
        """
        Return the upload of an earlier attempt with its parts, if it can be gone on with.
        """
        target = copy.target
        if not known.upload_id:
            await abort_unknown(target, known)
            return None, {}
        upload = UploadRef(target.bucket, target.key, known.upload_id)
        if known.etag != info.etag:
            await target.live.backend.uploads.abort(upload)
            return None, {}
        try:
            return upload, await self._stored_parts(target, upload)
        except StowageError as error:
            if error.reason != _GONE:
                raise
        return None, {}

    async def _was_completed(self, copy: Copy, info: ObjectInfo, known: OpenCopy | None) -> bool:
        """
        Tell whether the target is what an earlier attempt made of this very source.
        """
        if known is None or not known.upload_id or known.etag != info.etag:
            return False
        return await _is_there(copy, info, sum(1 for _ in self._ranges(copy, info)))

    async def _stored_parts(self, target: CopyEnd, upload: UploadRef) -> dict[int, Part]:
        found: dict[int, Part] = {}
        token = ""
        while True:
            page = await target.live.backend.uploads.list_parts(upload, token=token)
            found |= {part.part_number: part for part in page.parts}
            token = page.next_token
            if not token:
                return found

    async def _send_parts(
        self, copy: Copy, info: ObjectInfo, upload: UploadRef, done: dict[int, Part]
    ) -> list[Part]:
        free = asyncio.Semaphore(self._limits.parts_at_once)
        ranges = list(enumerate(self._ranges(copy, info), 1))

        async def send(number: int, wanted: ByteRange) -> Part:
            size_bytes = _size_of(wanted)
            known = done.get(number)
            if known is not None and known.size_bytes == size_bytes:
                copy.moved(size_bytes)
                return known
            async with free:
                return await _try_part(copy, info, upload, number, wanted)

        tasks = [asyncio.create_task(send(number, wanted)) for number, wanted in ranges]
        try:
            return list(await asyncio.gather(*tasks))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _ranges(self, copy: Copy, info: ObjectInfo) -> Iterator[ByteRange]:
        step = self._limits.size_of_parts(info.size_bytes, is_inside=copy.is_inside)
        for first in range(0, info.size_bytes, step):
            yield ByteRange(first, min(first + step, info.size_bytes) - 1)

    async def _complete(self, copy: Copy, upload: UploadRef, parts: Sequence[Part]) -> None:
        target = copy.target
        await target.live.backend.uploads.complete(
            upload,
            parts,
            only_if_absent=copy.only_if_absent and target.live.capabilities.conditional_writes,
        )

    async def _abort(self, copy: Copy, upload: UploadRef) -> None:
        await copy.target.live.backend.uploads.abort(upload)
        await copy.journal.note(copy.target, None)


async def abort_unknown(target: CopyEnd, known: OpenCopy) -> None:
    """
    Abort an upload that was begun without our hearing of its id.

    It can be told from other people's: it has this key, is not older than our intent, and holds no
    part, since ours get their first part only after the id was written down.
    """
    uploads = target.live.backend.uploads
    for one in await uploads.list(target.bucket, prefix=target.key):
        is_older = one.initiated_at is not None and one.initiated_at < known.begun_at.replace(
            microsecond=0
        )
        if one.key != target.key or is_older:
            continue
        upload = UploadRef(target.bucket, one.key, one.upload_id)
        if not (await uploads.list_parts(upload)).parts:
            await uploads.abort(upload)


async def _try_part(
    copy: Copy, info: ObjectInfo, upload: UploadRef, number: int, wanted: ByteRange
) -> Part:
    for attempt in range(1, _ATTEMPTS + 1):
        sent = _Sent(copy)
        try:
            if copy.is_inside:
                return await _copy_part(copy, info, upload, number, wanted)
            return await _stream_part(copy, info, upload, number, wanted, sent)
        except StowageError as error:
            sent.take_back()
            if not error.retryable or attempt == _ATTEMPTS:
                raise
            await asyncio.sleep(_PAUSE_SECONDS * 2**attempt)
    raise AssertionError  # the last attempt returns or raises


async def _copy_part(
    copy: Copy, info: ObjectInfo, upload: UploadRef, number: int, wanted: ByteRange
) -> Part:
    source = copy.source
    part = await copy.target.live.backend.uploads.copy_part(
        upload,
        number,
        source=(source.bucket, ObjectRef(source.key, source.version_id)),
        byte_range=wanted,
        if_match=info.etag,
    )
    copy.moved(part.size_bytes)
    return part


async def _stream_part(  # noqa: PLR0913, PLR0917  a part is named by that many values
    copy: Copy,
    info: ObjectInfo,
    upload: UploadRef,
    number: int,
    wanted: ByteRange,
    sent: "_Sent",
) -> Part:
    source = copy.source
    download = await source.live.backend.objects.open(
        source.bucket,
        ObjectRef(source.key, source.version_id),
        byte_range=wanted,
        conditions=Conditions(if_match=info.etag),
    )
    if not isinstance(download, Download):
        raise errors.BACKEND_ERROR(reason="backend.rejected")
    try:
        return await copy.target.live.backend.uploads.put_part(
            upload, number, chunks=sent.counted(download), size_bytes=_size_of(wanted)
        )
    finally:
        await download.body.aclose()


class _Sent:
    """
    What one attempt at a part has reported, so that a failure can take it back.
    """

    def __init__(self, copy: Copy) -> None:
        self._moved = copy.moved
        self._size_bytes = 0

    async def counted(self, download: Download) -> AsyncIterator[bytes]:
        """
        Give the body of a download, and report every piece.
        """
        async for chunk in download.body:
            yield chunk
            self._size_bytes += len(chunk)
            self._moved(len(chunk))

    def take_back(self) -> None:
        """
        Report that what was sent must be sent again.
        """
        self._moved(-self._size_bytes)


async def _is_there(copy: Copy, info: ObjectInfo, part_count: int) -> bool:
    """
    Tell whether the target is the outcome of the upload that is gone.
    """
    target = copy.target
    try:
        found = await target.live.backend.objects.head(target.bucket, ObjectRef(target.key))
    except StowageError as error:
        if error.entry is errors.NOT_FOUND:
            return False
        raise
    is_ours = found.etag.strip('"').endswith(f"-{part_count}")
    return is_ours and found.size_bytes == info.size_bytes


def _size_of(wanted: ByteRange) -> int:
    return (wanted.last or 0) - (wanted.first or 0) + 1
