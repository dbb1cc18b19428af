"""
`Backend`: the seam between us and a storage, and what is known of one without asking it.

Everything here raises `StowageError` only; an implementation translates what its library raises.
"""

from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Protocol

from app.backends.settings import BucketSettings, ObjectLocks
from app.backends.stored import (
    NO_CONDITIONS,
    BucketInfo,
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
    OpenUpload,
    Part,
    PartPage,
    UploadRef,
    VersionPage,
)

MAX_PARTS = 10_000
"""Parts of one upload, Amazon S3's "Multipart upload limits"."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """
    What a backend can do. Everything is false until probing, a preset or the operator says so.
    """

    versioning: bool = False
    object_lock: bool = False
    lifecycle: bool = False
    bucket_policy: bool = False
    cors: bool = False
    tagging: bool = False
    server_side_encrypt: bool = False
    conditional_writes: bool = False
    """Honours `If-None-Match: *` on a PUT."""
    chunked_upload: bool = False
    """Takes a body framed as aws-chunked."""
    literal_dot_segments: bool = False
    """Takes `.` and `..` in a key as they stand, so that they cannot lead to another bucket."""

    @property
    def names(self) -> frozenset[str]:
        """
        The names of what it can do, as a proxy worker wants them.
        """
        return frozenset(one.name for one in fields(self) if getattr(self, one.name))


CAPABILITY_NAMES = tuple(one.name for one in fields(Capabilities))

NO_CAPABILITIES = Capabilities()


def decide_capabilities(known: Mapping[str, bool]) -> Capabilities:
    """
    Return what a backend can do for certain; what is not known counts as no.

    Names that are not capabilities are ignored.
    """
    return Capabilities(**{name: known.get(name, False) for name in CAPABILITY_NAMES})


@dataclass(frozen=True, slots=True)
class BackendInfo:
    """
    A backend as it was configured, without its secret.
    """

    id: str
    name: str
    endpoint: str
    """`http://` or `https://`, host and port; never empty, without a trailing slash."""
    region: str = "us-east-1"
    path_style: bool = True
    preset: str = ""
    ca_file: str = ""
    is_in_maintenance: bool = False
    overrides: Mapping[str, bool] = field(default_factory=dict)
    """Capabilities as the operator set them."""


@dataclass(frozen=True, slots=True)
class UpstreamKey:
    """
    The upstream credential: ours, to the backend; never a client's.
    """

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str = field(default="", repr=False)
    """Of a key that ends; empty for one that is kept."""


class BucketStore(Protocol):
    """
    The buckets of a backend.
    """

    async def list(self) -> Sequence[BucketInfo]:
        """
        Return every bucket, in the backend's order.
        """
        ...

    async def create(self, bucket: str, *, region: str = "", locks_objects: bool = False) -> None:
        """
        Create a bucket; a region other than the default becomes its location.
        """
        ...

    async def delete(self, bucket: str) -> None:
        """
        Delete an empty bucket.
        """
        ...

    async def verify(self, bucket: str) -> None:
        """
        Refuse a bucket that is not there.
        """
        ...

    async def is_versioned(self, bucket: str) -> bool:
        """
        Tell whether versions are kept now.
        """
        ...

    async def keeps_versions(self, bucket: str) -> bool:
        """
        Tell whether there may be older versions: they are kept, or were until it was suspended.
        """
        ...

    async def set_versioned(self, bucket: str, *, enabled: bool) -> None:
        """
        Keep versions from now on, or suspend keeping them.
        """
        ...


class ObjectStore(Protocol):
    """
    The objects of a backend.
    """

    async def list(self, bucket: str, query: ListQuery) -> ObjectPage:
        """
        Return one page of objects and common prefixes.
        """
        ...

    async def list_versions(self, bucket: str, query: ListQuery) -> VersionPage:
        """
        Return one page of versions and delete markers.
        """
        ...

    async def head(self, bucket: str, ref: ObjectRef) -> ObjectInfo:
        """
        Return what is known of an object.
        """
        ...

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
        ...

    async def put(self, bucket: str, key: str, body: bytes, new: NewObject) -> ObjectInfo:
        """
        Store a small object whose body is in memory.
        """
        ...

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
        Store an object from a stream of exactly `size_bytes`, which is never held whole.
        """
        ...

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
        Copy from (bucket, object) to (bucket, key); `new` replaces headers and metadata.

        With `if_match` only while the source has this ETag. No backend carries the storage class
        over by itself.
        """
        ...

    async def delete(self, bucket: str, ref: ObjectRef) -> ObjectRef:
        """
        Delete an object or a version; one that is not there is a success.
        """
        ...

    async def delete_many(self, bucket: str, refs: Sequence[ObjectRef]) -> DeleteOutcome:
        """
        Delete up to 1000 objects in one call.
        """
        ...

    async def get_tags(self, bucket: str, ref: ObjectRef) -> Mapping[str, str]:
        """
        Return the tags of an object.
        """
        ...

    async def set_tags(self, bucket: str, ref: ObjectRef, tags: Mapping[str, str]) -> None:
        """
        Replace the tags of an object; none clears them.
        """
        ...


class UploadStore(Protocol):
    """
    The multipart uploads of a backend.
    """

    async def list(self, bucket: str, *, prefix: str = "") -> Sequence[OpenUpload]:
        """
        Return the first page of open uploads.
        """
        ...

    def walk(self, bucket: str) -> AsyncIterator[OpenUpload]:
        """
        Give every open upload of a bucket.
        """
        ...

    async def create(self, bucket: str, key: str, new: NewObject) -> str:
        """
        Begin an upload and return its id.
        """
        ...

    async def put_part(
        self, upload: UploadRef, part_number: int, *, chunks: AsyncIterable[bytes], size_bytes: int
    ) -> Part:
        """
        Store one part from a stream of exactly `size_bytes`, which is never held whole.
        """
        ...

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
        Store one part from a range of (bucket, object) of the same backend.
        """
        ...

    async def list_parts(self, upload: UploadRef, *, token: str = "") -> PartPage:
        """
        Return one page of the parts that are stored.
        """
        ...

    async def complete(
        self, upload: UploadRef, parts: Sequence[Part], *, only_if_absent: bool = False
    ) -> ObjectInfo:
        """
        Make the object of its parts; the answer knows ETag and version, not the size.
        """
        ...

    async def abort(self, upload: UploadRef) -> None:
        """
        Give up an upload and its parts; one that is not there is a success.
        """
        ...


class Backend(Protocol):
    """
    One storage, ready to be called.
    """

    @property
    def info(self) -> BackendInfo:
        """
        The backend as it was configured.
        """
        ...

    @property
    def buckets(self) -> BucketStore:
        """
        Its buckets.
        """
        ...

    @property
    def objects(self) -> ObjectStore:
        """
        Its objects.
        """
        ...

    @property
    def uploads(self) -> UploadStore:
        """
        Its multipart uploads.
        """
        ...

    @property
    def settings(self) -> BucketSettings:
        """
        The settings of its buckets.
        """
        ...

    @property
    def locks(self) -> ObjectLocks:
        """
        The locks of its objects.
        """
        ...

    async def ping(self) -> None:
        """
        Ask for the list of buckets, once, without trying again.
        """
        ...

    async def probe(self) -> Mapping[str, bool]:
        """
        Find out what the backend can do; what could not be found out is left out.
        """
        ...

    async def close(self) -> None:
        """
        Close every connection; calls under way fail.
        """
        ...
