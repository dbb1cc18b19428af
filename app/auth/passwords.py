"""
Passwords are hashed a bounded number at a time, off the event loop.

A hash takes 64 MiB and tens of milliseconds. Two run at once; a bounded number waits; the others
are turned away, so that a flood of sign-ins starves nobody else.
"""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import structlog

from app.auth.argon import COST, HashCost, hash_of_nobody, hasher, is_bearable
from app.auth.hashing import HashingProcesses, Order, carry_out
from app.errors import registry as errors

AT_ONCE = 2
MAX_WAITING = 64
_log = structlog.get_logger(__name__)


class PasswordHashes:
    """
    Makes and verifies hashes off the event loop, in turns.
    """

    def __init__(self, cost: HashCost = COST) -> None:
        self._cost = cost
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")
        self._processes = HashingProcesses()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._nobody = hash_of_nobody(cost)

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
        return str(await self._have(Order(password, cost=self._cost)))

    async def verify(self, phc: str, password: str) -> bool:
        """
        Tell whether the password is the hash's. For use within a `turn`.

        An empty or unbearable hash takes as long as one of ours, and nothing matches it.
        """
        is_ours = is_bearable(phc)
        is_match = await self._have(Order(password, phc=phc if is_ours else self._nobody))
        return bool(is_match) and is_ours

    async def _have(self, order: Order) -> str | bool:
        """
        Have an order carried out; while many wait, behind everything else of this machine.
        """
        work = self._carry_out_patiently if self._waiting > AT_ONCE else carry_out
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, order)

    def _carry_out_patiently(self, order: Order) -> str | bool:
        try:
            return self._processes.ask(order)
        except OSError as error:
            _log.warning("a hashing process failed, its work is done here", error=str(error))
            return carry_out(order)

    def is_outdated(self, phc: str) -> bool:
        """
        Tell whether a hash that matched should be made anew, at the cost of today.
        """
        return hasher(self._cost).check_needs_rehash(phc)

    def close(self) -> None:
        """
        Let the threads and processes go; what they are at ends in its own time.
        """
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._processes.close()
