"""
Password hashes: Argon2id as PHC strings, a bounded number at a time.

A hash takes 64 MiB and tens of milliseconds. Two run at once, in threads; a bounded number waits;
the others are turned away, so that a flood of sign-ins starves nobody else.
"""

import asyncio
import secrets
import unicodedata
from base64 import b64encode
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import registry as errors

MEMORY_KIB = 65536
PASSES = 3
LANES = 2
SALT_BYTES = 16
HASH_BYTES = 32

AT_ONCE = 2
MAX_WAITING = 64

# A foreign hash may ask for more work than ours, up to this; beyond, it is an attack on us.
_MAX_MEMORY_KIB = 4 * MEMORY_KIB
_MAX_PASSES = 16
_MAX_LANES = 16
_ARGON2_VERSION = 19

_hasher = PasswordHasher(
    time_cost=PASSES,
    memory_cost=MEMORY_KIB,
    parallelism=LANES,
    hash_len=HASH_BYTES,
    salt_len=SALT_BYTES,
    type=Type.ID,
)


def hash_password(password: str) -> str:
    """
    Return a new hash, in the time that takes: for commands, not for the event loop.
    """
    return _hasher.hash(_encode(password))


def matches(phc: str, password: str) -> bool:
    """
    Tell whether the password is the hash's, in the time that takes.

    Raises:
        argon2.exceptions.InvalidHashError: it is no hash; see `is_bearable`.
    """
    try:
        return _hasher.verify(phc, _encode(password))
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
        and found.memory_cost <= _MAX_MEMORY_KIB
        and found.time_cost <= _MAX_PASSES
        and found.parallelism <= _MAX_LANES
    )


def is_outdated(phc: str) -> bool:
    """
    Tell whether a hash that matched should be made anew, with the parameters of today.
    """
    return _hasher.check_needs_rehash(phc)


class PasswordHashes:
    """
    Makes and verifies hashes off the event loop, in turns.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._nobody = _hash_of_nobody()

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
        return await loop.run_in_executor(self._threads, hash_password, password)

    async def verify(self, phc: str, password: str) -> bool:
        """
        Tell whether the password is the hash's. For use within a `turn`.

        An empty or unbearable hash takes as long as one of ours, and nothing matches it.
        """
        is_ours = is_bearable(phc)
        loop = asyncio.get_running_loop()
        is_match = await loop.run_in_executor(
            self._threads, matches, phc if is_ours else self._nobody, password
        )
        return is_match and is_ours

    def close(self) -> None:
        """
        Let the threads go; what they are at ends in its own time.
        """
        self._threads.shutdown(wait=False, cancel_futures=True)


def _encode(password: str) -> bytes:
    # One composed form, whatever keyboard made it; a lone surrogate is no reason to fail.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def _hash_of_nobody() -> str:
    """
    Return a hash of the usual cost that no known password matches.
    """
    salt, digest = (
        b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (SALT_BYTES, HASH_BYTES)
    )
    return f"$argon2id$v={_ARGON2_VERSION}$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${digest}"
