"""
Multipart uploads of an S3 backend.
"""

from collections.abc import AsyncIterable, Sequence
from typing import Any

from app.backends import s3_answers
from app.backends.s3_connection import S3Connection
from app.backends.s3_objects import new_object_options
from app.backends.s3_streams import UploadStream
from app.backends.stored import NewObject, ObjectInfo, OpenUpload, Part, PartPage, UploadRef
from app.errors import registry as errors
from app.errors.raised import StowageError

_MISSING = "upload.not_found"


class S3Uploads:
    """
    The calls of `UploadStore` in S3.
    """

    def __init__(self, connection: S3Connection) -> None:
        self._connection = connection

    async def list(self, bucket: str, *, prefix: str = "") -> Sequence[OpenUpload]:
        """
        Return the first page of open uploads.
        """
        with self._connection.call():
            answer = await self._connection.control.list_multipart_uploads(
                Bucket=bucket, Prefix=prefix
            )
        return tuple(
            OpenUpload(one.get("Key", ""), one.get("UploadId", ""), one.get("Initiated"))
            for one in answer.get("Uploads", [])
        )

    async def create(self, bucket: str, key: str, new: NewObject) -> str:
        """
        Begin an upload and return its id. A condition belongs to `complete`, not here.
        """
        options = new_object_options(new)
        options.pop("IfNoneMatch", None)
        with self._connection.call():
            answer = await self._connection.control.create_multipart_upload(
                Bucket=bucket, Key=key, **options
            )
        return answer["UploadId"]

    async def put_part(
        self, upload: UploadRef, part_number: int, *, chunks: AsyncIterable[bytes], size_bytes: int
    ) -> Part:
        """
        Store one part from a stream of exactly `size_bytes`; at most some 100 KiB are held.

        An exception of the stream itself comes out as it is, and the backend stores nothing.
        """
        stream: Any = UploadStream(chunks, size_bytes)
        try:
            with self._connection.call(_MISSING):
                answer = await self._connection.transfer.upload_part(
                    PartNumber=part_number, Body=stream, ContentLength=size_bytes, **_place(upload)
                )
        except StowageError:
            if stream.failure is not None:
                raise stream.failure from None
            raise
        return Part(part_number, answer.get("ETag", ""), size_bytes)

    async def list_parts(self, upload: UploadRef, *, token: str = "") -> PartPage:
        """
        Return one page of the parts that are stored, in ascending order.
        """
        if token and not (token.isascii() and token.isdigit()):
            raise errors.BAD_REQUEST(reason="cursor.invalid")
        options: dict[str, Any] = {"PartNumberMarker": int(token)} if token else {}
        with self._connection.call(_MISSING):
            answer = await self._connection.control.list_parts(**_place(upload), **options)
        parts = tuple(
            Part(int(one["PartNumber"]), one.get("ETag", ""), int(one.get("Size", 0)))
            for one in answer.get("Parts", [])
        )
        is_more = answer.get("IsTruncated", False)
        return PartPage(parts, str(answer.get("NextPartNumberMarker", "")) if is_more else "")

    async def complete(
        self, upload: UploadRef, parts: Sequence[Part], *, only_if_absent: bool = False
    ) -> ObjectInfo:
        """
        Make the object of its parts; the answer knows ETag and version, not the size.
        """
        options: dict[str, Any] = {"IfNoneMatch": "*"} if only_if_absent else {}
        named: Any = [{"PartNumber": part.part_number, "ETag": part.etag} for part in parts]
        with self._connection.call(_MISSING):
            answer = await self._connection.control.complete_multipart_upload(
                MultipartUpload={"Parts": named}, **_place(upload), **options
            )
        version = s3_answers.version_id(answer.get("VersionId"))
        return ObjectInfo(upload.key, 0, etag=answer.get("ETag", ""), version_id=version)

    async def abort(self, upload: UploadRef) -> None:
        """
        Give up an upload and its parts; one that is not there is a success.
        """
        try:
            with self._connection.call(_MISSING):
                await self._connection.control.abort_multipart_upload(**_place(upload))
        except StowageError as error:
            if error.reason != _MISSING:
                raise


def _place(upload: UploadRef) -> dict[str, Any]:
    return {"Bucket": upload.bucket, "Key": upload.key, "UploadId": upload.upload_id}
