"""
What is to be copied, on which terms, and where a copy in parts writes down what it has open.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from app.backends.registry import LiveBackend
from app.backends.stored import ContentHeaders, ObjectInfo


@dataclass(frozen=True, slots=True)
class CopyEnd:
    """
    One end of a copy: an object of a backend that may be called.
    """

    live: LiveBackend
    bucket: str
    key: str
    version_id: str = ""


@dataclass(frozen=True, slots=True)
class OpenCopy:
    """
    A multipart upload that a copy began.
    """

    etag: str
    """The source's, when it began; parts of another object are of no use."""
    begun_at: datetime
    upload_id: str = ""
    """Empty while nobody knows yet whether the backend began it."""


class UploadJournal(Protocol):
    """
    The memory of a copy across an interruption.
    """

    @property
    def keeps(self) -> bool:
        """
        Whether an upload that is interrupted is found again; else it must be aborted at once.
        """
        ...

    async def find(self, target: CopyEnd) -> OpenCopy | None:
        """
        Return the upload that an earlier attempt began, if there is one.
        """
        ...

    async def note(self, target: CopyEnd, upload: OpenCopy | None) -> None:
        """
        Write down what is open now; when this returns it survives the process. `None`: nothing.
        """
        ...


class NoJournal:
    """
    Remembers nothing: for a copy that ends with its request.
    """

    keeps = False

    async def find(self, target: CopyEnd) -> OpenCopy | None:  # noqa: ARG002  the protocol's signature
        """
        Return nothing.
        """
        return None

    async def note(self, target: CopyEnd, upload: OpenCopy | None) -> None:
        """
        Forget it.
        """


BytesMoved = Callable[[int], None]


def _ignore(_size_bytes: int) -> None:
    """
    Take note of nothing.
    """


@dataclass(frozen=True, slots=True)
class Copy:
    """
    What is to be copied, and on which terms.
    """

    source: CopyEnd
    target: CopyEnd
    metadata: Mapping[str, str] | None = None
    """`None` keeps the source's."""
    headers: ContentHeaders | None = None
    """`None` keeps the source's; what is not set in it is removed. `expires` always stays."""
    if_match: str = ""
    """Copy only while the source has this ETag; empty asks for none."""
    only_if_absent: bool = False
    """Also have the backend refuse to replace an object, where it can."""
    keeps_all: bool = False
    """Fail rather than leave tags behind that the target cannot carry."""
    moved: BytesMoved = field(default=_ignore, repr=False)
    """Told of bytes as they arrive; negative where they must be sent again."""
    journal: UploadJournal = field(default_factory=NoJournal, repr=False)

    @property
    def is_inside(self) -> bool:
        """
        Whether both ends are on one backend, which then copies by itself.
        """
        return self.source.live.info.id == self.target.live.info.id


@dataclass(frozen=True, slots=True)
class Copied:
    """
    A copy that was verified.
    """

    source: ObjectInfo
    """The source as it was when it was copied."""
    target: ObjectInfo
