"""
Files that strangers send to an `upload` share: into its folder, never over what is there.
"""

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from mimetypes import guess_type

from app.backends.backend import MAX_PARTS
from app.backends.stored import ContentHeaders, NewObject, Part, UploadRef
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.objects.service import ObjectService
from app.shares.share import Share
from app.shares.visits import Visit, VisitService
from app.types import parse_object_key

SMALL_BYTES = 5 * 2**20
"""Up to here a file is held in memory and stored by one call; the least size of a part in S3."""
PART_BYTES = 16 * 2**20
MAX_TYPE = 128
_TRIES = 3
_UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class SentFile:
    """
    A file on its way to us.
    """

    name: str
    content_type: str
    size_bytes: int
    """What the stream gives, exactly."""
    chunks: AsyncIterator[bytes]


class Receiving:
    """
    Stores what visitors send. Nothing larger than a small file is held in memory.
    """

    def __init__(self, visits: VisitService, objects: ObjectService) -> None:
        self._visits = visits
        self._objects = objects

    async def receive(self, visit: Visit, sent: SentFile) -> None:
        """
        Store a file under its name, or beside one of that name that is there already.

        Raises:
            StowageError: `not_found`: the share takes no files; `invalid_key`;
                `type_not_allowed`; `too_large`; `exhausted`; what storing raises.
        """
        share = visit.share
        if share.target.kind != "upload":
            raise errors.NOT_FOUND(reason="share.not_found")
        _check_name(sent.name, share)
        _check_type(sent, share)
        await self._visits.hold_upload(visit, sent.size_bytes)
        try:
            key = await self._store(visit, sent)
        except BaseException:
            await self._visits.give_back_upload(visit, sent.size_bytes)
            raise
        self._visits.note_upload(visit, key, sent.size_bytes)

    async def _store(self, visit: Visit, sent: SentFile) -> str:
        folder = visit.share.target.prefix
        new = NewObject(ContentHeaders(_stored_type(sent)), only_if_absent=True)
        if sent.size_bytes <= SMALL_BYTES:
            return await self._store_small(visit, sent, new)
        for name in _names(sent.name):
            try:
                upload = await self._objects.uploads.create_upload(
                    visit.actor, visit.place, folder + name, new
                )
            except StowageError as error:
                if not is_taken(error):
                    raise
                continue
            return await self._fill(visit, upload, sent)
        raise errors.OBJECT_EXISTS()

    async def _store_small(self, visit: Visit, sent: SentFile, new: NewObject) -> str:
        body = b"".join([chunk async for chunk in sent.chunks])
        if len(body) != sent.size_bytes:
            problem = "the body has another length than declared"
            raise errors.BAD_REQUEST(
                reason="field.invalid", params={"field": "body", "problem": problem}
            )
        for name in _names(sent.name):
            key = visit.share.target.prefix + name
            try:
                await self._objects.writing.put(visit.actor, visit.place, key, body, new)
            except StowageError as error:
                if not is_taken(error):
                    raise
                continue
            return key
        raise errors.OBJECT_EXISTS()

    async def _fill(self, visit: Visit, upload: UploadRef, sent: SentFile) -> str:
        uploads, backend_id = self._objects.uploads, visit.place.backend_id
        size = max(PART_BYTES, -(-sent.size_bytes // MAX_PARTS))
        stream, parts = _Cut(sent.chunks), list[Part]()
        try:
            for start in range(0, sent.size_bytes, size):
                length = min(size, sent.size_bytes - start)
                part = await uploads.put_part(
                    visit.actor,
                    backend_id,
                    upload,
                    len(parts) + 1,
                    chunks=stream.take(length),
                    size_bytes=length,
                )
                parts.append(part)
            await uploads.complete_upload(visit.actor, backend_id, upload, parts)
        except BaseException:
            with suppress(StowageError):
                await uploads.abort_upload(visit.actor, backend_id, upload)
            raise
        return upload.key


class _Cut:
    """
    Cuts one stream into pieces of given sizes, whatever the sizes of its chunks.
    """

    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        self._chunks = chunks
        self._left = b""

    async def take(self, size: int) -> AsyncIterator[bytes]:
        """
        Give the next `size` bytes, or what there is.
        """
        while size:
            chunk = self._left or await anext(self._chunks, b"")
            if not chunk:
                return
            given, self._left = chunk[:size], chunk[size:]
            size -= len(given)
            yield given


def is_taken(error: StowageError) -> bool:
    """
    Tell whether an object of that key was there already.
    """
    return error.entry is errors.OBJECT_EXISTS or error.reason == "object.append_only"


def _names(name: str) -> Sequence[str]:
    """
    Return the name, and names beside it that nobody has; a stranger is not told which it became.
    """
    stem, dot, ending = name.rpartition(".")
    first, last = (stem, dot + ending) if stem else (name, "")
    return [name, *(f"{first}-{secrets.token_hex(4)}{last}" for _ in range(_TRIES - 1))]


def _check_name(name: str, share: Share) -> None:
    if "/" in name or "\\" in name or name in ("", "."):
        raise errors.INVALID_KEY(reason="key.dot_segment")
    parse_object_key(share.target.prefix + name)


def _check_type(sent: SentFile, share: Share) -> None:
    allowed = share.allowed_types
    declared = sent.content_type.partition(";")[0].strip().lower()
    media_type = declared or (guess_type(sent.name)[0] or "")
    if not allowed or any(_fits(one, sent.name.lower(), media_type) for one in allowed):
        return
    raise errors.TYPE_NOT_ALLOWED(
        reason="object.content_type", params={"allowed": ", ".join(allowed)}
    )


def _fits(allowed: str, name: str, media_type: str) -> bool:
    if allowed.startswith("."):
        return name.endswith(allowed)
    if allowed.endswith("/*"):
        return media_type.startswith(allowed[:-1])
    return media_type == allowed


def _stored_type(sent: SentFile) -> str:
    declared = sent.content_type.strip()
    is_plain = declared.isascii() and declared.isprintable() and len(declared) <= MAX_TYPE
    return declared if declared and is_plain else _UNKNOWN_TYPE
