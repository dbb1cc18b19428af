"""
What a bucket and a key may be called on their way to a backend.

S3's own rules ("Bucket naming rules", "Creating object key names"), and what a backend could
mistake for something else: a path that leads out of its bucket, or into its admin API.
"""

from app.errors import registry as errors
from app.types import MAX_KEY_BYTES, is_bucket_name

API_PREFIXES = frozenset({"admin", "minio"})
"""First path segments that MinIO and Ceph answer with their admin API, signed like S3."""

LITERAL_DOT_SEGMENTS = "literal_dot_segments"
"""The capability of a backend that takes `.` and `..` in a key for what they are."""

_DOTS = frozenset({".", ".."})


def verify_bucket(name: str) -> None:
    """
    Refuse a bucket name that S3 does not allow or a backend would not take for a bucket.

    Raises:
        StowageError: `invalid_bucket_name`, or `forbidden` for the prefix of an admin API.
    """
    if not is_bucket_name(name):
        raise errors.INVALID_BUCKET_NAME(params={"value": name[:80]})
    if name in API_PREFIXES:
        raise errors.FORBIDDEN(reason="bucket.out_of_scope")


def verify_key(key: str) -> None:
    """
    Refuse a key that is longer than S3 allows.

    Raises:
        StowageError: `bad_request`, reason `s3.key_too_long`.
    """
    if len(key) * 4 > MAX_KEY_BYTES and len(key.encode("utf-8")) > MAX_KEY_BYTES:
        raise errors.BAD_REQUEST(reason="s3.key_too_long")


def verify_segments(key: str, capabilities: frozenset[str]) -> None:
    """
    Refuse a key with a `.` or `..` segment, which most servers would resolve like a path.

    Raises:
        StowageError: `bad_request`, reason `s3.uri_invalid`.
    """
    if "." in key and LITERAL_DOT_SEGMENTS not in capabilities and _DOTS & set(key.split("/")):
        raise errors.BAD_REQUEST(reason="s3.uri_invalid")
