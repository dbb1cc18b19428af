"""
From botocore's answers to our values; pure.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from app.backends.stored import (
    ContentHeaders,
    DeleteFailure,
    DeleteOutcome,
    NotModified,
    ObjectInfo,
    ObjectPage,
    ObjectRef,
    ObjectVersion,
    VersionPage,
)
from app.errors import registry as errors

_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")
_MD5 = re.compile(r"[0-9a-f]{32}")
_MAX_MESSAGE = 200
_NULL_VERSION = "null"

Answer = Mapping[str, Any]


def version_id(value: str | None) -> str:
    """
    Return a version id; the `null` of a bucket without versions counts as none.
    """
    return "" if value is None or value == _NULL_VERSION else value


def to_object(key: str, answer: Answer, *, size_bytes: int | None = None) -> ObjectInfo:
    """
    Return the object of a HEAD or GET; `size_bytes` where the answer's length is a range's.
    """
    headers = ContentHeaders(
        answer.get("ContentType", ""),
        answer.get("CacheControl", ""),
        answer.get("ContentDisposition", ""),
        answer.get("ContentEncoding", ""),
        answer.get("ContentLanguage", ""),
        answer.get("Expires"),
    )
    return ObjectInfo(
        key,
        int(answer.get("ContentLength", 0)) if size_bytes is None else size_bytes,
        etag=answer.get("ETag", ""),
        headers=headers,
        storage_class=answer.get("StorageClass", ""),
        version_id=version_id(answer.get("VersionId")),
        last_modified=answer.get("LastModified"),
        metadata=dict(answer.get("Metadata", {})),
    )


def to_page(answer: Answer) -> ObjectPage:
    """
    Return one page of a listing.
    """
    objects = tuple(
        ObjectInfo(
            one["Key"],
            int(one.get("Size", 0)),
            etag=one.get("ETag", ""),
            storage_class=one.get("StorageClass", ""),
            last_modified=one.get("LastModified"),
        )
        for one in answer.get("Contents", [])
    )
    token = answer.get("NextContinuationToken", "") if answer.get("IsTruncated") else ""
    return ObjectPage(objects, _prefixes(answer), token)


def to_version_page(answer: Answer) -> VersionPage:
    """
    Return one page of versions: versions first, then delete markers, as the backend gives them.
    """
    versions = [_to_version(one) for one in answer.get("Versions", [])]
    markers = [_to_marker(one) for one in answer.get("DeleteMarkers", [])]
    token = ""
    if answer.get("IsTruncated"):
        token = _pack_markers(
            answer.get("NextKeyMarker", ""), answer.get("NextVersionIdMarker", "")
        )
    return VersionPage(tuple(versions + markers), _prefixes(answer), token)


def version_markers(token: str) -> dict[str, Any]:
    """
    Return the botocore parameters that continue after a page of versions.

    Raises:
        StowageError: `bad_request`, reason `cursor.invalid`.
    """
    if not token:
        return {}
    try:
        key, version = json.loads(urlsafe_b64decode(token.encode()))
    except (ValueError, TypeError) as error:
        raise errors.BAD_REQUEST(reason="cursor.invalid") from error
    if not isinstance(key, str) or not isinstance(version, str):
        raise errors.BAD_REQUEST(reason="cursor.invalid")
    markers = {"KeyMarker": key, "VersionIdMarker": version}
    return {name: value for name, value in markers.items() if value}


def to_delete_outcome(answer: Answer) -> DeleteOutcome:
    """
    Return what became of each object of a bulk delete.
    """
    deleted = tuple(
        ObjectRef(one.get("Key", ""), version_id(one.get("VersionId")))
        for one in answer.get("Deleted", [])
    )
    failures = tuple(
        DeleteFailure(
            one.get("Key", ""),
            version_id(one.get("VersionId")),
            one.get("Code", ""),
            str(one.get("Message", ""))[:_MAX_MESSAGE],
        )
        for one in answer.get("Errors", [])
    )
    return DeleteOutcome(deleted, failures)


def verify_digest(answer: Answer, md5: str) -> None:
    """
    Refuse an answer whose ETag shows that other bytes were stored than those that were sent.

    An ETag is the MD5 of an object in one piece unless it is encrypted (Amazon S3 API reference,
    "Object"); what has another form, or comes with encryption, says nothing.

    Raises:
        StowageError: `backend_error`, reason `backend.corrupted`.
    """
    etag = str(answer.get("ETag", "")).strip('"')
    is_encrypted = answer.get("ServerSideEncryption") or answer.get("SSECustomerAlgorithm")
    if _MD5.fullmatch(etag) and not is_encrypted and etag != md5:
        raise errors.BACKEND_ERROR(reason="backend.corrupted")


def to_not_modified(response: Answer) -> NotModified:
    """
    Return the answer 304 with the validators it carries.
    """
    headers = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return NotModified(headers.get("etag", ""), _parse_date(headers.get("last-modified", "")))


def parse_content_range(value: str) -> tuple[int | None, int | None]:
    """
    Return the first byte and the whole size of `bytes 0-9/100`; nothing for anything else.
    """
    match = _CONTENT_RANGE.fullmatch(value)
    return (int(match[1]), int(match[2])) if match else (None, None)


def _prefixes(answer: Answer) -> tuple[str, ...]:
    return tuple(one["Prefix"] for one in answer.get("CommonPrefixes", []))


def _to_version(one: Answer) -> ObjectVersion:
    return ObjectVersion(
        one["Key"],
        one.get("VersionId", ""),
        is_latest=bool(one.get("IsLatest")),
        size_bytes=int(one.get("Size", 0)),
        etag=one.get("ETag", ""),
        storage_class=one.get("StorageClass", ""),
        last_modified=one.get("LastModified"),
    )


def _to_marker(one: Answer) -> ObjectVersion:
    return ObjectVersion(
        one["Key"],
        one.get("VersionId", ""),
        is_latest=bool(one.get("IsLatest")),
        is_delete_marker=True,
        last_modified=one.get("LastModified"),
    )


def _pack_markers(key: str, version: str) -> str:
    return urlsafe_b64encode(json.dumps([key, version]).encode()).decode()


def _parse_date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None
