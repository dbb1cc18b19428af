"""
`SearchCalls`: buckets by a part of their names and objects by the beginning of their keys.

Every backend is asked at once and by itself: one that is slow or broken is given up alone, and said
so, while the others' hits come.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

import structlog

from app.audit.event import Actor
from app.backends.registry import BackendRegistry
from app.backends.stored import ListQuery, ObjectInfo
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.objects import actions
from app.objects.buckets import BucketCalls
from app.objects.gate import Gate
from app.objects.listing import list_visible
from app.objects.place import BucketPlace
from app.rbac.principal import ANY

MIN_BYTES = 2
"""A shorter text finds nothing: it would find everything."""
OBJECTS_PER_BUCKET = 10
LIMIT_SECONDS = 5.0
_BUCKETS_AT_ONCE = 8
_MAX_WAITING = 1000


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """
    What is looked for, and where; no backends stands for all.
    """

    text: str
    backend_ids: Sequence[str] = ()
    bucket: str = ""
    limit_seconds: float = LIMIT_SECONDS


@dataclass(frozen=True, slots=True)
class BucketHit:
    """
    A bucket whose name holds the text.
    """

    backend_id: str
    bucket: str


@dataclass(frozen=True, slots=True)
class ObjectHit:
    """
    An object whose key begins with the text.
    """

    backend_id: str
    bucket: str
    info: ObjectInfo


@dataclass(frozen=True, slots=True)
class BackendEnded:
    """
    Nothing more comes from this backend.
    """

    backend_id: str
    error: StowageError | None = None
    """Why not all of it was searched; of several buckets that failed, the first one's."""
    is_truncated: bool = False
    """There are more objects than were told."""


_log = structlog.get_logger(__name__)

SearchEvent = BucketHit | ObjectHit | BackendEnded


class SearchCalls:
    """
    Searches what the actor may list, and nothing else.
    """

    def __init__(self, gate: Gate, registry: BackendRegistry, buckets: BucketCalls) -> None:
        self._gate = gate
        self._registry = registry
        self._buckets = buckets

    async def search(self, actor: Actor, query: SearchQuery) -> AsyncGenerator[SearchEvent, None]:
        """
        Yield hits as they come, and one `BackendEnded` for each backend, within the time limit.

        Raises:
            StowageError: `not_found`, reason `backend.unknown`, for a backend that was named.
        """
        if len(query.text.encode("utf-8", "surrogatepass")) < MIN_BYTES:
            return
        known = [one for one in self._registry.ids if _sees(actor, one)]
        for backend_id in query.backend_ids:
            if backend_id not in known:
                raise errors.NOT_FOUND(reason="backend.unknown")
        wanted = tuple(dict.fromkeys(query.backend_ids)) or known
        told: asyncio.Queue[SearchEvent] = asyncio.Queue(_MAX_WAITING)
        searching = [
            asyncio.create_task(self._search_backend(actor, one, query, told)) for one in wanted
        ]
        left = len(searching)
        try:
            while left:
                event = await told.get()
                left -= isinstance(event, BackendEnded)
                yield event
        finally:
            for task in searching:
                task.cancel()

    async def _search_backend(
        self, actor: Actor, backend_id: str, query: SearchQuery, told: "asyncio.Queue[SearchEvent]"
    ) -> None:
        found = _Found()
        try:
            async with asyncio.timeout(query.limit_seconds):
                await self._search_buckets(actor, backend_id, query, told, found)
        except TimeoutError:
            params = {"backend": backend_id}
            found.error = errors.BACKEND_ERROR(reason="backend.timeout", params=params)
        except StowageError as error:
            found.error = error
        except Exception:  # noqa: BLE001  an edge: the reader waits for a word of every backend
            _log.exception("a search failed for a fault of ours", backend=backend_id)
            found.error = errors.INTERNAL(reason="bug")
        await told.put(BackendEnded(backend_id, found.error, found.is_truncated))

    async def _search_buckets(
        self,
        actor: Actor,
        backend_id: str,
        query: SearchQuery,
        told: "asyncio.Queue[SearchEvent]",
        found: "_Found",
    ) -> None:
        buckets = await self._buckets.list_buckets(actor, backend_id)
        names = [one.name for one in buckets if query.bucket in ("", one.name)]
        folded = query.text.casefold()
        for name in names:
            if folded in name.casefold():
                await told.put(BucketHit(backend_id, name))
        free = asyncio.Semaphore(_BUCKETS_AT_ONCE)

        async def search(name: str) -> None:
            async with free:
                await self._search_objects(actor, BucketPlace(backend_id, name), query, told, found)

        async with asyncio.TaskGroup() as group:
            for name in names:
                group.create_task(search(name))

    async def _search_objects(
        self,
        actor: Actor,
        place: BucketPlace,
        query: SearchQuery,
        told: "asyncio.Queue[SearchEvent]",
        found: "_Found",
    ) -> None:
        # One more than is told shows whether there are more.
        listing = ListQuery(prefix=query.text, max_keys=OBJECTS_PER_BUCKET + 1)
        try:
            live, allowed = self._gate.enter(actor, actions.LIST_OBJECTS, place, prefix=query.text)
            store, visible = live.backend.objects, allowed.visible_prefixes
            if visible:
                page = await list_visible(store, place.bucket, listing, visible)
            else:
                page = await store.list(place.bucket, listing)
        except StowageError as error:
            if error.entry is not errors.FORBIDDEN:
                found.error = found.error or error
            return
        found.is_truncated |= len(page.objects) > OBJECTS_PER_BUCKET or bool(page.next_token)
        for info in page.objects[:OBJECTS_PER_BUCKET]:
            await told.put(ObjectHit(place.backend_id, place.bucket, info))


def _sees(actor: Actor, backend_id: str) -> bool:
    scopes = actor.principal.scopes
    return any(one.levels and one.backend_id in (ANY, backend_id) for one in scopes)


@dataclass(slots=True)
class _Found:
    """
    What is to be said of a backend at its end.
    """

    error: StowageError | None = None
    is_truncated: bool = False
