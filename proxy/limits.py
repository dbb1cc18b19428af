"""
How much one may ask: addresses that fail to prove themselves, credentials, strangers, everybody.

A limit holds for the machine: each worker grants its share of it. What has state stands here and
not in `decide`.
"""

from functools import lru_cache
from ipaddress import ip_address
from math import ceil

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.snapshot.values import CredentialEntry, CredentialLimits, Snapshot
from proxy.buckets import TokenBuckets
from proxy.core.decision import Forward, Local, Refuse
from proxy.pace import Pace
from proxy.record import Transaction
from proxy.timers import Deadlines

_UNPROVEN = frozenset({"unauthorized", "invalid_credentials"})
_NO_LIMITS = CredentialLimits()


class Limits:
    """
    The limits of one worker.
    """

    def __init__(self, deadlines: Deadlines, workers: int = 1) -> None:
        """
        Take the clock, and the number of workers among which every limit is divided.
        """
        self._deadlines = deadlines
        self._workers = workers
        self._is_open = True
        """The settings limit nobody: a credential without limits of its own is looked at once."""
        self._paces: dict[str, Pace] = {}
        self._failures = TokenBuckets()
        self._keys = TokenBuckets()
        self._strangers = TokenBuckets()
        self._everybody = TokenBuckets()
        self._running: dict[str, int] = {}

    def apply(self, snapshot: Snapshot) -> None:
        """
        Limit by these settings from now on, and forget credentials that are gone.
        """
        settings = snapshot.settings
        self._is_open = not (
            settings.global_requests_per_second
            or settings.per_key_requests_per_second
            or settings.per_key_concurrency
            or settings.per_key_bytes_per_second
        )
        if self._paces:
            known = snapshot.credentials
            self._paces = {key: pace for key, pace in self._paces.items() if key in known}

    def screen(self, address: str, snapshot: Snapshot, now: float) -> None:
        """
        Refuse an address that has failed to prove itself too often; costs next to nothing.

        Raises:
            StowageError: `rate_limited`, reason `rate.address`.
        """
        if self._failures.is_empty:
            return
        rate = snapshot.settings.failed_auth_requests_per_second / self._workers
        if rate > 0 and (seconds := self._failures.wait(address, rate, now)):
            raise _refusal("rate.address", seconds)

    def note_refusal(self, answer: Refuse, address: str, snapshot: Snapshot, now: float) -> None:
        """
        Count a request that proved nobody against its address; loopback is exempt.
        """
        rate = snapshot.settings.failed_auth_requests_per_second / self._workers
        if rate > 0 and answer.error.code in _UNPROVEN and not _is_loopback(address):
            self._failures.take(address, rate, now)

    def hold(self, answer: Forward | Local, transaction: Transaction, snapshot: Snapshot) -> None:
        """
        Take from every limit that concerns the request, and note in it what is to be given back.

        Raises:
            StowageError: `rate_limited`; nothing is held.
        """
        credential = answer.credential
        if credential is not None and credential.limits is None and self._is_open:
            return
        if credential is None and answer.backend is None:
            return  # a probe or a preflight
        settings, now = snapshot.settings, transaction.started
        self._take(self._everybody, "", settings.global_requests_per_second, now, "rate.everybody")
        if credential is None:
            self._hold_stranger(answer, transaction, snapshot)
            return
        limits = credential.limits or _NO_LIMITS
        rate = limits.requests_per_second or settings.per_key_requests_per_second
        self._take(self._keys, credential.access_key, rate, now, "rate.key")
        transaction.running_key = self._begin(credential.access_key, limits, snapshot)
        transaction.pace = self._find_pace(credential, limits, snapshot)

    def _hold_stranger(
        self, answer: Forward | Local, transaction: Transaction, snapshot: Snapshot
    ) -> None:
        binding = snapshot.anonymous.get(answer.request.bucket)
        if binding is not None:
            rate = binding.requests_per_second or snapshot.settings.anonymous_requests_per_second
            # A bucket of its own for each binding: alternating between two refills neither.
            key = (transaction.ip, binding.name)
            self._take(self._strangers, key, rate, transaction.started, "rate.address")

    def _take(
        self, buckets: TokenBuckets, key: object, rate: float, now: float, reason: str
    ) -> None:
        if rate > 0 and (seconds := buckets.take(key, rate / self._workers, now)):
            raise _refusal(reason, seconds)

    def _begin(self, access_key: str, limits: CredentialLimits, snapshot: Snapshot) -> str:
        limit = limits.concurrency or snapshot.settings.per_key_concurrency
        if not limit:
            return ""
        running = self._running.get(access_key, 0)
        if running >= ceil(limit / self._workers):
            raise _refusal("rate.key", 1.0)
        self._running[access_key] = running + 1
        return access_key

    def _find_pace(
        self, credential: CredentialEntry, limits: CredentialLimits, snapshot: Snapshot
    ) -> Pace | None:
        limit = limits.bytes_per_second or snapshot.settings.per_key_bytes_per_second
        if not limit:
            return None
        rate = limit / self._workers
        pace = self._paces.get(credential.access_key)
        if pace is None:
            pace = self._paces[credential.access_key] = Pace(self._deadlines, rate)
        pace.change(rate)
        return pace

    def end(self, access_key: str) -> None:
        """
        Count a request as over that `hold` returned a key for.
        """
        running = self._running.get(access_key, 0) - 1
        if running > 0:
            self._running[access_key] = running
        else:
            self._running.pop(access_key, None)


def _refusal(reason: str, seconds: float) -> StowageError:
    return errors.RATE_LIMITED(reason=reason, retry_after_seconds=max(1, ceil(seconds)))


@lru_cache(maxsize=4096)
def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
