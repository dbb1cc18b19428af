"""
Multipart uploads of an S3 backend.
"""

from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from typing import Any

from app.backends import s3_answers
from app.backends.s3_completion import sending, write_parts
from app.backends.s3_connection import S3Connection
from app.backends.s3_objects import new_object_options
from app.backends.s3_streams import UploadStream
from app.backends.stored import (
    ByteRange,
    NewObject,
    ObjectInfo,
    ObjectRef,
    OpenUpload,
    Part,
    PartPage,
    UploadRef,
)
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
        answer = await self._page(bucket, Prefix=prefix)
        return tuple(
            OpenUpload(one.get("Key", ""), one.get("UploadId", ""), one.get("Initiated"))
            for one in answer.get("Uploads", [])
        )

    async def walk(self, bucket: str) -> AsyncIterator[OpenUpload]:
        """
        Give every open upload of a bucket, page after page.
        """
        markers: dict[str, Any] = {}
        while True:
            answer = await self._page(bucket, **markers)
            for one in answer.get("Uploads", []):
                yield OpenUpload(one.get("Key", ""), one.get("UploadId", ""), one.get("Initiated"))
            fresh = {
                "KeyMarker": answer.get("NextKeyMarker", ""),
                "UploadIdMarker": answer.get("NextUploadIdMarker", ""),
            }
            # A server that says that there is more, but not where, would be asked for ever.
            if not answer.get("IsTruncated", False) or fresh == markers or not fresh["KeyMarker"]:
                return
            markers = fresh

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
        s3_answers.verify_digest(answer, stream.digest)
        return Part(part_number, answer.get("ETag", ""), size_bytes)

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
        Store one part, at most 5 GiB, from a range of an object of the same backend.
        """
        bucket, ref = source
        origin: Any = {"Bucket": bucket, "Key": ref.key}
        if ref.version_id:
            origin["VersionId"] = ref.version_id
        options: dict[str, Any] = {"CopySourceIfMatch": if_match} if if_match else {}
        with self._connection.call(_MISSING):
            answer = await self._connection.control.upload_part_copy(
                PartNumber=part_number,
                CopySource=origin,
                CopySourceRange=byte_range.header,
                **_place(upload),
                **options,
            )
        first, last = byte_range.first or 0, byte_range.last or 0
        etag = answer.get("CopyPartResult", {}).get("ETag", "")
        return Part(part_number, etag, last - first + 1)

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
        body = await write_parts(parts)
        with self._connection.call(_MISSING), sending(body):
            answer = await self._connection.control.complete_multipart_upload(
                **_place(upload), **options
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

    async def _page(self, bucket: str, **options: Any) -> Mapping[str, Any]:  # noqa: ANN401  botocore's own options
        try:
            with self._connection.call():
                return await self._connection.control.list_multipart_uploads(
                    Bucket=bucket, **options
                )
        except StowageError as error:
            # `rclone serve s3` answers so where no upload is open.
            if error.reason == _MISSING:
                return {}
            raise


def _place(upload: UploadRef) -> dict[str, Any]:
    return {"Bucket": upload.bucket, "Key": upload.key, "UploadId": upload.upload_id}
