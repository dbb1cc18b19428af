"""
Where a call goes, with the names checked that could lead it somewhere else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.backends.registry import LiveBackend
from app.backends.stored import ContentHeaders
from app.errors import registry as errors
from app.types import MAX_KEY_BYTES

# Wider than the rule for new buckets: stores have older ones with capitals and underscores.
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")
_DOTS = frozenset({".", ".."})
_NUL = "\x00"
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_METADATA_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}")
MAX_METADATA_BYTES = 2048
MAX_HEADER_BYTES = 1024
MAX_TAGS = 10
MAX_TAG_KEY_BYTES = 128
MAX_TAG_VALUE_BYTES = 256


@dataclass(frozen=True, slots=True)
class BucketPlace:
    """
    A bucket on a backend.
    """

    backend_id: str
    bucket: str


def check_bucket(bucket: str) -> None:
    """
    Refuse a name that no bucket can have; `..` would climb out of the path on some servers.

    Raises:
        StowageError: `not_found`, reason `bucket.not_found`.
    """
    if not _BUCKET.fullmatch(bucket):
        raise errors.NOT_FOUND(reason="bucket.not_found")


def check_key(key: str, live: LiveBackend) -> None:
    """
    Refuse a key that cannot exist, or that the backend may take for another place.

    Raises:
        StowageError: `invalid_key` for a length or a character that no key of any store has, and
            for `.` and `..` segments, unless the backend takes them literally.
    """
    size = len(key.encode("utf-8", "surrogatepass"))
    if not 1 <= size <= MAX_KEY_BYTES:
        params = {"limit": MAX_KEY_BYTES, "size_bytes": size}
        raise errors.INVALID_KEY(reason="key.length", params=params)
    if _NUL in key:  # other controls are in stores: they are read and deleted, not written
        raise errors.INVALID_KEY(reason="key.control_character")
    if not live.capabilities.literal_dot_segments and _DOTS & set(key.split("/")):
        raise errors.INVALID_KEY(reason="key.dot_segment")


def check_metadata(metadata: Mapping[str, str]) -> None:
    """
    Refuse user metadata that S3 would not take: names are tokens, values printable ASCII, 2 KiB.

    Raises:
        StowageError: `invalid_metadata`.
    """
    total = sum(len(name) + len(value) for name, value in metadata.items())
    is_sound = all(
        _METADATA_NAME.fullmatch(name) and value.isascii() and not _CONTROL.search(value)
        for name, value in metadata.items()
    )
    if total > MAX_METADATA_BYTES or not is_sound:
        raise errors.INVALID_METADATA()


def check_headers(headers: ContentHeaders) -> None:
    """
    Refuse stored headers that no header line can carry: printable ASCII, 1 KiB each.

    Raises:
        StowageError: `invalid_metadata`.
    """
    values = (
        headers.content_type,
        headers.cache_control,
        headers.content_disposition,
        headers.content_encoding,
        headers.content_language,
    )
    for value in values:
        if len(value) > MAX_HEADER_BYTES or not value.isascii() or _CONTROL.search(value):
            raise errors.INVALID_METADATA()


def check_tags(tags: Mapping[str, str]) -> None:
    """
    Refuse tags beyond S3's limits ("Categorizing your storage using tags").

    Raises:
        StowageError: `too_many_tags`, `invalid_tag`.
    """
    if len(tags) > MAX_TAGS:
        raise errors.TOO_MANY_TAGS()
    for key, value in tags.items():
        is_key = 1 <= len(key.encode()) <= MAX_TAG_KEY_BYTES
        if not is_key or len(value.encode()) > MAX_TAG_VALUE_BYTES:
            raise errors.INVALID_TAG()
