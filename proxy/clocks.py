"""
Backends whose clock is not ours: from the first request that they refuse for it, signed by theirs.

AWS: "Error responses", `RequestTimeTooSkewed`. SDKs correct their clock from its Date header alike.
"""

from collections.abc import Mapping
from dataclasses import replace
from email.utils import parsedate_to_datetime

from app.snapshot.values import BackendRoute, Snapshot

MAX_OFFSET_SECONDS = 86400
"""A clock that is further off is set up wrongly, and stays refused."""
MIN_OFFSET_SECONDS = 60
"""Less is nobody's trouble: S3 tolerates a quarter of an hour."""


class Clocks:
    """
    How far the clocks of backends are from ours, as far as they have told.
    """

    def __init__(self) -> None:
        self._offsets: dict[str, float] = {}

    def learn(self, backend_id: str, date: bytes | None, now: float) -> bool:
        """
        Take a backend's Date header; tell whether requests to it are to be signed otherwise now.

        Args:
            backend_id: Who refused a request for its moment.
            date: The value of the header, RFC 9110 5.6.7; `None` where there was none.
            now: Our own seconds since the epoch.
        """
        offset = _read_offset(date, now)
        if offset is None or abs(offset - self._offsets.get(backend_id, 0.0)) < MIN_OFFSET_SECONDS:
            return False
        self._offsets[backend_id] = offset
        return True

    def correct(self, snapshot: Snapshot) -> Snapshot:
        """
        Return a snapshot whose routes know how far their backend's clock is off.
        """
        if not self._offsets:
            return snapshot
        return replace(snapshot, backends=self._correct_routes(snapshot.backends))

    def _correct_routes(self, routes: Mapping[str, BackendRoute]) -> Mapping[str, BackendRoute]:
        return {
            name: replace(route, clock_offset=self._offsets.get(name, 0.0))
            for name, route in routes.items()
        }


def _read_offset(date: bytes | None, now: float) -> float | None:
    if date is None:
        return None
    try:
        theirs = parsedate_to_datetime(date.decode("ascii")).timestamp()
    except (ValueError, OverflowError):
        return None
    offset = theirs - now
    return offset if abs(offset) <= MAX_OFFSET_SECONDS else None
