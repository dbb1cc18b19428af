"""
`Meter`: what the dashboard, jobs and shares write is held to the same limits as the S3 endpoint.

Around each call that changes what a bucket holds stands one of its blocks: it looks what is there,
holds what may be added, and settles when the call is over. Where no limit applies it costs a look
or two into a dictionary.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from os.path import commonprefix

from app.backends.backend import Backend
from app.backends.stored import PAGE_KEYS, ListQuery, ObjectInfo, ObjectRef, UploadRef
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.quotas.account import Account, Reservation
from app.quotas.ledger import Ledger
from app.quotas.limits import QuotaPlace
from app.quotas.write import Growth, Write, WriteKind

_HEADS_AT_ONCE = 8
_WORTH_LISTING = 16
"""So many keys are looked up by a listing of what lies between them."""
_Plan = Callable[[], Awaitable[tuple[Write, tuple[str, ...]]]]


class Meter:
    """
    The blocks. None of them checks a right.
    """

    def __init__(self, ledger: Ledger, user_id: str | None = None) -> None:
        """
        Hold writes to limits.

        Args:
            ledger: The counters.
            user_id: Who writes, so that their limits and their groups' apply beside the bucket's.
        """
        self._ledger = ledger
        self._user_id = user_id

    def charging(self, user_id: str) -> "Meter":
        """
        Return a meter for what somebody writes.
        """
        return Meter(self._ledger, user_id)

    def is_limited(self, backend_id: str, bucket: str) -> bool:
        """
        Tell whether any limit applies to writes there.
        """
        return bool(self._find_all(QuotaPlace(backend_id, bucket)))

    @asynccontextmanager
    async def storing(
        self, backend: Backend, bucket: str, key: str, *, size_bytes: int
    ) -> AsyncIterator[None]:
        """
        Hold room for an object of that size, whatever it replaces.

        Raises:
            StowageError: `quota_exceeded`; `store_unavailable`.
        """
        place = QuotaPlace(backend.info.id, bucket)
        if not (accounts := self._find_all(place)):
            yield
            return

        async def plan() -> tuple[Write, tuple[str, ...]]:
            began_at = time.monotonic()
            old = await _find_replaced(accounts, backend, bucket, key)
            write = Write(
                WriteKind.OBJECT,
                key,
                size_bytes,
                frees_bytes=old or 0,
                is_new=old is None,
                began_at=began_at,
            )
            return write, (key,) if old else ()

        async with self._reserved(place, accounts, plan) as reservation:
            yield
            self._ledger.settle(reservation, reservation.write.growth)

    @asynccontextmanager
    async def storing_part(
        self, backend: Backend, upload: UploadRef, part_number: int, *, size_bytes: int
    ) -> AsyncIterator[None]:
        """
        Hold room for a part of that size; what it replaces is credited afterwards.

        Raises:
            StowageError: `quota_exceeded`; `store_unavailable`.
        """
        place = QuotaPlace(backend.info.id, upload.bucket)
        if not (accounts := self._find_all(place)):
            yield
            return

        old = 0

        async def plan() -> tuple[Write, tuple[str, ...]]:
            nonlocal old
            began_at = time.monotonic()
            old = await _find_part(backend, upload, part_number)
            write = Write(
                WriteKind.PART,
                upload.key,
                size_bytes,
                upload_id=upload.upload_id,
                part_number=part_number,
                began_at=began_at,
            )
            return write, (upload.key,) if old else ()

        async with self._reserved(place, accounts, plan) as reservation:
            yield
            growth = reservation.write.growth
            if old:
                # Some stores keep the part that was replaced until the upload is complete.
                now = await _find_part(backend, upload, part_number)
                growth = Growth(part_bytes=min(now - old, size_bytes))
            self._ledger.settle(reservation, growth)

    @asynccontextmanager
    async def completing(self, backend: Backend, upload: UploadRef) -> AsyncIterator[None]:
        """
        Count the object instead of its parts, and no more what it replaces.
        """
        place = QuotaPlace(backend.info.id, upload.bucket)
        if not (accounts := self._find_all(place)):
            yield
            return
        old: int | None = None
        parts = 0

        async def plan() -> tuple[Write, tuple[str, ...]]:
            nonlocal old, parts
            began_at = time.monotonic()
            parts = await sum_parts(backend, upload)
            old = await _find_replaced(accounts, backend, upload.bucket, upload.key)
            return Write(WriteKind.OTHER, upload.key, began_at=began_at), (upload.key,)

        async with self._reserved(place, accounts, plan) as reservation:
            yield
            size = await _find_size(backend, upload.bucket, ObjectRef(upload.key))
            if size is not None:
                growth = Growth(size - (old or 0), int(old is None), -parts)
                self._ledger.settle(reservation, growth)

    @asynccontextmanager
    async def aborting(self, backend: Backend, upload: UploadRef) -> AsyncIterator[None]:
        """
        Count the parts of an upload no more.
        """
        place = QuotaPlace(backend.info.id, upload.bucket)
        if not (accounts := self._find_all(place)):
            yield
            return
        parts = 0

        async def plan() -> tuple[Write, tuple[str, ...]]:
            nonlocal parts
            began_at = time.monotonic()
            parts = await sum_parts(backend, upload)
            return Write(WriteKind.OTHER, upload.key, began_at=began_at), (upload.key,)

        async with self._reserved(place, accounts, plan) as reservation:
            yield
            self._ledger.settle(reservation, Growth(part_bytes=-parts))

    @asynccontextmanager
    async def deleting(
        self, backend: Backend, bucket: str, refs: Sequence[ObjectRef]
    ) -> AsyncIterator[set[ObjectRef]]:
        """
        Count no more what is deleted. Put what was not deleted into the set that this gives.
        """
        kept: set[ObjectRef] = set()
        place = QuotaPlace(backend.info.id, bucket)
        if not (accounts := self._find_all(place)):
            yield kept
            return
        sizes: dict[ObjectRef, int] = {}

        async def plan() -> tuple[Write, tuple[str, ...]]:
            began_at = time.monotonic()
            keeps_versions = _keeps_versions(accounts)
            freed = [ref for ref in refs if ref.version_id or not keeps_versions]
            sizes.clear()
            sizes.update(await _find_sizes(backend, bucket, freed, is_sure=keeps_versions is False))
            keys = tuple(sorted({ref.key for ref in sizes}))
            key = keys[0] if len(keys) == 1 else ""
            return Write(WriteKind.OTHER, key, began_at=began_at), keys

        async with self._reserved(place, accounts, plan) as reservation:
            yield kept
            gone = [size for ref, size in sizes.items() if ref not in kept]
            self._ledger.settle(reservation, Growth(-sum(gone), -len(gone)))

    async def expect_versions(self, backend: Backend, bucket: str) -> None:
        """
        Credit nothing that is replaced from now on, because the bucket is about to keep versions.

        Raises:
            StowageError: `store_unavailable`.
        """
        account = self._ledger.find(QuotaPlace(backend.info.id, bucket).subject)
        if account is not None:
            await self._ledger.keep_versions(account)

    # --- what the blocks share ------------------------------------------------------------------

    def _find_all(self, place: QuotaPlace) -> tuple[Account, ...]:
        return self._ledger.find_all(place, self._ledger.subjects_of(self._user_id))

    @asynccontextmanager
    async def _reserved(
        self, place: QuotaPlace, accounts: tuple[Account, ...], plan: _Plan
    ) -> AsyncIterator[Reservation]:
        """
        Hold what the plan needs; end it when the block is over, however that was.
        """
        reservation: Reservation | None = None
        while reservation is None:
            write, keys = await plan()
            reservation = await self._ledger.reserve(
                place, accounts, write, keys=keys, looked_at=write.began_at
            )
        try:
            yield reservation
        except StowageError as error:
            if _is_certain(error):
                self._ledger.release(reservation)
            raise
        finally:
            # A client that went away, or a backend that was not heard of: nothing is known.
            self._ledger.doubt(reservation)


def _is_certain(error: StowageError) -> bool:
    """
    Tell whether a call that failed so has certainly changed nothing.
    """
    return error.entry is not errors.BACKEND_ERROR


def _keeps_versions(accounts: tuple[Account, ...]) -> bool | None:
    """
    Tell whether what is replaced stays; `None` where the bucket itself has no limit: ask it.
    """
    known = (account.keeps_versions for account in accounts if account.subject.is_bucket)
    return next(known, None)


async def _find_replaced(
    accounts: tuple[Account, ...], backend: Backend, bucket: str, key: str
) -> int | None:
    """
    Return the size of what a write to a key replaces; `None` for nothing, or nothing that goes.
    """
    keeps_versions = _keeps_versions(accounts)
    if keeps_versions:
        return None
    found = await _find_object(backend, bucket, ObjectRef(key))
    is_kept = found is not None and keeps_versions is None and bool(found.version_id)
    return None if found is None or is_kept else found.size_bytes


async def sum_parts(backend: Backend, upload: UploadRef) -> int:
    """
    Return how much the parts of an upload hold; nothing for one that is not there.

    Raises:
        StowageError: whatever else the backend answers.
    """
    total, token = 0, ""
    while True:
        try:
            page = await backend.uploads.list_parts(upload, token=token)
        except StowageError as error:
            if error.entry is errors.NOT_FOUND:
                return total
            raise
        total += sum(part.size_bytes for part in page.parts)
        token = page.next_token
        if not token:
            return total


async def _find_part(backend: Backend, upload: UploadRef, part_number: int) -> int:
    """
    Return how much is stored under the number of a part.
    """
    page = await backend.uploads.list_parts(upload, token=str(part_number - 1))
    return sum(part.size_bytes for part in page.parts if part.part_number == part_number)


async def _find_object(backend: Backend, bucket: str, ref: ObjectRef) -> ObjectInfo | None:
    """
    Return an object; `None` if there is none.
    """
    try:
        return await backend.objects.head(bucket, ref)
    except StowageError as error:
        if error.entry is errors.NOT_FOUND:
            return None
        raise


async def _find_size(backend: Backend, bucket: str, ref: ObjectRef) -> int | None:
    """
    Return the size of an object; `None` if there is none.
    """
    found = await _find_object(backend, bucket, ref)
    return None if found is None else found.size_bytes


async def _find_sizes(
    backend: Backend, bucket: str, refs: Sequence[ObjectRef], *, is_sure: bool
) -> dict[ObjectRef, int]:
    """
    Return the sizes of those objects that are there: many by a listing, what it misses one by one.

    `is_sure`: no versions are kept there; else an object is left out that has one, and stays.
    """
    limit = asyncio.Semaphore(_HEADS_AT_ONCE)

    async def find(ref: ObjectRef) -> int | None:
        async with limit:
            found = await _find_object(backend, bucket, ref)
        is_kept = found is not None and found.version_id and not ref.version_id and not is_sure
        return None if found is None or is_kept else found.size_bytes

    wanted = list(dict.fromkeys(refs))
    plain = [ref.key for ref in wanted if is_sure and not ref.version_id]
    listed = await _list_sizes(backend, bucket, plain)
    sizes = {ref: listed[ref.key] for ref in wanted if not ref.version_id and ref.key in listed}
    missing = [ref for ref in wanted if ref not in sizes]
    found = await asyncio.gather(*(find(ref) for ref in missing))
    known = {ref: size for ref, size in zip(missing, found, strict=True) if size is not None}
    return sizes | known


async def _list_sizes(backend: Backend, bucket: str, keys: Sequence[str]) -> dict[str, int]:
    """
    Return the sizes of keys that lie close together, as those of a folder that is deleted do.

    No more is listed than would be if nothing else lay between them, and one page.
    """
    wanted, sizes = sorted(set(keys)), dict[str, int]()
    if len(wanted) < _WORTH_LISTING:
        return sizes
    token, prefix = "", commonprefix(wanted)  # noqa: RUF071  character by character, as keys are
    for _ in range(len(wanted) // PAGE_KEYS + 2):
        query = ListQuery(prefix=prefix, token=token, start_after=wanted[0])
        page = await backend.objects.list(bucket, query)
        sizes.update({one.key: one.size_bytes for one in page.objects})
        token = page.next_token
        if not token or (page.objects and page.objects[-1].key >= wanted[-1]):
            break
    return {key: sizes[key] for key in wanted if key in sizes}
