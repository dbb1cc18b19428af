"""
Settings of the buckets of an S3 backend.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from app.backends import s3_lifecycle
from app.backends.s3_connection import S3Connection
from app.backends.settings import Encryption, LifecycleRule, ObjectLock
from app.errors import registry as errors
from app.errors.raised import ErrorEntry

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client

DAYS_A_YEAR = 365
# Amazon S3, "Error responses": what a bucket answers that has no such setting.
_UNSET = frozenset(
    {
        "NoSuchBucketPolicy",
        "NoSuchLifecycleConfiguration",
        "NoSuchTagSet",
        "NoSuchTagSetError",
        "ServerSideEncryptionConfigurationNotFoundError",
        "ObjectLockConfigurationNotFoundError",
    }
)
_EXISTS = frozenset({"BucketAlreadyExists", "BucketAlreadyOwnedByYou"})
_MALFORMED = frozenset(
    {
        "MalformedPolicy",
        "InvalidPolicyDocument",
        "PolicyTooLarge",
        "MalformedXML",
        "InvalidRequest",
        "InvalidArgument",
        "InvalidStorageClass",
        "InvalidTag",
    }
)


class S3Settings:
    """
    The calls of `BucketSettings` in S3.
    """

    def __init__(self, connection: S3Connection) -> None:
        self._connection = connection

    @property
    def _client(self) -> "S3Client":
        return self._connection.control

    async def get_policy(self, bucket: str) -> str:
        """
        Return the policy as JSON text.
        """
        answer = await self._ask("get_bucket_policy", bucket)
        return str(answer.get("Policy", ""))

    async def put_policy(self, bucket: str, policy: str) -> None:
        """
        Replace the policy; empty text takes it away.
        """
        with (
            self._connection.call(),
            understood(),
            refused_as(errors.INVALID_POLICY, "policy.refused"),
        ):
            if not policy:
                await self._clear("delete_bucket_policy", bucket)
                return
            await self._client.put_bucket_policy(Bucket=bucket, Policy=policy)

    async def get_lifecycle(self, bucket: str) -> tuple[LifecycleRule, ...]:
        """
        Return the rules; those that our members cannot tell carry what the backend has.
        """
        answer = await self._ask("get_bucket_lifecycle_configuration", bucket)
        return tuple(s3_lifecycle.to_rule(rule) for rule in answer.get("Rules", []))

    async def put_lifecycle(self, bucket: str, rules: Sequence[LifecycleRule]) -> None:
        """
        Replace the rules; none takes them away.
        """
        raw: Any = [s3_lifecycle.to_raw(rule) for rule in rules]
        with (
            self._connection.call(),
            understood(),
            refused_as(errors.INVALID_LIFECYCLE, "lifecycle.refused"),
        ):
            if not raw:
                await self._clear("delete_bucket_lifecycle", bucket)
                return
            await self._client.put_bucket_lifecycle_configuration(
                Bucket=bucket, LifecycleConfiguration={"Rules": raw}
            )

    async def get_object_lock(self, bucket: str) -> ObjectLock:
        """
        Return whether objects can be locked, and the default in days.
        """
        answer = await self._ask("get_object_lock_configuration", bucket)
        found = answer.get("ObjectLockConfiguration", {})
        default = found.get("Rule", {}).get("DefaultRetention", {})
        days = default.get("Days", 0) or default.get("Years", 0) * DAYS_A_YEAR
        is_enabled = found.get("ObjectLockEnabled") == "Enabled"
        return ObjectLock(is_enabled, default.get("Mode", ""), days)

    async def put_object_lock(self, bucket: str, lock: ObjectLock) -> None:
        """
        Replace the default; a bucket that cannot lock becomes one that can, where the backend can.
        """
        wanted: Any = {"ObjectLockEnabled": "Enabled"}
        if lock.mode:
            wanted["Rule"] = {"DefaultRetention": {"Mode": lock.mode, "Days": lock.days}}
        with self._connection.call(), understood():
            await self._client.put_object_lock_configuration(
                Bucket=bucket, ObjectLockConfiguration=wanted
            )

    async def get_encryption(self, bucket: str) -> Encryption | None:
        """
        Return the default encryption.
        """
        answer = await self._ask("get_bucket_encryption", bucket)
        rules = answer.get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
        default: Mapping[str, str] = next(
            (one.get("ApplyServerSideEncryptionByDefault", {}) for one in rules), {}
        )
        if not default.get("SSEAlgorithm"):
            return None
        return Encryption(default["SSEAlgorithm"], default.get("KMSMasterKeyID", ""))

    async def put_encryption(self, bucket: str, encryption: Encryption | None) -> None:
        """
        Replace the default encryption; `None` takes it away.
        """
        with self._connection.call(), understood():
            if encryption is None:
                await self._clear("delete_bucket_encryption", bucket)
                return
            default: Any = {"SSEAlgorithm": encryption.algorithm}
            if encryption.key_id:
                default["KMSMasterKeyID"] = encryption.key_id
            await self._client.put_bucket_encryption(
                Bucket=bucket,
                ServerSideEncryptionConfiguration={
                    "Rules": [{"ApplyServerSideEncryptionByDefault": default}]
                },
            )

    async def get_tags(self, bucket: str) -> Mapping[str, str]:
        """
        Return the tags of the bucket.
        """
        answer = await self._ask("get_bucket_tagging", bucket)
        return {tag["Key"]: tag["Value"] for tag in answer.get("TagSet", [])}

    async def put_tags(self, bucket: str, tags: Mapping[str, str]) -> None:
        """
        Replace the tags of the bucket; none takes them away.
        """
        with self._connection.call(), understood():
            if not tags:
                await self._clear("delete_bucket_tagging", bucket)
                return
            await self._client.put_bucket_tagging(
                Bucket=bucket,
                Tagging={"TagSet": [{"Key": key, "Value": tags[key]} for key in sorted(tags)]},
            )

    async def _clear(self, operation: str, bucket: str) -> None:
        """
        Take a setting away; one that was never made is a success.
        """
        try:
            await getattr(self._client, operation)(Bucket=bucket)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in _UNSET:
                raise

    async def _ask(self, operation: str, bucket: str) -> Mapping[str, Any]:
        """
        Ask for a setting; nothing stands for one that was never made.
        """
        with self._connection.call():
            try:
                answer: Mapping[str, Any] = await getattr(self._client, operation)(Bucket=bucket)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") in _UNSET:
                    return {}
                raise
        return answer


@contextmanager
def understood() -> Iterator[None]:
    """
    Tell apart a backend that knows no such setting and takes the request for "make this bucket".

    Raises:
        StowageError: `not_supported`.
    """
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") not in _EXISTS:
            raise
        raise errors.NOT_SUPPORTED(reason="backend.not_implemented") from error


@contextmanager
def refused_as(entry: ErrorEntry, reason: str) -> Iterator[None]:
    """
    Turn a backend's "this is malformed" into the error of the setting that was to be written.

    Raises:
        StowageError: of the entry, with the backend's code as the problem.
    """
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code not in _MALFORMED:
            raise
        raise entry(reason=reason, params={"upstream_code": code}) from error
