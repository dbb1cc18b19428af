"""
One write to a bucket that has a limit, from before its first byte to what became of it.

Standard library only: workers send these to main.
"""

from dataclasses import dataclass
from enum import StrEnum


class WriteKind(StrEnum):
    """
    What is written, as far as it can be looked for afterwards.
    """

    OBJECT = "object"
    """A whole object of a known size: uploaded or copied."""
    PART = "part"
    """A part of an upload."""
    VERSIONING = "versioning"
    """Versions will be kept, or not: from now on nothing that is replaced is credited."""
    OTHER = "other"
    """Something that stores no new bytes: a deletion, the end of an upload."""


@dataclass(frozen=True, slots=True)
class Write:
    """
    What is about to be done.
    """

    kind: WriteKind
    key: str
    size_bytes: int = 0
    """What will be stored; 0 for a body without a length, for which room is held as it comes."""
    frees_bytes: int = 0
    """What it replaces."""
    is_new: bool = True
    """There is no object of this key yet."""
    upload_id: str = ""
    part_number: int = 0
    began_at: float = 0.0
    """Seconds of the machine's monotonic clock, the same in every process."""

    @property
    def needed_bytes(self) -> int:
        """
        What it may add beyond what it replaces.
        """
        return max(0, self.size_bytes - self.frees_bytes)

    @property
    def growth(self) -> "Growth":
        """
        By how much the bucket grows when it succeeds.
        """
        delta = self.size_bytes - self.frees_bytes
        if self.kind is WriteKind.PART:
            return Growth(part_bytes=delta)
        return Growth(delta, int(self.kind is WriteKind.OBJECT and self.is_new))


@dataclass(frozen=True, slots=True)
class Growth:
    """
    By how much a bucket grew; negative when it shrank.
    """

    size_bytes: int = 0
    """In objects."""
    objects: int = 0
    part_bytes: int = 0
    """In parts of uploads that are not complete."""

    @property
    def total_bytes(self) -> int:
        """
        In both.
        """
        return self.size_bytes + self.part_bytes

    def __add__(self, other: "Growth") -> "Growth":
        return Growth(
            self.size_bytes + other.size_bytes,
            self.objects + other.objects,
            self.part_bytes + other.part_bytes,
        )


NO_GROWTH = Growth()
