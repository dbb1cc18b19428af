"""
Leave to do something: where it goes, under which conditions, and for how long the answer is known.
"""

from msgspec import Struct

from app.snapshot.values import EMPTY, BackendRoute, BucketTarget, Snapshot
from proxy.core.copy_source import ForeignSource
from proxy.core.operations import Operation
from proxy.core.shape import Memo

MAX_KNOWN = 16384


class Permit(Struct, frozen=True, gc=False):
    """
    Leave to do it: where it goes, and under which conditions.
    """

    target: BucketTarget
    backend: BackendRoute
    visible_prefixes: tuple[str, ...] = ()
    copy_source: str = ""
    """The source as the backend is to read it; empty where nothing is copied by itself."""
    foreign_source: ForeignSource | None = None
    """The source, where it lies on another backend."""
    must_not_replace: bool = False
    """Append-only: an object that is there must stay as it is."""


Question = tuple[str, str, Operation, bool]
"""Access key, the client's name of the bucket, the operation, and whether a version is named."""


class KnownPermits:
    """
    The leaves given under one snapshot that hold for every key and prefix of their bucket.

    They depend on nothing but the question and the snapshot. Under another snapshot none is known:
    whatever is changed or revoked is judged anew.
    """

    def __init__(self) -> None:
        self._snapshot = EMPTY
        self._permits: Memo[Question, Permit] = Memo(MAX_KNOWN)

    def under(self, snapshot: Snapshot) -> Memo[Question, Permit]:
        """
        Return what is known under this very snapshot.
        """
        if snapshot is not self._snapshot:
            self._snapshot = snapshot
            self._permits = Memo(MAX_KNOWN)
        return self._permits
