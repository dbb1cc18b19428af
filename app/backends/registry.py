"""
The live backends: clients that are open, whether they answer, what they can do.

`BackendService` fills it from the database, at the start and after every change; a backend that is
replaced finishes its calls under way while new ones already go to the new one.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

import structlog

from app.backends.backend import NO_CAPABILITIES, Backend, BackendInfo, Capabilities, UpstreamKey
from app.backends.health import HealthRecord, HealthReport, ProbeResult
from app.clock import Clock
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.metrics import Metrics

CLOSE_SECONDS = 2.0

_log = structlog.get_logger(__name__)

Opener = Callable[[BackendInfo, UpstreamKey], Awaitable[Backend]]


async def _open_s3(info: BackendInfo, key: UpstreamKey) -> Backend:
    # Half of what a command imports; most commands call no backend.
    from app.backends.s3 import open_s3  # noqa: PLC0415  see above

    return await open_s3(info, key)


@dataclass(frozen=True, slots=True)
class Upstream:
    """
    A backend as the database has it, ready to be connected to.
    """

    info: BackendInfo
    key: UpstreamKey | None
    capabilities: Capabilities = NO_CAPABILITIES
    missing: frozenset[str] = frozenset()
    """What it is known not to have. A capability in neither set is unknown, and may be tried."""
    is_probed: bool = False
    """Whether somebody has looked what it can do."""
    trouble: str = ""
    """Why there is no key: for administrators."""


@dataclass(frozen=True, slots=True)
class LiveBackend:
    """
    A backend that can be called, as it stands now.
    """

    info: BackendInfo
    backend: Backend = field(repr=False)
    capabilities: Capabilities
    missing: frozenset[str] = frozenset()

    def require(self, capability: str) -> None:
        """
        Refuse what the backend is known not to have.

        Raises:
            StowageError: `not_supported`, reason `capability.missing`.
        """
        if capability in self.missing:
            raise errors.NOT_SUPPORTED(
                reason="capability.missing", params={"capability": capability}
            )


@dataclass(slots=True)
class _Entry:
    upstream: Upstream
    backend: Backend | None
    trouble: str
    health: HealthRecord = field(default_factory=HealthRecord)


class BackendRegistry:
    """
    Every enabled backend by its id. All methods belong to one event loop.
    """

    def __init__(self, clock: Clock, metrics: Metrics, *, opener: Opener = _open_s3) -> None:
        self._clock = clock
        self._metrics = metrics
        self._open = opener
        self._entries: dict[str, _Entry] = {}
        self._lock = asyncio.Lock()
        self._closing: set[asyncio.Task[None]] = set()
        self._opened = 0
        self._changed = asyncio.Event()

    @property
    def ids(self) -> tuple[str, ...]:
        """
        The ids of all backends, sorted.
        """
        return tuple(sorted(self._entries))

    def get(self, backend_id: str) -> LiveBackend:
        """
        Return a backend to call.

        Raises:
            StowageError: `not_found`, reason `backend.unknown`, also for one that is disabled;
                `backend_error`, reason `backend.misconfigured`, when its secret cannot be opened.
        """
        entry = self._find(backend_id)
        if entry.backend is None:
            raise errors.BACKEND_ERROR(
                reason="backend.misconfigured", params={"backend": backend_id}
            )
        upstream = entry.upstream
        return LiveBackend(upstream.info, entry.backend, upstream.capabilities, upstream.missing)

    def describe(self, backend_id: str) -> Upstream:
        """
        Return what is known of a backend, callable or not.

        Raises:
            StowageError: `not_found`, reason `backend.unknown`.
        """
        return self._find(backend_id).upstream

    def health(self, backend_id: str) -> HealthReport:
        """
        Return the present state of a backend and its history.

        Raises:
            StowageError: `not_found`, reason `backend.unknown`.
        """
        return self._find(backend_id).health.report()

    async def probe(self, backend_id: str) -> HealthReport:
        """
        Ask the backend now; at most five seconds. Takes no place in the history.

        Raises:
            StowageError: `not_found`, reason `backend.unknown`.
        """
        entry = self._find(backend_id)
        self._publish(backend_id, entry, await self._ask(entry), entry.health.note)
        return entry.health.report()

    async def probe_all(self) -> None:
        """
        Ask every backend at once and add the results to their histories.
        """
        await asyncio.gather(*(self._probe_recorded(backend_id) for backend_id in self.ids))

    async def probe_new(self) -> None:
        """
        Ask the backends that were never asked, and begin their histories.
        """
        fresh = [one for one in self.ids if self.health(one).last_probe_at is None]
        await asyncio.gather(*(self._probe_recorded(backend_id) for backend_id in fresh))

    async def sync(self, wanted: Mapping[str, Upstream]) -> tuple[str, ...]:
        """
        Open what is new, replace what changed, close what is gone; return the ids opened.

        What did not change keeps its connections and its history.
        """
        async with self._lock:
            for backend_id in self._entries.keys() - wanted.keys():
                self._drop(backend_id)
            opened = [one for one in wanted if await self._apply(one, wanted[one])]
        if opened:
            self._opened += 1
            self._changed.set()
            self._changed = asyncio.Event()
        return tuple(opened)

    async def wait_for_change(self, seen: int, seconds: float) -> int:
        """
        Return when backends were opened, or after that time: what to pass as `seen` next time.

        Nothing is missed between two calls; begin with 0.
        """
        if self._opened == seen:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._changed.wait()
        return self._opened

    async def close(self) -> None:
        """
        Close every backend at the end of the process; calls under way get two seconds.
        """
        for backend_id in self.ids:
            self._drop(backend_id)
        if not self._closing:
            return
        _, late = await asyncio.wait(self._closing, timeout=CLOSE_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _find(self, backend_id: str) -> _Entry:
        entry = self._entries.get(backend_id)
        if entry is None:
            raise errors.NOT_FOUND(reason="backend.unknown", params={"backend": backend_id[:80]})
        return entry

    async def _apply(self, backend_id: str, upstream: Upstream) -> bool:
        entry = self._entries.get(backend_id)
        if entry is not None and entry.upstream == upstream:
            return False
        if entry is not None and _is_same_place(entry.upstream, upstream):
            entry.upstream = upstream
            return False
        fresh = await self._connect(upstream)
        self._drop(backend_id)
        self._entries[backend_id] = fresh
        return True

    async def _connect(self, upstream: Upstream) -> _Entry:
        if upstream.key is None:
            return _Entry(upstream, None, upstream.trouble)
        try:
            return _Entry(upstream, await self._open(upstream.info, upstream.key), "")
        except (StowageError, ValueError, OSError) as error:
            # botocore raises ValueError for an endpoint that it cannot parse.
            _log.warning("a backend cannot be set up", backend=upstream.info.id, error=str(error))
            return _Entry(upstream, None, "The backend is not set up correctly.")

    def _drop(self, backend_id: str) -> None:
        entry = self._entries.pop(backend_id, None)
        if entry is None:
            return
        self._metrics.forget_backend(backend_id)
        if entry.backend is not None:
            task = asyncio.create_task(entry.backend.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def _probe_recorded(self, backend_id: str) -> None:
        entry = self._entries.get(backend_id)
        if entry is None or entry.upstream.info.is_in_maintenance:
            return
        self._publish(backend_id, entry, await self._ask(entry), entry.health.append)
        if self._entries.get(backend_id) is entry:
            self._metrics.count_probe(backend_id, is_up=entry.health.report().is_healthy)

    def _publish(
        self,
        backend_id: str,
        entry: _Entry,
        result: ProbeResult,
        remember: Callable[[ProbeResult], None],
    ) -> None:
        before = entry.health.report()
        remember(result)
        if before.last_probe_at is None or before.is_healthy != result.is_healthy:
            _log_turn(backend_id, result)
        if self._entries.get(backend_id) is entry:
            self._metrics.show_backend(backend_id, is_up=result.is_healthy)

    async def _ask(self, entry: _Entry) -> ProbeResult:
        at, started = self._clock.now(), time.monotonic()
        if entry.backend is None:
            return ProbeResult(at, is_healthy=False, latency_ms=0, error=entry.trouble)
        error = ""
        try:
            await entry.backend.ping()
        except StowageError as failure:
            error = f"{failure.message} {failure.detail}".strip()
        latency_ms = round((time.monotonic() - started) * 1000)
        return ProbeResult(at, is_healthy=not error, latency_ms=latency_ms, error=error)


def _log_turn(backend_id: str, result: ProbeResult) -> None:
    """
    Say that a backend began or ceased to answer; what stays as it was is not worth a line.
    """
    if result.is_healthy:
        _log.info("a backend answers", backend=backend_id, latency_ms=result.latency_ms)
    else:
        _log.warning("a backend does not answer", backend=backend_id, error=result.error)


def _is_same_place(left: Upstream, right: Upstream) -> bool:
    """
    Tell whether only what needs no new connection differs: name, capabilities, maintenance.
    """
    return (
        left.key == right.key
        and left.key is not None
        and left.info
        == replace(
            right.info,
            name=left.info.name,
            overrides=left.info.overrides,
            is_in_maintenance=left.info.is_in_maintenance,
        )
    )
