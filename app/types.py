"""
Values that are parsed once, where they enter, and trusted afterwards.

The rules are those of the dashboard API's validators and of Amazon S3 ("Bucket naming rules",
"Naming Amazon S3 objects"). A value of one of these types has passed its `parse_` function.
"""

import re
import secrets
import time
from typing import NewType

from app.errors import registry as errors
from app.errors.raised import StowageError

BackendId = NewType("BackendId", str)
BucketName = NewType("BucketName", str)
ObjectKey = NewType("ObjectKey", str)
UserId = NewType("UserId", str)
AccessKeyId = NewType("AccessKeyId", str)

MAX_KEY_BYTES = 1024

_BACKEND_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
# Bidirectional controls make a key look like another one; C0 and DEL have no place in a name.
_FORBIDDEN_IN_KEY = re.compile("[\x00-\x08\x0a-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def parse_backend_id(text: str) -> BackendId:
    """
    Return the id, trimmed and in lower case.

    Raises:
        StowageError: `bad_request`, reason `backend.id_invalid`.
    """
    folded = text.strip().lower()
    if not _BACKEND_ID.fullmatch(folded):
        raise errors.BAD_REQUEST(reason="backend.id_invalid", params={"value": text[:80]})
    return BackendId(folded)


def is_bucket_name(text: str) -> bool:
    """
    Tell whether S3 allows this bucket name: 3 to 63 of `a-z 0-9 - .`, no dash or dot at the ends.
    """
    return _BUCKET_NAME.fullmatch(text) is not None and ".." not in text


def parse_bucket_name(text: str) -> BucketName:
    """
    Return the name unchanged.

    Raises:
        StowageError: `invalid_bucket_name`.
    """
    if not is_bucket_name(text):
        raise errors.INVALID_BUCKET_NAME(params={"value": text[:80]})
    return BucketName(text)


def parse_object_key(text: str) -> ObjectKey:
    """
    Return the key unchanged: 1 to 1024 bytes of UTF-8 without controls or a `..` segment.

    A leading slash, empty segments and `.` segments are allowed, as S3 allows them.

    Raises:
        StowageError: `invalid_key` with the rule that was broken as reason.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if not 1 <= size <= MAX_KEY_BYTES:
        raise errors.INVALID_KEY(
            reason="key.length", params={"limit": MAX_KEY_BYTES, "size_bytes": size}
        )
    if _FORBIDDEN_IN_KEY.search(text) or _has_surrogate(text):
        raise errors.INVALID_KEY(reason="key.control_character")
    if ".." in text.split("/"):
        raise errors.INVALID_KEY(reason="key.dot_segment")
    return ObjectKey(text)


def parse_prefix(text: str) -> str:
    """
    Return the prefix unchanged: empty, or a key that ends with a slash.

    Raises:
        StowageError: `invalid_prefix` with the rule that was broken as reason.
    """
    if not text:
        return text
    if not text.endswith("/"):
        raise errors.INVALID_PREFIX(reason="prefix.no_slash")
    try:
        return parse_object_key(text)
    except StowageError as error:
        params = {"limit": MAX_KEY_BYTES}
        raise errors.INVALID_PREFIX(reason="prefix.malformed", params=params) from error


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def new_ulid(now_seconds: float | None = None) -> str:
    """
    Return a ULID: 26 characters of Crockford's base 32, sortable by creation time.
    """
    milliseconds = int((time.time() if now_seconds is None else now_seconds) * 1000)
    value = (milliseconds << 80) | secrets.randbits(80)
    return "".join(_CROCKFORD[(value >> shift) & 31] for shift in range(125, -1, -5))
