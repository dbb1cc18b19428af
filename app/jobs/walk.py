"""
`Walk`: the objects that a job is about, page by page, from any position on.

Positions are keys, not tokens of a backend: they hold across restarts, and for as long as it takes.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.audit.event import Actor
from app.backends.registry import LiveBackend
from app.backends.stored import ListQuery, ObjectInfo, ObjectRef
from app.database.engine import Database
from app.errors.raised import StowageError
from app.jobs import repository
from app.jobs.job import ItemError, Job, JobError
from app.jobs.run import Position
from app.objects import actions
from app.objects.gate import Gate
from app.objects.place import BucketPlace

PAGE_KEYS = 1000
_LOOKS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Page:
    """
    Some of the objects, and where the next page begins.
    """

    objects: tuple[ObjectInfo, ...]
    position: Position
    failures: tuple[ItemError, ...] = ()


class Walk:
    """
    The selection of one job. Every page is cut to what the actor may list at that moment.
    """

    def __init__(self, gate: Gate, database: Database, job: Job, *, looks: bool = True) -> None:
        self._gate = gate
        self._database = database
        self._job = job
        self._looks = looks
        source = job.facts.source
        self._place = BucketPlace(source.backend_id, source.bucket)
        self._prefix = source.prefix

    async def next(self, actor: Actor, position: Position) -> Page | None:
        """
        Return the first page behind a position that holds something; `None` at the end.

        Raises:
            StowageError: the listing is refused, or fails.
        """
        if not self._job.facts.has_items:
            return await self._below(actor, self._prefix, position)
        while True:
            if position.folder is not None:
                page = await self._below(actor, position.folder, position)
                if page is not None:
                    return page
                position = Position(position.phase, item=position.folder)
            rows = await self._items(position.item)
            if not rows:
                return None
            if not rows[0][1]:
                return await self._look_at(actor, rows, position)
            position = replace(position, folder=rows[0][0], part=None, after="")

    async def _items(self, after: str) -> Sequence[tuple[str, bool]]:
        async with self._database.read() as connection:
            rows = await repository.list_items(
                connection, self._job.id, after=after, limit=PAGE_KEYS
            )
        return [(row["key"], row["is_folder"]) for row in rows]

    async def _below(self, actor: Actor, prefix: str, position: Position) -> Page | None:
        live, allowed = self._gate.enter(actor, actions.LIST_OBJECTS, self._place, prefix=prefix)
        parts = _outermost(allowed.visible_prefixes) if allowed.visible_prefixes else (prefix,)
        for part in parts:
            if position.part is not None and part < position.part:
                continue
            after = position.after if part == position.part else ""
            objects = await _list(live, self._place.bucket, part, after)
            if objects:
                following = replace(position, part=part, after=objects[-1].key)
                return Page(objects, following)
        return None

    async def _look_at(
        self, actor: Actor, rows: Sequence[tuple[str, bool]], position: Position
    ) -> Page:
        plain = [key for key, _ in rows]
        for index, (_, is_folder) in enumerate(rows):
            if is_folder:
                del plain[index:]
                break
        following = Position(position.phase, item=plain[-1])
        if not self._looks:
            return Page(tuple(ObjectInfo(key, 0) for key in plain), following)
        free = asyncio.Semaphore(_LOOKS_AT_ONCE)

        async def look(key: str) -> ObjectInfo | ItemError:
            async with free:
                return await self._find(actor, key)

        found = await asyncio.gather(*(look(key) for key in plain))
        return Page(
            tuple(one for one in found if isinstance(one, ObjectInfo)),
            following,
            tuple(one for one in found if isinstance(one, ItemError)),
        )

    async def _find(self, actor: Actor, key: str) -> ObjectInfo | ItemError:
        try:
            live, _ = self._gate.enter(actor, actions.READ_OBJECT, self._place, key=key)
            return await live.backend.objects.head(self._place.bucket, ObjectRef(key))
        except StowageError as error:
            return ItemError(key, JobError.of(error))


async def _list(live: LiveBackend, bucket: str, prefix: str, after: str) -> tuple[ObjectInfo, ...]:
    """
    Return up to a thousand objects behind a key, none only at the end.
    """
    query = ListQuery(prefix=prefix, start_after=after, max_keys=PAGE_KEYS)
    while True:
        page = await live.backend.objects.list(bucket, query)
        # A store that takes start_after for "from" would have us go round in circles.
        found = tuple(one for one in page.objects if one.key != after)
        if found or not page.next_token:
            return found
        query = replace(query, token=page.next_token)


def _outermost(prefixes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        one
        for one in sorted(prefixes)
        if not any(one != other and one.startswith(other) for other in prefixes)
    )
