"""
What the metrics say of finished requests: one look-up for each request, labels put in at the end.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.tally import KEY_REQUESTS, SECONDS_BOUNDS, CounterDelta, HistogramDelta, Tally
from proxy.results import auth_failure

if TYPE_CHECKING:
    from proxy.record import Transaction

DURATION = "stowage_s3_request_duration_seconds"
BACKEND_DURATION = "stowage_s3_backend_duration_seconds"
UPSTREAM_DURATION = "stowage_s3_upstream_duration_seconds"
UNPROVEN = frozenset({"unauthorized", "invalid_credentials"})
"""Codes of requests whose access key is only claimed."""

_METHODS = frozenset({"GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"})
_BOUNDS = SECONDS_BOUNDS[DURATION]
_UPSTREAM_BOUNDS = SECONDS_BOUNDS[UPSTREAM_DURATION]
_MANY = 1000
"""Durations that wait to be added up, of one kind; nobody may ask for them for long."""

_Kind = tuple[str, str, int, str, str, str]
"""Method, operation, status, result, how it was authenticated, and the backend."""


class _Cell:
    """
    The requests of one kind.
    """

    __slots__ = (
        "bytes_in",
        "bytes_out",
        "durations",
        "requests",
        "seconds",
        "spread",
        "upstream_durations",
        "upstream_seconds",
        "upstream_spread",
    )

    def __init__(self) -> None:
        self.requests = self.bytes_in = self.bytes_out = 0
        self.seconds = self.upstream_seconds = 0.0
        self.spread = [0] * (len(_BOUNDS) + 1)
        self.upstream_spread = [0] * (len(_UPSTREAM_BOUNDS) + 1)
        self.durations: list[float] = []
        """Not in the figures above yet: added up together, which costs less."""
        self.upstream_durations: list[float] = []

    def fold(self) -> None:
        """
        Add up what has gathered.
        """
        self.requests += len(self.durations)
        self.seconds += sum(self.durations)
        self.upstream_seconds += sum(self.upstream_durations)
        _spread(self.durations, _BOUNDS, self.spread)
        _spread(self.upstream_durations, _UPSTREAM_BOUNDS, self.upstream_spread)
        self.durations, self.upstream_durations = [], []


def _spread(durations: list[float], bounds: Sequence[float], spread: list[int]) -> None:
    """
    Count durations between bounds; one on a bound is below it.
    """
    durations.sort()
    before = 0
    for place, bound in enumerate(bounds):
        upto = bisect_right(durations, bound)
        spread[place] += upto - before
        before = upto
    spread[-1] += len(durations) - before


class Measures:
    """
    Counts and durations of one worker since it last handed them in.
    """

    def __init__(self) -> None:
        self._cells: dict[_Kind, _Cell] = {}
        self._by_key: dict[str, int] = {}
        """Requests of each proven access key."""
        self._tally = Tally()

    def note(self, transaction: "Transaction", seconds: float, result: str) -> None:
        """
        Count a request that is over.
        """
        audited, request, error = transaction.audited, transaction.request, transaction.error
        kind = (
            "" if request is None else request.head.method,
            audited.operation,
            transaction.status,
            result,
            audited.auth_mode,
            audited.backend_id,
        )
        cell = self._cells.get(kind)
        if cell is None:
            cell = self._open(kind)
        access_key = audited.access_key
        if access_key and (error is None or error.code not in UNPROVEN):
            # By itself: there may be a hundred thousand keys, each with few requests.
            self._by_key[access_key] = self._by_key.get(access_key, 0) + 1
        if (moved := transaction.bytes_in) > 0:
            cell.bytes_in += moved
        if (moved := transaction.bytes_out) > 0:
            cell.bytes_out += moved
        if (upstream_seconds := transaction.upstream_seconds) >= 0:
            cell.upstream_durations.append(upstream_seconds)
        durations = cell.durations
        durations.append(seconds)
        if len(durations) >= _MANY:
            cell.fold()

    def _open(self, kind: _Kind) -> _Cell:
        # Only methods that exist have a row: anybody can make up others.
        known = (name_method(kind[0]), *kind[1:])
        return self._cells.setdefault(known, _Cell())

    def drain(self) -> tuple[tuple[CounterDelta, ...], tuple[HistogramDelta, ...]]:
        """
        Return everything counted, and start again from nothing.
        """
        cells, self._cells = self._cells, {}
        for kind, cell in cells.items():
            cell.fold()
            self._add(kind, cell)
        for access_key, requests in self._by_key.items():
            self._tally.count(KEY_REQUESTS, (access_key,), requests)
        self._by_key = {}
        return self._tally.drain()

    def _add(self, kind: _Kind, cell: _Cell) -> None:
        tally = self._tally
        method, operation, status, result, auth_mode, backend = kind
        labels = (method, operation, str(status), result, auth_mode)
        tally.count("stowage_s3_request_total", labels, cell.requests)
        tally.add(DURATION, (operation,), cell.spread, cell.seconds)
        if any(cell.upstream_spread):
            tally.add(UPSTREAM_DURATION, (operation,), cell.upstream_spread, cell.upstream_seconds)
        if cell.bytes_in:
            tally.count("stowage_s3_bytes_in_total", (operation,), cell.bytes_in)
        if cell.bytes_out:
            tally.count("stowage_s3_bytes_out_total", (operation,), cell.bytes_out)
        self._add_backend(backend, status, cell)
        self._add_refusals(result, cell.requests)
        if auth_mode == "anonymous":
            found = (operation, str(status))
            tally.count("stowage_s3_anonymous_request_total", found, cell.requests)
            if result in ("op-not-allowed", "rate-limited"):
                tally.count("stowage_s3_anonymous_reject_total", (result,), cell.requests)

    def _add_backend(self, backend: str, status: int, cell: _Cell) -> None:
        tally = self._tally
        tally.count(
            "stowage_s3_backend_request_total", (backend, name_class(status)), cell.requests
        )
        tally.add(BACKEND_DURATION, (backend,), cell.spread, cell.seconds)
        for direction, moved in (("in", cell.bytes_in), ("out", cell.bytes_out)):
            if moved:
                tally.count("stowage_s3_backend_bytes_total", (backend, direction), moved)

    def _add_refusals(self, result: str, requests: int) -> None:
        if (reason := auth_failure(result)) is not None:
            self._tally.count("stowage_s3_auth_failure_total", (reason,), requests)
        elif result == "scope-violation":
            self._tally.count("stowage_s3_scope_violation_total", (), requests)


def name_class(status: int) -> str:
    """
    Return the class of a status as a label, `2xx`; `unknown` where nobody was answered.
    """
    return f"{status // 100}xx" if 100 <= status < 600 else "unknown"  # noqa: PLR2004  1xx to 5xx


def name_method(method: str) -> str:
    """
    Return the method as a label: one that exists, else `OTHER`.
    """
    return method if method in _METHODS else "OTHER"
