"""
Trying an endpoint before it is stored, step by step, so that the step that fails names the fault.
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import aiohttp

from app.backends import drafts
from app.backends.backend import Backend, BackendInfo, UpstreamKey
from app.backends.rows import NewBackend
from app.backends.s3 import PING_SECONDS, open_s3
from app.backends.stored import BucketInfo, ListQuery
from app.backends.trouble import CallPlace, translated
from app.clock import SystemClock
from app.errors import registry as errors
from app.errors.raised import StowageError

_TRIAL_ID = "trial"
_MAX_SKEW = timedelta(minutes=15)
_OF_THE_KEY = frozenset({"backend.auth_failed", "backend.clock"})
_OF_THE_RIGHTS = frozenset({"backend.permission", "bucket.not_found"})
# Amazon S3, "Error responses": what a bucket of another region answers.
_OF_THE_REGION = frozenset(
    {"AuthorizationHeaderMalformed", "PermanentRedirect", "IllegalLocationConstraintException"}
)
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


async def try_backend(new: NewBackend, *, session_token: str = "") -> Trial:
    """
    Resolve, connect, sign, list and look into a bucket; stop at the first failure.

    Each step takes at most five seconds.

    Args:
        new: The backend, with both keys.
        session_token: Of a key that ends.

    Raises:
        StowageError: `bad_request`: the endpoint is none, or a key is missing.
    """
    filled = drafts.complete(replace(new, id=_TRIAL_ID))
    drafts.check_type(filled)
    return Trial(tuple([step async for step in _run(filled, session_token)]))


async def _run(new: NewBackend, session_token: str) -> AsyncIterator[TrialStep]:
    parts = urlsplit(new.endpoint)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    calls = _Calls(new, session_token)
    steps: dict[str, Callable[[], Awaitable[None]]] = {
        "dns": lambda: _resolve(host, port),
        "tcp": lambda: _connect(host, port),
        "tls": lambda: _shake_hands(host, port, new.ca_file),
        "clock": lambda: _compare_clocks(new),
        "signature": calls.sign,
        "list": calls.list,
        "region": calls.compare_region,
        "addressing": calls.find_bucket,
    }
    if parts.scheme != "https":
        del steps["tls"]
    try:
        for name, run in steps.items():
            step = await _timed(name, run)
            yield step
            if not step.is_ok:
                return
    finally:
        await calls.close()


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


async def _shake_hands(host: str, port: int, ca_file: str) -> None:
    context = ssl.create_default_context(cafile=ca_file or None)
    _, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname=host)
    writer.close()


async def _compare_clocks(new: NewBackend) -> None:
    """
    Look at the Date of any answer, an error included: signatures are good for a quarter of an hour.
    """
    context = ssl.create_default_context(cafile=new.ca_file or None)
    async with (
        aiohttp.ClientSession() as session,
        session.get(new.endpoint, allow_redirects=False, ssl=context) as answer,
    ):
        told = answer.headers.get("Date", "")
    try:
        moment = parsedate_to_datetime(told)
    except ValueError:
        return  # who tells no time is not behind
    if abs(moment - SystemClock().now()) > _MAX_SKEW:
        raise errors.BACKEND_ERROR(reason="backend.clock", detail=told)


class _Calls:
    """
    The signed calls of a trial: few, each looked at from more than one side.
    """

    def __init__(self, new: NewBackend, session_token: str) -> None:
        self._new = new
        self._session_token = session_token
        self._backend: Backend | None = None
        self._buckets: Sequence[BucketInfo] = ()
        self._failure: StowageError | None = None

    async def sign(self) -> None:
        """
        Ask for the buckets; only what is wrong with the key or the signature counts here.
        """
        backend = await self._open()
        try:
            self._buckets = await backend.buckets.list()
        except StowageError as error:
            if error.reason in _OF_THE_KEY:
                raise
            self._failure = error

    async def list(self) -> None:
        """
        Say what else the backend had against listing.
        """
        if self._failure is not None:
            raise self._failure

    async def compare_region(self) -> None:
        """
        Look into a bucket, if there is one; only what is wrong with the region counts here.
        """
        if not self._buckets:
            return
        backend = await self._open()
        try:
            await backend.objects.list(self._buckets[0].name, ListQuery(max_keys=1))
        except StowageError as error:
            if error.params.get("upstream_code") in _OF_THE_REGION:
                raise errors.BACKEND_ERROR(reason="backend.region", detail=error.detail) from error
            self._failure = error

    async def find_bucket(self) -> None:
        """
        Say whether the bucket was found the way buckets are addressed.
        """
        failure = self._failure
        if failure is not None and failure.reason not in _OF_THE_RIGHTS:
            raise errors.BACKEND_ERROR(
                reason="backend.addressing", detail=failure.detail
            ) from failure

    async def close(self) -> None:
        """
        Close what was opened.
        """
        if self._backend is not None:
            await self._backend.close()

    async def _open(self) -> Backend:
        if self._backend is not None:
            return self._backend
        new = self._new
        info = BackendInfo(
            _TRIAL_ID,
            _TRIAL_ID,
            new.endpoint,
            new.region,
            path_style=bool(new.path_style),
            preset=new.preset,
            ca_file=new.ca_file,
        )
        key = UpstreamKey(new.access_key.strip(), new.secret_key.strip(), self._session_token)
        try:
            self._backend = await open_s3(info, key)
        except ValueError as error:
            raise OSError(f"{new.endpoint} cannot be used") from error
        return self._backend
