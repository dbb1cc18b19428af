"""
What a backend tells of what it stores: buckets, objects, versions, uploads, and open downloads.

Plain values in S3's words. Sizes are bytes, moments aware and in UTC, an ETag keeps its quotes.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

PAGE_KEYS = 1000
"""Keys of one page of a listing, at the most."""


@dataclass(frozen=True, slots=True)
class BucketInfo:
    """
    A bucket and, where the backend says so, when it was made.
    """

    name: str
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ContentHeaders:
    """
    The headers that are stored with an object and sent with it. Empty text means not set.
    """

    content_type: str = ""
    cache_control: str = ""
    content_disposition: str = ""
    content_encoding: str = ""
    content_language: str = ""
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """
    What is known of an object. A listing knows neither headers nor metadata.
    """

    key: str
    size_bytes: int
    etag: str = ""
    headers: ContentHeaders = ContentHeaders()
    storage_class: str = ""
    version_id: str = ""
    last_modified: datetime | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def content_type(self) -> str:
        """
        The stored media type, empty when there is none.
        """
        return self.headers.content_type


@dataclass(frozen=True, slots=True)
class ListQuery:
    """
    Which objects to list. `max_keys` above 1000 joins pages; 0 means the backend's own page.
    """

    prefix: str = ""
    delimiter: str = ""
    token: str = ""
    start_after: str = ""
    max_keys: int = 0


@dataclass(frozen=True, slots=True)
class ObjectPage:
    """
    One page of a listing; `next_token` is empty at the end.
    """

    objects: tuple[ObjectInfo, ...] = ()
    common_prefixes: tuple[str, ...] = ()
    next_token: str = ""


@dataclass(frozen=True, slots=True)
class ObjectVersion:
    """
    A version of an object, or a delete marker.
    """

    key: str
    version_id: str
    is_latest: bool
    is_delete_marker: bool = False
    size_bytes: int = 0
    etag: str = ""
    storage_class: str = ""
    last_modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class VersionPage:
    """
    One page of versions; `next_token` is empty at the end.
    """

    versions: tuple[ObjectVersion, ...] = ()
    common_prefixes: tuple[str, ...] = ()
    next_token: str = ""


@dataclass(frozen=True, slots=True)
class OpenUpload:
    """
    A multipart upload that is neither complete nor aborted.
    """

    key: str
    upload_id: str
    initiated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class UploadRef:
    """
    A multipart upload by the three values that name it.
    """

    bucket: str
    key: str
    upload_id: str


@dataclass(frozen=True, slots=True)
class Part:
    """
    One part of a multipart upload. The size is 0 where it is not known.
    """

    part_number: int
    etag: str
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class PartPage:
    """
    One page of parts; `next_token` is empty at the end.
    """

    parts: tuple[Part, ...] = ()
    next_token: str = ""


@dataclass(frozen=True, slots=True)
class ObjectRef:
    """
    An object by its key, or one version of it.
    """

    key: str
    version_id: str = ""


@dataclass(frozen=True, slots=True)
class DeleteFailure:
    """
    An object of a bulk delete that stayed, with the backend's code and our words.
    """

    key: str
    version_id: str = ""
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class DeleteOutcome:
    """
    What became of each object of a bulk delete.
    """

    deleted: tuple[ObjectRef, ...] = ()
    failures: tuple[DeleteFailure, ...] = ()


@dataclass(frozen=True, slots=True)
class ByteRange:
    """
    A part of an object, both ends included. `first=None` means the last `last` bytes (a suffix).
    """

    first: int | None
    last: int | None = None

    @property
    def header(self) -> str:
        """
        The value of the Range header, RFC 9110 section 14.1.2.
        """
        first = "" if self.first is None else str(self.first)
        last = "" if self.last is None else str(self.last)
        return f"bytes={first}-{last}"


@dataclass(frozen=True, slots=True)
class Conditions:
    """
    The conditional headers of a read, RFC 9110 section 13.1. Empty or `None` means not asked.
    """

    if_match: str = ""
    if_none_match: str = ""
    if_modified_since: datetime | None = None
    if_unmodified_since: datetime | None = None


NO_CONDITIONS = Conditions()


class ByteSource(Protocol):
    """
    The body of a download: iterate to read it, close it to give up the rest.
    """

    def __aiter__(self) -> AsyncIterator[bytes]:
        """
        Give the body in pieces of at most 64 KiB, fetched as they are asked for.
        """
        ...

    async def aclose(self) -> None:
        """
        Release the connection; may be called at any time and more than once.
        """
        ...


@dataclass(frozen=True, slots=True)
class Download:
    """
    An object whose body is ready to be read. The holder must close `body`.
    """

    info: ObjectInfo
    """The whole object; its size is that of the object, not of the range."""
    body: ByteSource = field(repr=False)
    length_bytes: int
    """How many bytes `body` gives."""
    first_byte: int | None = None
    """Where the range starts; `None` for the whole object."""

    @property
    def content_range(self) -> str:
        """
        The value of the Content-Range header; empty for the whole object.
        """
        if self.first_byte is None:
            return ""
        last = self.first_byte + self.length_bytes - 1
        return f"bytes {self.first_byte}-{last}/{self.info.size_bytes}"


@dataclass(frozen=True, slots=True)
class NotModified:
    """
    The answer to a conditional read of something that did not change.
    """

    etag: str = ""
    last_modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewObject:
    """
    What an object is to carry when it is written.
    """

    headers: ContentHeaders = ContentHeaders()
    metadata: Mapping[str, str] = field(default_factory=dict)
    only_if_absent: bool = False
    """Ask the backend to refuse when the key exists; needs `conditional_writes`."""
    storage_class: str = ""
    """Empty leaves the choice to the backend."""
