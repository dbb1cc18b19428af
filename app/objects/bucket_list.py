"""
The list of buckets of each backend, kept for two seconds and fetched once for all who wait.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from app.backends.backend import Backend
from app.backends.stored import BucketInfo

KEEP_SECONDS = 2.0


@dataclass(slots=True)
class _Entry:
    backend: Backend
    fetch: "asyncio.Task[Sequence[BucketInfo]]"
    good_until: float = float("inf")


class BucketLists:
    """
    Lists of buckets by backend. All methods belong to one event loop.
    """

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}

    async def get(self, backend: Backend) -> Sequence[BucketInfo]:
        """
        Return the buckets, at most two seconds old; callers at the same time share one call.

        Raises:
            StowageError: the backend's answer; a failure is not kept.
        """
        entry = self._entries.get(backend.info.id)
        now = asyncio.get_running_loop().time()
        if entry is None or entry.backend is not backend or entry.good_until < now:
            entry = _Entry(backend, asyncio.create_task(self._fetch(backend)))
            entry.fetch.add_done_callback(_take_note)  # whoever asked may be gone by then
            self._entries[backend.info.id] = entry
        # One caller that goes away must not take the answer from the others.
        return await asyncio.shield(entry.fetch)

    def forget(self, backend_id: str) -> None:
        """
        Fetch anew next time, because a bucket was made or deleted.
        """
        self._entries.pop(backend_id, None)

    async def _fetch(self, backend: Backend) -> Sequence[BucketInfo]:
        backend_id = backend.info.id
        mine = asyncio.current_task()
        try:
            buckets = await backend.buckets.list()
        except BaseException:
            self._drop(backend_id, mine)
            raise
        entry = self._entries.get(backend_id)
        if entry is not None and entry.fetch is mine:
            entry.good_until = asyncio.get_running_loop().time() + KEEP_SECONDS
        return buckets

    def _drop(self, backend_id: str, mine: "asyncio.Task[object] | None") -> None:
        entry = self._entries.get(backend_id)
        if entry is not None and entry.fetch is mine:
            del self._entries[backend_id]


def _take_note(fetch: "asyncio.Task[Sequence[BucketInfo]]") -> None:
    if not fetch.cancelled():
        fetch.exception()
