"""
Locks of single versions of objects of an S3 backend.
"""

from typing import Any

from botocore.exceptions import ClientError

from app.backends.s3_connection import S3Connection
from app.backends.settings import Retention

# What a version without a lock answers: Amazon S3 the first ("GetObjectRetention"), SeaweedFS the
# last two.
_UNLOCKED = frozenset(
    {
        "NoSuchObjectLockConfiguration",
        "ObjectLockConfigurationNotFoundError",
        "InvalidRequest",
        "NoSuchObjectLegalHold",
        "NoSuchObjectRetention",
    }
)


class S3Locks:
    """
    The calls of `ObjectLocks` in S3.
    """

    def __init__(self, connection: S3Connection) -> None:
        self._connection = connection

    async def get_retention(self, bucket: str, key: str, version_id: str) -> Retention | None:
        """
        Return until when a version is kept.
        """
        with self._connection.call("object.not_found"):
            try:
                answer = await self._connection.control.get_object_retention(
                    **_place(bucket, key, version_id)
                )
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") in _UNLOCKED:
                    return None
                raise
        found = answer.get("Retention", {})
        until = found.get("RetainUntilDate")
        return None if until is None else Retention(found.get("Mode", ""), until)

    async def put_retention(
        self, bucket: str, key: str, version_id: str, retention: Retention
    ) -> None:
        """
        Keep a version until a moment.
        """
        wanted: Any = {"Mode": retention.mode, "RetainUntilDate": retention.until}
        with self._connection.call("object.not_found"):
            await self._connection.control.put_object_retention(
                **_place(bucket, key, version_id), Retention=wanted
            )

    async def has_legal_hold(self, bucket: str, key: str, version_id: str) -> bool:
        """
        Tell whether a version is held.
        """
        with self._connection.call("object.not_found"):
            try:
                answer = await self._connection.control.get_object_legal_hold(
                    **_place(bucket, key, version_id)
                )
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") in _UNLOCKED:
                    return False
                raise
        return answer.get("LegalHold", {}).get("Status") == "ON"

    async def put_legal_hold(self, bucket: str, key: str, version_id: str, *, on: bool) -> None:
        """
        Hold a version, or let it go.
        """
        with self._connection.call("object.not_found"):
            await self._connection.control.put_object_legal_hold(
                **_place(bucket, key, version_id), LegalHold={"Status": "ON" if on else "OFF"}
            )


def _place(bucket: str, key: str, version_id: str) -> dict[str, Any]:
    place = {"Bucket": bucket, "Key": key}
    return {**place, "VersionId": version_id} if version_id else place
