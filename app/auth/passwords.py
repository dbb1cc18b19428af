"""
Password hashes: Argon2id as PHC strings, a bounded number at a time.

A hash takes 64 MiB and tens of milliseconds. Two run at once, in threads; a bounded number waits;
the others are turned away, so that a flood of sign-ins starves nobody else.
"""

import asyncio
import os
import secrets
import sys
import threading
import unicodedata
from base64 import b64encode
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import registry as errors

AT_ONCE = 2
MAX_WAITING = 64
NICENESS = 10
"""Above that of the process, of the threads that hash while many wait."""

_NICEST = 19
_SALT_BYTES = 16
_HASH_BYTES = 32
_ARGON2_VERSION = 19


@dataclass(frozen=True, slots=True)
class HashCost:
    """
    What one hash costs, and so what one guess costs.
    """

    memory_kib: int = 65536
    passes: int = 3
    lanes: int = 2


COST = HashCost()
"""Argon2id with 64 MiB: above what OWASP's "Password Storage Cheat Sheet" asks for."""
# A foreign hash may ask for more work than ours, up to this; beyond, it is an attack on us.
_BEARABLE = HashCost(memory_kib=4 * COST.memory_kib, passes=16, lanes=16)


def hash_password(password: str, cost: HashCost = COST) -> str:
    """
    Return a new hash, in the time that takes: for commands, not for the event loop.
    """
    return _hasher(cost).hash(_encode(password))


def matches(phc: str, password: str) -> bool:
    """
    Tell whether the password is the hash's, in the time that takes.

    Raises:
        argon2.exceptions.InvalidHashError: it is no hash; see `is_bearable`.
    """
    try:
        return _hasher(COST).verify(phc, _encode(password))
    except VerificationError:
        return False


def is_bearable(phc: str) -> bool:
    """
    Tell whether the text is an Argon2id hash that asks for no absurd amount of work.
    """
    try:
        found = extract_parameters(phc)
    except InvalidHashError:
        return False
    return (
        found.type is Type.ID
        and found.version == _ARGON2_VERSION
        and found.memory_cost <= _BEARABLE.memory_kib
        and found.time_cost <= _BEARABLE.passes
        and found.parallelism <= _BEARABLE.lanes
    )


class PasswordHashes:
    """
    Makes and verifies hashes off the event loop, in turns.
    """

    def __init__(self, cost: HashCost = COST) -> None:
        self._cost = cost
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")
        self._patient = ThreadPoolExecutor(
            AT_ONCE, thread_name_prefix="argon2-patient", initializer=_step_back
        )
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._nobody = _hash_of_nobody(cost)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """
        Wait for a turn to hash.

        Who reads the state of an account and writes the outcome within the turn lets no more than
        one other guess in between, however many arrive at once.

        Raises:
            StowageError: `rate_limited`, reason `rate.sign_in`: too many wait already.
        """
        if self._waiting >= MAX_WAITING:
            raise errors.RATE_LIMITED(reason="rate.sign_in", retry_after_seconds=2)
        self._waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._slots.release()

    async def make(self, password: str) -> str:
        """
        Return a new hash. For use within a `turn`.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool(), hash_password, password, self._cost)

    async def verify(self, phc: str, password: str) -> bool:
        """
        Tell whether the password is the hash's. For use within a `turn`.

        An empty or unbearable hash takes as long as one of ours, and nothing matches it.
        """
        is_ours = is_bearable(phc)
        loop = asyncio.get_running_loop()
        is_match = await loop.run_in_executor(
            self._pool(), matches, phc if is_ours else self._nobody, password
        )
        return is_match and is_ours

    def is_outdated(self, phc: str) -> bool:
        """
        Tell whether a hash that matched should be made anew, at the cost of today.
        """
        return _hasher(self._cost).check_needs_rehash(phc)

    def close(self) -> None:
        """
        Let the threads go; what they are at ends in its own time.
        """
        for threads in (self._threads, self._patient):
            threads.shutdown(wait=False, cancel_futures=True)

    def _pool(self) -> ThreadPoolExecutor:
        """
        Return who hashes: while a flood of sign-ins waits, those who let everything else go first.
        """
        return self._patient if self._waiting > AT_ONCE else self._threads


def _step_back() -> None:
    """
    Let everything else of this machine go first: a queue of sign-ins takes both cores whole.
    """
    if sys.platform == "linux":
        # There a thread has a niceness of its own (sched(7)); the lanes that it starts inherit it.
        now = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), min(now + NICENESS, _NICEST))


def _encode(password: str) -> bytes:
    # One composed form, whatever keyboard made it; a lone surrogate is no reason to fail.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def _hasher(cost: HashCost) -> PasswordHasher:
    return PasswordHasher(
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=_HASH_BYTES,
        salt_len=_SALT_BYTES,
        type=Type.ID,
    )


def _hash_of_nobody(cost: HashCost) -> str:
    """
    Return a hash of the usual cost that no known password matches.
    """
    salt, digest = (
        b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (_SALT_BYTES, _HASH_BYTES)
    )
    numbers = f"m={cost.memory_kib},t={cost.passes},p={cost.lanes}"
    return f"$argon2id$v={_ARGON2_VERSION}${numbers}${salt}${digest}"
