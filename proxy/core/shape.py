"""
What the names of a request's fields tell by themselves, worked out once for each combination.

A client sends the same names all day, only the values differ. Nothing in here depends on a value,
on who asks or on the snapshot, so that an answer that was right once stays right.
"""

from collections.abc import Hashable, Iterable
from typing import TypeVar

MAX_SHAPES = 1024
MAX_SHAPE_LENGTH = 2048
"""Of all names together; whoever sends more is answered, not remembered."""

CHECKSUM_FIELDS = frozenset(
    f"x-amz-checksum-{name}"
    for name in (
        "crc32",
        "crc32c",
        "crc64nvme",
        "md5",
        "sha1",
        "sha256",
        "sha512",
        "xxhash3",
        "xxhash64",
        "xxhash128",
    )
)

_AMZ = "x-amz-"
_JUDGED = ("x-amz-meta-", "x-amz-grant-")
_JUDGED_ALONE = frozenset({"x-amz-acl", "x-amz-bypass-governance-retention"})
_CUSTOMER_KEYS = (
    "x-amz-server-side-encryption-customer-",
    "x-amz-copy-source-server-side-encryption-customer-",
)

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Memo(dict[_Key, _Value]):
    """
    Answers worked out before, up to so many; with one more it begins anew.

    Whoever floods it with questions that are never asked again costs the others one working out.
    """

    __slots__ = ("_limit",)

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def remember(self, key: _Key, value: _Value) -> _Value:
        """
        Keep an answer, and return it.
        """
        if len(self) >= self._limit:
            self.clear()
        self[key] = value
        return value


class Shape:
    """
    The names of a head's fields, in order, and what follows from them.
    """

    __slots__ = (
        "amz",
        "amz_set",
        "checksums",
        "has_customer_keys",
        "has_judged",
        "passed",
        "taken",
    )

    def __init__(self, names: tuple[str, ...]) -> None:
        self.amz = tuple(name for name in names if name.startswith(_AMZ))
        """The names that begin with `x-amz-`."""
        self.amz_set = frozenset(self.amz)
        self.checksums = tuple(name for name in self.amz if name in CHECKSUM_FIELDS)
        """The names that declare a digest of the body or the object."""
        self.has_customer_keys = any(name.startswith(_CUSTOMER_KEYS) for name in self.amz)
        """One of them is about a customer's own encryption key."""
        self.has_judged = any(
            name.startswith(_JUDGED) or name in _JUDGED_ALONE for name in self.amz
        )
        """The value of one of them asks for a right of its own, or has a limit."""
        self.taken: set[object] = set()
        """The operations that are known to take every one of them."""
        self.passed: dict[object, tuple[str, ...]] = {}
        """For an operation: the names that go on to a backend."""


_shapes: Memo[tuple[str, ...], Shape] = Memo(MAX_SHAPES)


def find_shape(fields: Iterable[str]) -> Shape:
    """
    Return what is known of fields of these names, in this order.
    """
    names = tuple(fields)
    shape = _shapes.get(names)
    if shape is None:
        shape = Shape(names)
        if sum(map(len, names)) <= MAX_SHAPE_LENGTH:
            _shapes.remember(names, shape)
    return shape
