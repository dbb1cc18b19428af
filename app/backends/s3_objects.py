"""
Objects of an S3 backend.
"""

from collections.abc import AsyncIterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from app.backends import s3_answers
from app.backends.s3_connection import S3Connection
from app.backends.s3_deletes import S3Deletes
from app.backends.s3_streams import DownloadBody, UploadStream
from app.backends.stored import (
    NO_CONDITIONS,
    PAGE_KEYS,
    ByteRange,
    Conditions,
    DeleteOutcome,
    Download,
    ListQuery,
    NewObject,
    NotModified,
    ObjectInfo,
    ObjectPage,
    ObjectRef,
    VersionPage,
)
from app.backends.trouble import upstream_status
from app.errors.raised import StowageError

if TYPE_CHECKING:
    from types_aiobotocore_s3.type_defs import GetObjectOutputTypeDef

MAX_JOINED_KEYS = 10_000
_NOT_MODIFIED = 304
_MISSING = "object.not_found"


class S3Objects:
    """
    The calls of `ObjectStore` in S3.
    """

    def __init__(self, connection: S3Connection) -> None:
        self._connection = connection
        self._deletes = S3Deletes(connection)

    async def list(self, bucket: str, query: ListQuery) -> ObjectPage:
        """
        Return up to `max_keys` objects and common prefixes, at most 10,000; pages are joined.
        """
        wanted = min(query.max_keys or PAGE_KEYS, MAX_JOINED_KEYS)
        objects: list[ObjectInfo] = []
        prefixes: list[str] = []
        token = query.token
        while True:
            left = wanted - len(objects) - len(prefixes)
            page = await self._page(bucket, query, token, left)
            objects += page.objects
            prefixes += page.common_prefixes
            token = page.next_token
            if not token or len(objects) + len(prefixes) >= wanted:
                return ObjectPage(tuple(objects), tuple(prefixes), token)

    async def list_versions(self, bucket: str, query: ListQuery) -> VersionPage:
        """
        Return one page of versions and delete markers, as the backend orders them.
        """
        options: dict[str, Any] = s3_answers.version_markers(query.token)
        with self._connection.call():
            answer = await self._connection.control.list_object_versions(
                Bucket=bucket,
                Prefix=query.prefix,
                Delimiter=query.delimiter,
                MaxKeys=min(query.max_keys or PAGE_KEYS, PAGE_KEYS),
                **options,
            )
        return s3_answers.to_version_page(answer)

    async def head(self, bucket: str, ref: ObjectRef) -> ObjectInfo:
        """
        Return what is known of an object.
        """
        with self._connection.call(_missing(ref)):
            answer = await self._connection.control.head_object(
                Bucket=bucket, Key=ref.key, **_version(ref)
            )
        return s3_answers.to_object(ref.key, answer)

    async def open(
        self,
        bucket: str,
        ref: ObjectRef,
        *,
        byte_range: ByteRange | None = None,
        conditions: Conditions = NO_CONDITIONS,
    ) -> Download | NotModified:
        """
        Start a download. The caller must close the body of what it gets.
        """
        options = {**_version(ref), **_conditions(conditions)}
        if byte_range is not None:
            options["Range"] = byte_range.header
        with self._connection.call(_missing(ref)):
            try:
                answer = await self._connection.control.get_object(
                    Bucket=bucket, Key=ref.key, **options
                )
            except ClientError as error:
                if upstream_status(error) == _NOT_MODIFIED:
                    return s3_answers.to_not_modified(error.response)
                raise
        return self._to_download(ref.key, answer)

    async def put(self, bucket: str, key: str, body: bytes, new: NewObject) -> ObjectInfo:
        """
        Store a small object whose body is in memory.
        """
        with self._connection.call():
            answer = await self._connection.control.put_object(
                Bucket=bucket, Key=key, Body=body, **new_object_options(new)
            )
        return ObjectInfo(
            key,
            len(body),
            etag=answer.get("ETag", ""),
            headers=new.headers,
            version_id=s3_answers.version_id(answer.get("VersionId")),
            metadata=new.metadata,
        )

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
        Store an object of at most 5 GiB from a stream; at most some 100 KiB are held.

        An exception of the stream itself comes out as it is, and the backend stores nothing.
        """
        stream: Any = UploadStream(chunks, size_bytes)
        try:
            with self._connection.call():
                answer = await self._connection.transfer.put_object(
                    Bucket=bucket,
                    Key=key,
                    Body=stream,
                    ContentLength=size_bytes,
                    **new_object_options(new),
                )
        except StowageError:
            if stream.failure is not None:
                raise stream.failure from None
            raise
        s3_answers.verify_digest(answer, stream.digest)
        version = s3_answers.version_id(answer.get("VersionId"))
        return ObjectInfo(key, size_bytes, etag=answer.get("ETag", ""), version_id=version)

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
        Copy within the backend, at most 5 GiB; the source is percent-encoded by botocore.
        """
        source_bucket, ref = source
        options: dict[str, Any] = {"MetadataDirective": "COPY"}
        if storage_class:
            options["StorageClass"] = storage_class
        if new is not None:
            options |= {"MetadataDirective": "REPLACE", **new_object_options(new)}
        if if_match:
            options["CopySourceIfMatch"] = if_match
        origin: Any = {"Bucket": source_bucket, "Key": ref.key, **_version(ref)}
        with self._connection.call(_missing(ref)):
            answer = await self._connection.control.copy_object(
                Bucket=target[0], Key=target[1], CopySource=origin, **options
            )
        result = answer.get("CopyObjectResult", {})
        return ObjectInfo(
            target[1],
            0,
            etag=result.get("ETag", ""),
            version_id=s3_answers.version_id(answer.get("VersionId")),
            last_modified=result.get("LastModified"),
        )

    async def delete(self, bucket: str, ref: ObjectRef) -> ObjectRef:
        """
        Delete an object or a version; one that is not there is a success.
        """
        return await self._deletes.delete(bucket, ref)

    async def delete_many(self, bucket: str, refs: Sequence[ObjectRef]) -> DeleteOutcome:
        """
        Delete up to 1000 objects.
        """
        return await self._deletes.delete_many(bucket, refs)

    async def get_tags(self, bucket: str, ref: ObjectRef) -> Mapping[str, str]:
        """
        Return the tags of an object.
        """
        with self._connection.call(_missing(ref)):
            answer = await self._connection.control.get_object_tagging(
                Bucket=bucket, Key=ref.key, **_version(ref)
            )
        return {tag["Key"]: tag["Value"] for tag in answer.get("TagSet", [])}

    async def set_tags(self, bucket: str, ref: ObjectRef, tags: Mapping[str, str]) -> None:
        """
        Replace the tags of an object; none clears them.
        """
        place: dict[str, Any] = {"Bucket": bucket, "Key": ref.key, **_version(ref)}
        with self._connection.call(_missing(ref)):
            if not tags:
                await self._connection.control.delete_object_tagging(**place)
                return
            await self._connection.control.put_object_tagging(
                Tagging={"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]},
                **place,
            )

    async def _page(self, bucket: str, query: ListQuery, token: str, limit: int) -> ObjectPage:
        options: dict[str, Any] = {}
        if token:
            options["ContinuationToken"] = token
        elif query.start_after:
            options["StartAfter"] = query.start_after
        with self._connection.call():
            answer = await self._connection.control.list_objects_v2(
                Bucket=bucket,
                Prefix=query.prefix,
                Delimiter=query.delimiter,
                MaxKeys=min(limit, PAGE_KEYS),
                **options,
            )
        return s3_answers.to_page(answer)

    def _to_download(self, key: str, answer: "GetObjectOutputTypeDef") -> Download:
        length = int(answer.get("ContentLength", 0))
        first, total = s3_answers.parse_content_range(answer.get("ContentRange", ""))
        info = s3_answers.to_object(key, answer, size_bytes=total)
        body = DownloadBody(answer["Body"], self._connection)
        return Download(info, body, length, first)


def new_object_options(new: NewObject) -> dict[str, Any]:
    """
    Return the botocore parameters for what an object is to carry.
    """
    headers = {
        "ContentType": new.headers.content_type,
        "CacheControl": new.headers.cache_control,
        "ContentDisposition": new.headers.content_disposition,
        "ContentEncoding": new.headers.content_encoding,
        "ContentLanguage": new.headers.content_language,
        "Expires": new.headers.expires,
        "StorageClass": new.storage_class,
        "IfNoneMatch": "*" if new.only_if_absent else "",
    }
    options: dict[str, Any] = {name: value for name, value in headers.items() if value}
    if new.metadata:
        options["Metadata"] = dict(new.metadata)
    return options


def _version(ref: ObjectRef) -> dict[str, Any]:
    return {"VersionId": ref.version_id} if ref.version_id else {}


def _missing(ref: ObjectRef) -> str:
    return "version.not_found" if ref.version_id else _MISSING


def _conditions(conditions: Conditions) -> dict[str, Any]:
    wanted = {
        "IfMatch": conditions.if_match,
        "IfNoneMatch": conditions.if_none_match,
        "IfModifiedSince": conditions.if_modified_since,
        "IfUnmodifiedSince": conditions.if_unmodified_since,
    }
    return {name: value for name, value in wanted.items() if value}
