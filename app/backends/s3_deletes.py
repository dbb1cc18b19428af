"""
Deleting from an S3 backend, one object or many; also where many at once are not to be had.

Google Cloud Storage answers DeleteObjects with `NotImplemented` for some of its customers, and
DeleteObject of what is not there with 404, where Amazon S3 answers 204.
"""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.backends import s3_answers
from app.backends.stored import DeleteFailure, DeleteOutcome, ObjectRef
from app.errors import registry as errors
from app.errors.raised import StowageError

if TYPE_CHECKING:
    from app.backends.s3_connection import S3Connection

_AT_ONCE = 16
_NOT_THERE = ("object.not_found", "version.not_found")


class S3Deletes:
    """
    The calls of one backend that delete objects.
    """

    def __init__(self, connection: "S3Connection") -> None:
        self._connection = connection
        self._lacks_bulk = False

    async def delete(self, bucket: str, ref: ObjectRef) -> ObjectRef:
        """
        Delete an object or a version; one that is not there is a success.
        """
        place: dict[str, Any] = {"Bucket": bucket, **_identifier(ref)}
        try:
            with self._connection.call("version.not_found" if ref.version_id else _NOT_THERE[0]):
                answer = await self._connection.control.delete_object(**place)
        except StowageError as error:
            if error.reason not in _NOT_THERE:
                raise
            return ref
        return ObjectRef(ref.key, s3_answers.version_id(answer.get("VersionId")))

    async def delete_many(self, bucket: str, refs: Sequence[ObjectRef]) -> DeleteOutcome:
        """
        Delete up to 1000 objects in one call, or one by one if the backend has no such call.
        """
        if not self._lacks_bulk:
            try:
                return await self._delete_at_once(bucket, refs)
            except StowageError as error:
                if error.entry is not errors.NOT_SUPPORTED:
                    raise
                self._lacks_bulk = True
        return await self._delete_one_by_one(bucket, refs)

    async def _delete_at_once(self, bucket: str, refs: Sequence[ObjectRef]) -> DeleteOutcome:
        named: Any = [_identifier(ref) for ref in refs]
        with self._connection.call():
            answer = await self._connection.control.delete_objects(
                Bucket=bucket, Delete={"Objects": named}
            )
        return s3_answers.to_delete_outcome(answer)

    async def _delete_one_by_one(self, bucket: str, refs: Sequence[ObjectRef]) -> DeleteOutcome:
        """
        Delete each by itself; if none of them could be, fail with the first one's error.
        """
        free = asyncio.Semaphore(_AT_ONCE)

        async def delete(ref: ObjectRef) -> StowageError | None:
            async with free:
                try:
                    await self.delete(bucket, ref)
                except StowageError as error:
                    return error
            return None

        found = await asyncio.gather(*map(delete, refs))
        failed = [(ref, error) for ref, error in zip(refs, found, strict=True) if error is not None]
        if failed and len(failed) == len(refs):
            raise failed[0][1]
        deleted = (ref for ref, error in zip(refs, found, strict=True) if error is None)
        return DeleteOutcome(tuple(deleted), tuple(_failure(*one) for one in failed))


def _failure(ref: ObjectRef, error: StowageError) -> DeleteFailure:
    code = "AccessDenied" if error.reason == "backend.permission" else error.code
    return DeleteFailure(ref.key, ref.version_id, code, error.message)


def _identifier(ref: ObjectRef) -> dict[str, str]:
    return {"Key": ref.key, **({"VersionId": ref.version_id} if ref.version_id else {})}
