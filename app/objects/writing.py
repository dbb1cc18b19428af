"""
Calls that change objects: upload, folder, copy, metadata, tags, delete.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.audit.actions import AuditAction
from app.audit.event import Actor, DetailValue
from app.backends.stored import (
    ContentHeaders,
    DeleteFailure,
    DeleteOutcome,
    NewObject,
    ObjectInfo,
    ObjectRef,
)
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.objects import actions
from app.objects.copier import Copier
from app.objects.copy_order import Copy, CopyEnd
from app.objects.gate import Gate
from app.objects.lookahead import already_there, verify_absent, verify_bucket
from app.objects.place import BucketPlace, check_headers, check_metadata, check_tags
from app.objects.versions import enter_delete
from app.rbac.policy import Action
from app.types import parse_object_key

MAX_DELETE_KEYS = 1000


class WritingCalls:
    """
    What can be done to objects. Every call checks the actor's rights; every change is audited.
    """

    def __init__(self, gate: Gate, copier: Copier) -> None:
        self._gate = gate
        self._copier = copier

    async def put(
        self, actor: Actor, place: BucketPlace, key: str, body: bytes, new: NewObject
    ) -> ObjectInfo:
        """
        Store a small object whose body is in memory.

        Raises:
            StowageError: `not_found`, `invalid_key`, `forbidden`, `invalid_metadata`;
                `object_exists` when only an absent key was to be written.
        """
        detail: dict[str, DetailValue] = {
            "size": len(body),
            "content_type": new.headers.content_type,
        }
        async with self._gate.audited(
            actor, AuditAction.OBJECT_UPLOAD, place, key=key, detail=detail
        ):
            return await self._put(actor, place, key, body, new)

    async def create_folder(self, actor: Actor, place: BucketPlace, key: str) -> ObjectInfo:
        """
        Store an empty object whose key ends with a slash, which is added where it is missing.

        Raises:
            StowageError: `not_found`, `invalid_key`, `forbidden`.
        """
        folder = key if key.endswith("/") else f"{key}/"
        async with self._gate.audited(actor, AuditAction.OBJECT_CREATE_FOLDER, place, key=folder):
            return await self._put(actor, place, folder, b"", NewObject())

    async def copy(
        self,
        actor: Actor,
        source: tuple[BucketPlace, ObjectRef],
        target: tuple[BucketPlace, str],
        *,
        metadata: Mapping[str, str] | None = None,
        only_if_absent: bool = False,
    ) -> ObjectInfo:
        """
        Copy an object; its headers and tags stay, its metadata unless given. Return the copy.

        Raises:
            StowageError: `not_found`, `invalid_key`, `forbidden` for either end; `bad_request`
                when both are the same; `object_exists` when only an absent key was to be written;
                `invalid_metadata`; whatever either backend has against it.
        """
        place, ref = source
        target_place, target_key = target
        is_across = place.backend_id != target_place.backend_id
        detail: dict[str, DetailValue] = {
            "dst_bucket": target_place.bucket,
            "dst_key": target_key,
        }
        if is_across:
            detail = {"dst_backend": target_place.backend_id, **detail}
        action = AuditAction.OBJECT_TRANSFER if is_across else AuditAction.OBJECT_COPY
        async with self._gate.audited(actor, action, place, key=ref.key, detail=detail) as facts:
            live, _ = self._gate.enter(actor, actions.READ_OBJECT, place, key=ref.key)
            self._check_target(source, target)
            there, allowed = self._gate.enter(
                actor, actions.WRITE_OBJECT, target_place, key=target_key
            )
            if metadata is not None:
                check_metadata(metadata)
            await verify_bucket(there, target_place.bucket)
            must_be_absent = only_if_absent or not allowed.may_overwrite
            if must_be_absent:
                await verify_absent(there, target_place.bucket, target_key, allowed)
            copied = await self._copier.copy(
                Copy(
                    CopyEnd(live, place.bucket, ref.key, ref.version_id),
                    CopyEnd(there, target_place.bucket, target_key),
                    metadata=metadata,
                    only_if_absent=must_be_absent and there.capabilities.conditional_writes,
                )
            )
            if is_across:
                facts["size"] = copied.target.size_bytes
            return copied.target

    async def set_metadata(  # noqa: PLR0913  each is a part of what is written
        self,
        actor: Actor,
        place: BucketPlace,
        key: str,
        metadata: Mapping[str, str],
        *,
        headers: ContentHeaders | None = None,
        if_match: str = "",
    ) -> ObjectInfo:
        """
        Replace the user metadata of an object by a copy onto itself; all else of it stays.

        Other content headers where they are given, else those that it has; with `if_match` only
        while it has this ETag.

        Raises:
            StowageError: `not_found`, `invalid_key`, `forbidden`, `invalid_metadata`;
                `precondition_failed` where it is another object meanwhile;
                `not_supported` where an object of 5 GiB would lose its tags.
        """
        detail = {"count": len(metadata)}
        async with self._gate.audited(
            actor, AuditAction.OBJECT_METADATA_SET, place, key=key, detail=detail
        ):
            live, allowed = self._gate.enter(actor, actions.WRITE_OBJECT, place, key=key)
            if not allowed.may_overwrite:
                raise already_there(allowed)
            check_metadata(metadata)
            check_headers(headers or ContentHeaders())
            return await self._copier.rewrite(
                CopyEnd(live, place.bucket, key), metadata, headers=headers, if_match=if_match
            )

    async def set_tags(
        self, actor: Actor, place: BucketPlace, ref: ObjectRef, tags: Mapping[str, str]
    ) -> None:
        """
        Replace the tags of an object; none clears them.

        Raises:
            StowageError: `not_found`, `invalid_key`, `forbidden`, `not_supported`,
                `too_many_tags`, `invalid_tag`.
        """
        detail = {"count": len(tags)}
        async with self._gate.audited(
            actor, AuditAction.OBJECT_TAGS_SET, place, key=ref.key, detail=detail
        ):
            live, _ = self._gate.enter(actor, actions.SET_TAGS, place, key=ref.key)
            live.require("tagging")
            check_tags(tags)
            await live.backend.objects.set_tags(place.bucket, ref, tags)

    async def delete(self, actor: Actor, place: BucketPlace, ref: ObjectRef) -> None:
        """
        Delete an object, or one version for good; one that is not there is a success.

        Raises:
            StowageError: `not_found` for backend or bucket, `invalid_key`, `forbidden`.
        """
        detail: dict[str, DetailValue] = {"version_id": ref.version_id} if ref.version_id else {}
        async with self._gate.audited(
            actor, AuditAction.OBJECT_DELETE, place, key=ref.key, detail=detail
        ):
            live = await enter_delete(self._gate, actor, place, ref)
            await live.backend.objects.delete(place.bucket, ref)

    async def delete_many(
        self, actor: Actor, place: BucketPlace, refs: Sequence[ObjectRef]
    ) -> DeleteOutcome:
        """
        Delete up to 1000 objects; the rights on each key are checked by itself.

        Raises:
            StowageError: `not_found`, `bad_request` for none, `too_many_keys`, `backend_error`.
        """
        async with self._gate.audited(
            actor, AuditAction.OBJECT_BULK_DELETE, place, detail={"requested": len(refs)}
        ) as facts:
            live = self._gate.find(place.backend_id, by=actor)
            if not refs:
                raise errors.BAD_REQUEST(reason="field.missing", params={"field": "keys"})
            if len(refs) > MAX_DELETE_KEYS:
                raise errors.TOO_MANY_KEYS(params={"limit": MAX_DELETE_KEYS})
            allowed, refused = self._split(actor, place, refs)
            outcome = DeleteOutcome()
            if allowed:
                outcome = await live.backend.objects.delete_many(place.bucket, allowed)
            outcome = replace(outcome, failures=(*refused, *outcome.failures))
            facts |= {"deleted": len(outcome.deleted), "errors": len(outcome.failures)}
            return outcome

    async def _put(
        self, actor: Actor, place: BucketPlace, key: str, body: bytes, new: NewObject
    ) -> ObjectInfo:
        self._gate.find(place.backend_id)
        parse_object_key(key)
        live, allowed = self._gate.enter(actor, actions.WRITE_OBJECT, place, key=key)
        check_metadata(new.metadata)
        await verify_bucket(live, place.bucket)
        if not new.only_if_absent and allowed.may_overwrite:
            return await live.backend.objects.put(place.bucket, key, body, new)
        await verify_absent(live, place.bucket, key, allowed)
        # The condition closes the gap between the look and the write, where the backend has it.
        guarded = replace(new, only_if_absent=live.capabilities.conditional_writes)
        try:
            return await live.backend.objects.put(place.bucket, key, body, guarded)
        except StowageError as error:
            if error.entry is errors.PRECONDITION_FAILED:
                raise already_there(allowed) from error
            raise

    def _check_target(
        self, source: tuple[BucketPlace, ObjectRef], target: tuple[BucketPlace, str]
    ) -> None:
        place, ref = source
        target_place, target_key = target
        self._gate.find(target_place.backend_id)
        parse_object_key(target_key)
        if place == target_place and ref == ObjectRef(target_key):
            problem = "source and target are the same object"
            raise errors.BAD_REQUEST(
                reason="field.invalid", params={"field": "dst_key", "problem": problem}
            )

    def _split(
        self, actor: Actor, place: BucketPlace, refs: Sequence[ObjectRef]
    ) -> tuple[list[ObjectRef], list[DeleteFailure]]:
        allowed: list[ObjectRef] = []
        refused: list[DeleteFailure] = []
        for ref in refs:
            try:
                self._gate.enter(actor, _delete_action(ref), place, key=ref.key)
            except StowageError as error:
                code = "AccessDenied" if error.entry is errors.FORBIDDEN else error.s3.code
                refused.append(DeleteFailure(ref.key, ref.version_id, code, error.message))
            else:
                allowed.append(ref)
        return allowed, refused


def _delete_action(ref: ObjectRef) -> Action:
    return actions.DELETE_VERSION if ref.version_id else actions.DELETE_OBJECT
