"""
What becomes of a hold: settled by the backend's answer, released, or left to main to find out.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import structlog

from app.errors.raised import StowageError
from app.quotas.write import NO_GROWTH, Growth, Write, WriteKind
from proxy.client_side import ClientSide
from proxy.inquiries import Inquiries
from proxy.quota_look import Found
from proxy.quota_plan import NewBytes, Plan, plan_object, plan_part, reserve
from proxy.quota_site import Site
from proxy.quotas import Hold
from proxy.response import ResponseHead

_FIRST_REDIRECT, _FIRST_FAULT = 300, 500
_LOOK_SECONDS = 60.0
_log = structlog.get_logger("proxy")


class Metering:
    """
    One hold, from the backend's answer to its end.
    """

    def __init__(self, client: ClientSide, site: Site, plan: Plan, hold: Hold) -> None:
        self._client = client
        self._site = site
        self._plan = plan
        self.hold = hold
        self.stored_bytes: int | None = None
        """How long a body turned out to be whose length nobody declared."""
        self.may_be_stored: Callable[[], bool] = lambda: False
        """Tells whether the backend may have all of it."""
        self._status = 0
        self._task: asyncio.Task[None] | None = None

    @property
    def is_soft_passed(self) -> bool:
        """
        Tell whether usage is beyond a soft limit.
        """
        return self.hold.is_soft_passed

    def answered(self, head: ResponseHead) -> None:
        """
        Take the head of the backend's answer; settle where that is all there is to know.
        """
        self._status = head.status
        if head.status < _FIRST_REDIRECT and self._plan.find_growth is None:
            self.hold.settle(self._growth(head))
        elif _FIRST_REDIRECT <= head.status < _FIRST_FAULT:
            self.hold.release()

    def answered_with(self, head: ResponseHead, find_growth: Callable[[], Growth]) -> None:
        """
        Take the head of an answer whose body says what was done.
        """
        self._status = head.status
        if _FIRST_REDIRECT <= head.status < _FIRST_FAULT:
            self.hold.release()
        elif head.status < _FIRST_REDIRECT:
            try:
                self.hold.settle(find_growth())
            except StowageError:
                self.hold.doubt()

    def finish(self) -> None:
        """
        End the hold with the request, however that ended.
        """
        if self.hold.is_over:
            return
        has_failed = self._client.transaction.error is not None
        if 0 < self._status < _FIRST_REDIRECT and not has_failed:
            self._task = asyncio.get_running_loop().create_task(self._conclude())
        elif self._status or self.may_be_stored():
            self.hold.doubt()
        else:
            self.hold.release()

    def _growth(self, head: ResponseHead) -> Growth:
        growth, write = self._plan.growth, self._plan.write
        if growth is not None:
            return growth if self._plan.names_version or not _adds_version(head) else NO_GROWTH
        if self.stored_bytes is not None:
            write = replace(write, size_bytes=self.stored_bytes)
        return (replace(write, frees_bytes=0) if _adds_version(head) else write).growth

    async def _conclude(self) -> None:
        assert self._plan.find_growth is not None  # noqa: S101  else it was settled by its answer
        look = self._site.look(self._client, Inquiries(self._client))
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                self.hold.settle(await self._plan.find_growth(look))
        except (StowageError, TimeoutError) as error:
            _log.warning("what a write came to is found by the next count", error=str(error))
            self.hold.doubt()


def _adds_version(head: ResponseHead) -> bool:
    """
    Tell whether the answer says that a version was made: then nothing was freed.
    """
    version_id = head.find(b"x-amz-version-id")
    is_marker = head.find(b"x-amz-delete-marker") == b"true"
    return is_marker or version_id not in (None, b"", b"null")


async def meter_new(  # noqa: PLR0913  each is named at the call
    client: ClientSide,
    site: Site,
    inquiries: Inquiries,
    *,
    key: str,
    size_bytes: int,
    part: tuple[str, int] | None = None,
) -> Metering | None:
    """
    Hold room for an object, or a part of an upload, that is written here; `None` without a limit.

    Args:
        client: On whose behalf; the hold ends with its request.
        site: The bucket.
        inquiries: Ask what is there.
        key: Of the object.
        size_bytes: What will be stored.
        part: Upload id and number, for a part.

    Raises:
        StowageError: `quota_exceeded`; `store_unavailable`; the backend does not answer.
    """
    if not site.is_limited(client):
        return None
    look = site.look(client, inquiries)

    async def make() -> Plan:
        keeps = site.keeps_versions(client)
        new = NewBytes(key, size_bytes, time.monotonic(), keeps_versions=keeps)
        if part is None:
            return await plan_object(look, new)
        return await plan_part(look, new, upload_id=part[0], number=part[1])

    plan, hold = await reserve(client, site, make)
    client.transaction.metering = metering = Metering(client, site, plan, hold)
    return metering


async def meter_deletion(
    client: ClientSide, site: Site, entries: Sequence[tuple[str, str]]
) -> tuple[Metering, dict[tuple[str, str], int]]:
    """
    Take the turns at keys that are about to be deleted; return what each of them frees.

    Args:
        client: On whose behalf.
        site: Where a limit applies.
        entries: Keys and version ids; without one the id is empty.

    Raises:
        StowageError: `store_unavailable`; the backend does not answer.
    """
    sizes: dict[tuple[str, str], int] = {}

    async def make() -> Plan:
        began_at = time.monotonic()
        keeps = site.keeps_versions(client)
        asked = [entry for entry in entries if entry[1] or not keeps]
        found = await site.look(client, Inquiries(client)).at_objects(asked)
        sizes.clear()
        sizes.update(_freed(found, keeps_versions=keeps))
        keys = tuple(sorted({key for key, _ in sizes}))
        write = Write(WriteKind.OTHER, keys[0] if len(keys) == 1 else "", began_at=began_at)
        return Plan(write, keys, NO_GROWTH)

    plan, hold = await reserve(client, site, make)
    client.transaction.metering = metering = Metering(client, site, plan, hold)
    return metering, sizes


def _freed(
    found: Mapping[tuple[str, str], Found], *, keeps_versions: bool | None
) -> dict[tuple[str, str], int]:
    """
    Return what each key and version frees that is deleted.
    """
    return {
        entry: what.size_bytes
        for entry, what in found.items()
        if what.size_bytes is not None and (entry[1] or not what.stays(keeps_versions))
    }
