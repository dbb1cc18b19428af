"""
Buckets of an S3 backend.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from app.backends.s3_connection import S3Connection
from app.backends.stored import BucketInfo
from app.errors import registry as errors

if TYPE_CHECKING:
    from types_aiobotocore_s3.type_defs import BucketTypeDef

_NO_CONSTRAINT = ("", "us-east-1", "auto")


class S3Buckets:
    """
    The calls of `BucketStore` in S3.
    """

    def __init__(self, connection: S3Connection) -> None:
        self._connection = connection

    async def list(self) -> Sequence[BucketInfo]:
        """
        Return every bucket, in the backend's order; pages are joined.
        """
        found: list[BucketInfo] = []
        more: dict[str, Any] = {}
        with self._connection.call():
            while True:
                answer = await self._connection.control.list_buckets(**more)
                found += [_to_bucket(one) for one in answer.get("Buckets", [])]
                if not answer.get("ContinuationToken"):
                    return tuple(found)
                more = {"ContinuationToken": answer["ContinuationToken"]}

    async def create(self, bucket: str, *, region: str = "", locks_objects: bool = False) -> None:
        """
        Create a bucket; a region other than the default becomes its location.

        Amazon S3, "Locking objects with Object Lock": it is switched on where a bucket is made.
        """
        options: dict[str, Any] = {}
        if locks_objects:
            options["ObjectLockEnabledForBucket"] = True
        if region not in _NO_CONSTRAINT:
            options["CreateBucketConfiguration"] = {"LocationConstraint": region}
        with self._connection.call():
            await self._connection.control.create_bucket(Bucket=bucket, **options)

    async def delete(self, bucket: str) -> None:
        """
        Delete an empty bucket.

        S3 leaves it to the server to refuse one that is not empty; SeaweedFS deletes it with all
        that is in it. So we look first.

        Raises:
            StowageError: `conflict`, reason `bucket.not_empty`.
        """
        with self._connection.call():
            if await self._holds_something(bucket):
                raise errors.CONFLICT(reason="bucket.not_empty")
            await self._connection.control.delete_bucket(Bucket=bucket)

    async def verify(self, bucket: str) -> None:
        """
        Refuse a bucket that is not there.

        Raises:
            StowageError: `not_found`, reason `bucket.not_found`.
        """
        with self._connection.call():
            await self._connection.control.head_bucket(Bucket=bucket)

    async def _holds_something(self, bucket: str) -> bool:
        page = await self._connection.control.list_objects_v2(Bucket=bucket, MaxKeys=1)
        if page.get("Contents"):
            return True
        try:
            kept = await self._connection.control.list_object_versions(Bucket=bucket, MaxKeys=1)
        except ClientError:
            return False  # a server without versions keeps none
        return bool(kept.get("Versions") or kept.get("DeleteMarkers"))

    async def is_versioned(self, bucket: str) -> bool:
        """
        Tell whether versions are kept now.
        """
        with self._connection.call():
            answer = await self._connection.control.get_bucket_versioning(Bucket=bucket)
        return answer.get("Status") == "Enabled"

    async def keeps_versions(self, bucket: str) -> bool:
        """
        Tell whether there may be older versions: they are kept, or were until it was suspended.
        """
        with self._connection.call():
            answer = await self._connection.control.get_bucket_versioning(Bucket=bucket)
        return "Status" in answer

    async def set_versioned(self, bucket: str, *, enabled: bool) -> None:
        """
        Keep versions from now on, or suspend keeping them.
        """
        with self._connection.call():
            await self._connection.control.put_bucket_versioning(
                Bucket=bucket,
                VersioningConfiguration={"Status": "Enabled" if enabled else "Suspended"},
            )


def _to_bucket(one: "BucketTypeDef") -> BucketInfo:
    return BucketInfo(one.get("Name", ""), one.get("CreationDate"))
