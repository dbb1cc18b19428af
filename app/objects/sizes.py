"""
How much lies under a prefix: walked page by page, kept for a minute, one walk for all who wait.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from app.audit.event import Actor
from app.backends.backend import ObjectStore
from app.backends.stored import ListQuery
from app.clock import Clock
from app.objects import actions
from app.objects.gate import Gate
from app.objects.place import BucketPlace
from app.quotas.limits import QuotaPlace
from app.quotas.service import QuotaService
from app.types import parse_prefix

KEEP_SECONDS = 60.0
MAX_KEPT = 1000
MAX_CHILDREN = 1000
PAGES_AT_ONCE = 4
"""Read for all callers together, so that many who ask cannot keep a backend busy."""


@dataclass(frozen=True, slots=True)
class Size:
    """
    What lay under a prefix when it was walked.
    """

    prefix: str
    size_bytes: int
    object_count: int
    computed_at: datetime


@dataclass(frozen=True, slots=True)
class Walk:
    """
    One walk, with what lies in each folder below the prefix.
    """

    whole: Size
    children: tuple[Size, ...]
    is_complete: bool = True
    """False where there are more folders than are told apart."""


@dataclass(slots=True)
class _Kept:
    walk: "asyncio.Task[Walk]"
    good_until: float = float("inf")
    waiting: int = 0
    """Callers that want the result; a walk that nobody waits for any more is given up."""


_Key = tuple[BucketPlace, str, int, tuple[str, ...]]


class SizeCalls:
    """
    Sizes of prefixes. Every call checks the actor's rights and counts nothing beyond them.
    """

    def __init__(self, gate: Gate, quotas: QuotaService, clock: Clock) -> None:
        self._gate = gate
        self._quotas = quotas
        self._clock = clock
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()
        self._turns = asyncio.Semaphore(PAGES_AT_ONCE)

    async def measure(
        self, actor: Actor, place: BucketPlace, prefix: str, *, depth: int = 0
    ) -> Walk:
        """
        Return what lies under a prefix, at most a minute old.

        Args:
            actor: Only what they may list is counted.
            place: The bucket.
            prefix: Empty for all of it, else with a slash at its end.
            depth: How many folders deep the parts are told apart; 0 for the sum alone.

        Raises:
            StowageError: `not_found`, `forbidden`, `invalid_prefix`, `size_tracking_disabled`.
        """
        self._gate.find(place.backend_id)
        parse_prefix(prefix)
        live, allowed = self._gate.enter(actor, actions.LIST_OBJECTS, place, prefix=prefix)
        await self._quotas.require_tracking(QuotaPlace(place.backend_id, place.bucket))
        key = (place, prefix, depth, allowed.visible_prefixes)
        kept = self._kept.get(key)
        now = asyncio.get_running_loop().time()
        if kept is None or kept.good_until < now:
            work = self._walk(live.backend.objects, place.bucket, prefix, depth, key)
            kept = self._kept[key] = _Kept(asyncio.create_task(work))
            kept.walk.add_done_callback(lambda done: self._note(key, done))
            self._forget()
        return await self._wait(key, kept)

    async def _wait(self, key: _Key, kept: _Kept) -> Walk:
        kept.waiting += 1
        try:
            # One caller that goes away must not take the answer from the others.
            return await asyncio.shield(kept.walk)
        finally:
            kept.waiting -= 1
            if not kept.waiting and not kept.walk.done():
                kept.walk.cancel()
                self._kept.pop(key, None)

    def _note(self, key: _Key, done: "asyncio.Task[Walk]") -> None:
        kept = self._kept.get(key)
        if kept is None or kept.walk is not done:
            return
        if done.cancelled() or done.exception() is not None:
            del self._kept[key]
        else:
            kept.good_until = asyncio.get_running_loop().time() + KEEP_SECONDS

    def _forget(self) -> None:
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)

    async def _walk(
        self, store: ObjectStore, bucket: str, prefix: str, depth: int, key: _Key
    ) -> Walk:
        computed_at = self._clock.now()
        found: dict[str, tuple[int, int]] = {}
        total, count, is_complete = 0, 0, True
        for root in _outermost(key[3]) or (prefix,):
            async for name, size_bytes in self._objects(store, bucket, root):
                total, count = total + size_bytes, count + 1
                child = _child_of(name, prefix, depth)
                if child in found or len(found) < MAX_CHILDREN:
                    old = found.get(child, (0, 0))
                    found[child] = (old[0] + size_bytes, old[1] + 1)
                else:
                    is_complete = False
        found.pop("", None)
        return Walk(
            Size(prefix, total, count, computed_at),
            tuple(Size(name, *sums, computed_at) for name, sums in sorted(found.items())),
            is_complete,
        )

    async def _objects(
        self, store: ObjectStore, bucket: str, prefix: str
    ) -> AsyncIterator[tuple[str, int]]:
        token = ""
        while True:
            async with self._turns:
                page = await store.list(bucket, ListQuery(prefix=prefix, token=token))
            for one in page.objects:
                yield one.key, one.size_bytes
            token = page.next_token
            if not token:
                return


def _child_of(key: str, prefix: str, depth: int) -> str:
    """
    Return the folder so deep below the prefix that holds a key; empty for none.
    """
    folders = key[len(prefix) :].split("/")[:-1][:depth]
    return prefix + "/".join(folders) + "/" if folders else ""


def _outermost(prefixes: tuple[str, ...]) -> tuple[str, ...]:
    """
    Drop a prefix that lies inside another one, so that nothing is counted twice.
    """
    return tuple(
        one
        for one in prefixes
        if not any(one != other and one.startswith(other) for other in prefixes)
    )
