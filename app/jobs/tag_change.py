"""
What is to become of the tags of many objects.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class TagMode(StrEnum):
    """
    How new tags meet those that an object has.
    """

    ADD = "add"
    """Tags of other keys stay."""
    SET = "set"
    """The object has these and no others afterwards."""
    REMOVE = "remove"
    """Tags of these keys go, whatever their values."""


@dataclass(frozen=True, slots=True)
class TagChange:
    """
    A change that does no harm when it is made twice.
    """

    mode: TagMode
    tags: Mapping[str, str] = field(default_factory=dict)

    def apply(self, present: Mapping[str, str]) -> dict[str, str]:
        """
        Return the tags of an object afterwards.
        """
        match self.mode:
            case TagMode.ADD:
                return {**present, **self.tags}
            case TagMode.SET:
                return dict(self.tags)
            case TagMode.REMOVE:
                return {key: value for key, value in present.items() if key not in self.tags}
