"""
Trying an endpoint before it is stored, step by step, so that the step that fails names the fault.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from app.backends import drafts
from app.backends.backend import BackendInfo, UpstreamKey
from app.backends.rows import NewBackend
from app.backends.s3 import PING_SECONDS, open_s3
from app.backends.trouble import CallPlace, translated
from app.errors.raised import StowageError

_TRIAL_ID = "trial"
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class TrialStep:
    """
    One thing that was tried. `reason` is the registry's, empty when it went well.
    """

    name: str
    is_ok: bool
    latency_ms: int
    reason: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """
    How it went; the last step is the one that failed, if one did.
    """

    steps: tuple[TrialStep, ...]

    @property
    def is_healthy(self) -> bool:
        """
        Tell whether every step went well.
        """
        return all(step.is_ok for step in self.steps)

    @property
    def latency_ms(self) -> int:
        """
        The time of all steps together.
        """
        return sum(step.latency_ms for step in self.steps)

    @property
    def error(self) -> str:
        """
        What failed, for the administrator; empty when all went well.
        """
        return next((step.message for step in self.steps if not step.is_ok), "")


async def try_backend(new: NewBackend) -> Trial:
    """
    Resolve, connect, and list the buckets; stop at the first failure. At most 15 seconds.

    Raises:
        StowageError: `bad_request`: the endpoint is none, or a key is missing.
    """
    filled = drafts.complete(replace(new, id=_TRIAL_ID))
    drafts.check_type(filled)
    return Trial(tuple([step async for step in _run(filled)]))


async def _run(new: NewBackend) -> AsyncIterator[TrialStep]:
    parts = urlsplit(new.endpoint)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    steps: dict[str, Callable[[], Awaitable[None]]] = {
        "dns": lambda: _resolve(host, port),
        "tcp": lambda: _connect(host, port),
        "list": lambda: _list(new),
    }
    for name, run in steps.items():
        step = await _timed(name, run)
        yield step
        if not step.is_ok:
            return


async def _timed(name: str, run: Callable[[], Awaitable[None]]) -> TrialStep:
    started = time.monotonic()
    failure: StowageError | None = None
    try:
        with translated(CallPlace(_TRIAL_ID)):
            async with asyncio.timeout(PING_SECONDS):
                await run()
    except StowageError as error:
        failure = error
    latency_ms = round((time.monotonic() - started) * 1000)
    if failure is None:
        return TrialStep(name, is_ok=True, latency_ms=latency_ms)
    message = f"{failure.message} {failure.detail}".strip()
    return TrialStep(name, False, latency_ms, failure.reason or failure.code, message)


async def _resolve(host: str, port: int) -> None:
    await asyncio.get_running_loop().getaddrinfo(host, port)


async def _connect(host: str, port: int) -> None:
    _, writer = await asyncio.open_connection(host, port)
    writer.close()


async def _list(new: NewBackend) -> None:
    info = BackendInfo(
        _TRIAL_ID,
        _TRIAL_ID,
        new.endpoint,
        new.region,
        path_style=bool(new.path_style),
        preset=new.preset,
        ca_file=new.ca_file,
    )
    try:
        backend = await open_s3(info, UpstreamKey(new.access_key.strip(), new.secret_key.strip()))
    except ValueError as error:
        raise OSError(f"{new.endpoint} cannot be used") from error
    try:
        await backend.ping()
    finally:
        await backend.close()
