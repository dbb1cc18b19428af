"""
Whether this process may be sent requests: named checks, each with its own answer.

Upstreams are not among them: a backend that is down must not take the dashboard down with it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import structlog

Note = Callable[[], str]
"""Returns what is worth saying in a few public words, though nothing is wrong with this process."""
Probe = Callable[[], Awaitable[str]]
"""Returns what is wrong in a few words that may be public; empty means all is well."""

_TIMEOUT_SECONDS = 3.0
_KEPT_SECONDS = 1.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """
    How one check went.
    """

    name: str
    problem: str = ""
    note: str = ""
    """What is worth saying of one that passed."""

    @property
    def is_ok(self) -> bool:
        """
        Tell whether the check passed.
        """
        return not self.problem


@dataclass(slots=True)
class Readiness:
    """
    The checks of this process. An answer is kept for a second, since strangers may ask.
    """

    probes: Mapping[str, Probe]
    notes: Mapping[str, Note] = field(default_factory=dict)
    _is_draining: bool = False
    _kept: tuple[CheckResult, ...] = ()
    _kept_at: float = float("-inf")
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def begin_drain(self) -> None:
        """
        Turn not ready for good; call it before the first listener closes.
        """
        self._is_draining = True

    async def check(self) -> tuple[CheckResult, ...]:
        """
        Run every check, at the same time and each for at most three seconds.
        """
        async with self._lock:
            if time.monotonic() - self._kept_at > _KEPT_SECONDS:
                self._kept = await self._run()
                self._kept_at = time.monotonic()
        drain = CheckResult("not_draining", "shutting down" if self._is_draining else "")
        notes = (CheckResult(name, note=note()) for name, note in self.notes.items())
        return (*self._kept, *notes, drain)

    async def _run(self) -> tuple[CheckResult, ...]:
        results = await asyncio.gather(
            *(_probe(name, probe) for name, probe in self.probes.items())
        )
        return tuple(results)


async def _probe(name: str, probe: Probe) -> CheckResult:
    try:
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            return CheckResult(name, await probe())
    except TimeoutError:
        return CheckResult(name, "no answer in time")
    except Exception:  # noqa: BLE001  a check that crashes is a check that failed
        _log.exception("readiness check crashed", check=name)
        return CheckResult(name, "failed")
