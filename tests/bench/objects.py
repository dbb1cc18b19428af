"""
What is stored and sent: the bytes of the test objects and the XML around them.
"""

import base64
import hashlib
import random
import zlib
from functools import cache

KIB = 1024
MIB = 1024 * KIB
GB = 1_000_000_000

BUCKET = "bench"
FOREIGN_BUCKET = "foreign"
"""Exists upstream, and no virtual credential reaches it."""
LISTED = 100
DELETED = 1000
PART_BYTES = 8 * MIB
PART_COUNT = 8
PLAIN_ETAG = b"5c0a9e63c6a1cfa8f3b1d0f5e8a2d714"
"""What the static upstream gives for an upload that it did not hash."""
UPLOAD_ID = "bench-upload-0123456789abcdef"

SIZES = {"1k": KIB, "1m": MIB, "256m": 256 * MIB}
MEGABYTE = random.Random(4).randbytes(MIB)  # noqa: S311  # test data, the same in every run
KILOBYTE = MEGABYTE[:KIB]

_NS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
_DATE = "2026-01-02T03:04:05.000Z"


@cache
def sha256_of(size: str) -> bytes:
    """
    Return the digest of the object of that size.
    """
    if size == "1k":
        return hashlib.sha256(KILOBYTE).digest()
    digest = hashlib.sha256()
    for _ in range(SIZES[size] // MIB):
        digest.update(MEGABYTE)
    return digest.digest()


def crc32_of(data: bytes) -> str:
    """
    Return the checksum as the header `x-amz-checksum-crc32` has it.
    """
    return base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()


def md5_of(data: bytes) -> bytes:
    """
    Return the MD5 in hexadecimal, which is the ETag of a simple upload.
    """
    return hashlib.md5(data).hexdigest().encode()  # noqa: S324  # S3's ETag is MD5


def listed_key(number: int) -> str:
    """
    Return the key of one of the objects that a listing shows.
    """
    return f"list/photos/2026/{number:06d}.jpg"


def render_listing() -> str:
    """
    Return a listing of 100 objects.
    """
    rows = "".join(
        f"<Contents><Key>{listed_key(number)}</Key><LastModified>{_DATE}</LastModified>"
        f"<ETag>&quot;9dd4e461268c8034f5c8564e155c67a6&quot;</ETag><Size>1024</Size>"
        "<StorageClass>STANDARD</StorageClass></Contents>"
        for number in range(LISTED)
    )
    return _xml(
        "ListBucketResult",
        f"<Name>{BUCKET}</Name><Prefix>list/</Prefix><KeyCount>{LISTED}</KeyCount>"
        f"<MaxKeys>{LISTED}</MaxKeys><IsTruncated>false</IsTruncated>{rows}",
    )


def render_empty() -> str:
    """
    Return a listing of nothing.
    """
    return _xml("ListBucketResult", "<KeyCount>0</KeyCount><IsTruncated>false</IsTruncated>")


def render_buckets() -> str:
    """
    Return what ListBuckets gives.
    """
    rows = "".join(
        f"<Bucket><Name>{name}</Name><CreationDate>{_DATE}</CreationDate></Bucket>"
        for name in (BUCKET, FOREIGN_BUCKET)
    )
    return _xml(
        "ListAllMyBucketsResult",
        f"<Owner><ID>bench</ID><DisplayName>bench</DisplayName></Owner><Buckets>{rows}</Buckets>",
    )


def render_delete() -> bytes:
    """
    Return the body of a DeleteObjects request for 1,000 keys, as boto3 writes it.
    """
    rows = "".join(f"<Object><Key>delete/{number:08d}</Key></Object>" for number in range(DELETED))
    return f"<Delete {_NS}>{rows}</Delete>".encode()


def render_deleted() -> str:
    """
    Return the answer to it.
    """
    rows = "".join(
        f"<Deleted><Key>delete/{number:08d}</Key></Deleted>" for number in range(DELETED)
    )
    return _xml("DeleteResult", rows)


def render_begun() -> str:
    """
    Return the answer to CreateMultipartUpload.
    """
    return _xml(
        "InitiateMultipartUploadResult",
        f"<Bucket>{BUCKET}</Bucket><Key>multi</Key><UploadId>{UPLOAD_ID}</UploadId>",
    )


def render_completed() -> str:
    """
    Return the answer to CompleteMultipartUpload.
    """
    return _xml(
        "CompleteMultipartUploadResult",
        f"<Bucket>{BUCKET}</Bucket><Key>multi</Key><ETag>&quot;0a-8&quot;</ETag>",
    )


def render_complete(etags: list[str]) -> bytes:
    """
    Return the body of a CompleteMultipartUpload request.
    """
    rows = "".join(
        f'<Part><PartNumber>{number}</PartNumber><ETag>"{etag}"</ETag></Part>'
        for number, etag in enumerate(etags, 1)
    )
    return f"<CompleteMultipartUpload {_NS}>{rows}</CompleteMultipartUpload>".encode()


def _xml(name: str, inner: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} {_NS}>{inner}</{name}>'
