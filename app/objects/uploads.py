"""
Multipart uploads: begin, parts, complete, abort.
"""

from collections.abc import AsyncIterable, Sequence

from app.audit.actions import AuditAction
from app.audit.event import Actor
from app.backends.backend import MAX_PARTS
from app.backends.registry import LiveBackend
from app.backends.stored import (
    NewObject,
    ObjectInfo,
    OpenUpload,
    Part,
    PartPage,
    UploadRef,
)
from app.errors import registry as errors
from app.objects import actions
from app.objects.gate import Gate
from app.objects.lookahead import verify_absent, verify_bucket
from app.objects.place import BucketPlace, check_metadata
from app.types import parse_object_key


class UploadCalls:
    """
    What can be done to multipart uploads. Every call checks the actor's rights.
    """

    def __init__(self, gate: Gate, *, max_part_bytes: int) -> None:
        self._gate = gate
        self.max_part_bytes = max_part_bytes
        """The largest part that is taken."""

    async def list_uploads(
        self, actor: Actor, place: BucketPlace, *, prefix: str = ""
    ) -> Sequence[OpenUpload]:
        """
        Return the first page of open uploads, cut to what the actor may list.

        Raises:
            StowageError: `not_found`, `forbidden`.
        """
        live, allowed = self._gate.enter(actor, actions.LIST_UPLOADS, place, prefix=prefix)
        found = await live.backend.uploads.list(place.bucket, prefix=prefix)
        visible = allowed.visible_prefixes
        return [one for one in found if not visible or one.key.startswith(visible)]

    async def create_upload(
        self, actor: Actor, place: BucketPlace, key: str, new: NewObject
    ) -> UploadRef:
        """
        Begin an upload. It leaves no audit row: completing does.

        Raises:
            StowageError: `not_found`, `invalid_key`, `forbidden`, `invalid_metadata`;
                `object_exists` when only an absent key is to be written.
        """
        parse_object_key(key)
        live, allowed = self._gate.enter(actor, actions.WRITE_OBJECT, place, key=key)
        check_metadata(new.metadata)
        await verify_bucket(live, place.bucket)
        if new.only_if_absent or not allowed.may_overwrite:
            await verify_absent(live, place.bucket, key, allowed)
        upload_id = await live.backend.uploads.create(place.bucket, key, new)
        return UploadRef(place.bucket, key, upload_id)

    async def put_part(  # noqa: PLR0913  a part is named by that many values
        self,
        actor: Actor,
        backend_id: str,
        upload: UploadRef,
        part_number: int,
        *,
        chunks: AsyncIterable[bytes],
        size_bytes: int,
    ) -> Part:
        """
        Store one part from a stream, which is passed on as it comes and never held whole.

        `size_bytes` is what the stream gives, exactly: 1 to `uploads.max_part_bytes`.

        Raises:
            StowageError: `not_found`, `forbidden`, `bad_request`, `length_required`, `too_large`;
                `bad_request` when the stream has another length. An error of the stream itself
                comes out as it is.
        """
        place = BucketPlace(backend_id, upload.bucket)
        live, _ = self._gate.enter(actor, actions.WRITE_OBJECT, place, key=upload.key)
        if not 1 <= part_number <= MAX_PARTS:
            params = {"field": "part", "problem": f"use 1 to {MAX_PARTS}"}
            raise errors.BAD_REQUEST(reason="field.invalid", params=params)
        if size_bytes <= 0:
            raise errors.LENGTH_REQUIRED()
        if size_bytes > self.max_part_bytes:
            raise errors.TOO_LARGE(reason="part.limit", params={"limit": self.max_part_bytes})
        return await live.backend.uploads.put_part(
            upload, part_number, chunks=chunks, size_bytes=size_bytes
        )

    async def list_parts(
        self, actor: Actor, backend_id: str, upload: UploadRef, *, token: str = ""
    ) -> PartPage:
        """
        Return one page of the parts that are stored.

        Raises:
            StowageError: `not_found`, `forbidden`, `bad_request` for a foreign token.
        """
        place = BucketPlace(backend_id, upload.bucket)
        live, _ = self._gate.enter(actor, actions.LIST_PARTS, place, key=upload.key)
        return await live.backend.uploads.list_parts(upload, token=token)

    async def complete_upload(
        self, actor: Actor, backend_id: str, upload: UploadRef, parts: Sequence[Part]
    ) -> ObjectInfo:
        """
        Make the object of its parts, and say how large it is.

        Raises:
            StowageError: `not_found`, `forbidden`, `bad_request` for no parts; whatever the
                backend has against the parts.
        """
        place = BucketPlace(backend_id, upload.bucket)
        async with self._gate.audited(
            actor,
            AuditAction.OBJECT_UPLOAD,
            place,
            key=upload.key,
            detail={"parts": len(parts), "multipart": True},
        ) as facts:
            live, allowed = self._gate.enter(actor, actions.WRITE_OBJECT, place, key=upload.key)
            if not 1 <= len(parts) <= MAX_PARTS:
                raise errors.BAD_REQUEST(reason="field.missing", params={"field": "parts"})
            must_be_absent = not allowed.may_overwrite
            if must_be_absent:
                await verify_absent(live, upload.bucket, upload.key, allowed)
            facts["size"] = size = await _total_size(live, upload, parts)
            info = await live.backend.uploads.complete(
                upload,
                parts,
                only_if_absent=must_be_absent and live.capabilities.conditional_writes,
            )
            return ObjectInfo(info.key, size, etag=info.etag, version_id=info.version_id)

    async def abort_upload(self, actor: Actor, backend_id: str, upload: UploadRef) -> None:
        """
        Give up an upload and its parts; one that is not there is a success.

        Raises:
            StowageError: `not_found` for backend or bucket, `forbidden`.
        """
        place = BucketPlace(backend_id, upload.bucket)
        live, _ = self._gate.enter(actor, actions.ABORT_UPLOAD, place, key=upload.key)
        await live.backend.uploads.abort(upload)


async def _total_size(live: LiveBackend, upload: UploadRef, parts: Sequence[Part]) -> int:
    wanted = {part.part_number for part in parts}
    total, token = 0, ""
    while True:
        page = await live.backend.uploads.list_parts(upload, token=token)
        total += sum(part.size_bytes for part in page.parts if part.part_number in wanted)
        token = page.next_token
        if not token:
            return total
