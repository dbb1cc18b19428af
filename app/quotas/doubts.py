"""
Writes of which nobody knows what became: the backend is asked, and until then they count.

A write ends in doubt when the backend had all of it and was not heard of since: the connection
broke, it took too long, or the worker that waited for the answer died.
"""

import asyncio
from dataclasses import replace

import structlog

from app.backends.registry import BackendRegistry
from app.backends.stored import ObjectRef, UploadRef
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.quotas.account import Reservation
from app.quotas.ledger import Ledger
from app.quotas.write import Growth, WriteKind

PATIENCE_SECONDS = (2.0, 5.0, 15.0, 60.0)
"""Before each question; the first leaves a backend the time to notice that a client is gone."""
_log = structlog.get_logger(__name__)


class Doubts:
    """
    The open questions. All methods belong to one event loop.
    """

    def __init__(self, ledger: Ledger, backends: BackendRegistry) -> None:
        self._ledger = ledger
        self._backends = backends
        self._tasks: set[asyncio.Task[None]] = set()
        ledger.on_doubt = self.add

    def add(self, reservation: Reservation) -> None:
        """
        Find out what became of a write, and end it then.
        """
        task = asyncio.create_task(self._resolve(reservation))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """
        Ask no more. What is open keeps its room: the server's hold says so after its end.
        """
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _resolve(self, reservation: Reservation) -> None:
        if reservation.write.kind in (WriteKind.OTHER, WriteKind.VERSIONING):
            # It stored nothing; what it may have freed is found by the next count.
            self._ledger.release(reservation)
            return
        attempt = 0
        while not reservation.is_over:
            if not any(account.is_limited for account in reservation.accounts):
                self._ledger.release(reservation)
                return
            await asyncio.sleep(PATIENCE_SECONDS[min(attempt, len(PATIENCE_SECONDS) - 1)])
            attempt += 1
            try:
                growth = await self._ask(reservation)
            except StowageError as error:
                place = reservation.place.row_id
                _log.warning("a write is still in doubt", bucket=place, error=str(error))
                continue
            except Exception:  # noqa: BLE001  an edge: a question that fails is asked again
                _log.exception("a write is still in doubt")
                continue
            self._end(reservation, growth)

    def _end(self, reservation: Reservation, growth: Growth | None) -> None:
        place, is_stored = reservation.place.row_id, growth is not None
        _log.info("a write in doubt was looked up", bucket=place, is_stored=is_stored)
        if growth is None:
            self._ledger.release(reservation)
        else:
            self._ledger.settle(reservation, growth)

    async def _ask(self, reservation: Reservation) -> Growth | None:
        """
        Return by how much the write let the bucket grow; `None` if it was not stored.
        """
        place, write = reservation.place, reservation.write
        backend = self._backends.get(place.backend_id).backend
        if write.kind is WriteKind.PART:
            upload = UploadRef(place.bucket, write.key, write.upload_id)
            try:
                page = await backend.uploads.list_parts(upload, token=str(write.part_number - 1))
            except StowageError as error:
                if error.entry is not errors.NOT_FOUND:
                    raise
                # Completed or given up meanwhile: it counts until the next count of the bucket.
                return _at_least(reservation)
            sizes = [one.size_bytes for one in page.parts if one.part_number == write.part_number]
            return write.growth if write.size_bytes in sizes else None
        try:
            found = await backend.objects.head(place.bucket, ObjectRef(write.key))
        except StowageError as error:
            if error.entry is errors.NOT_FOUND:
                return None
            raise
        return _judge(reservation, found.size_bytes)


def _judge(reservation: Reservation, found_bytes: int) -> Growth | None:
    write = reservation.write
    if found_bytes == write.size_bytes or not write.frees_bytes:
        return replace(write, size_bytes=found_bytes).growth
    if found_bytes == write.frees_bytes:
        return None
    return _at_least(reservation)


def _at_least(reservation: Reservation) -> Growth:
    """
    Return what is on the safe side where it cannot be told any more.
    """
    held = reservation.held_bytes
    return Growth(part_bytes=held) if reservation.write.kind is WriteKind.PART else Growth(held)
