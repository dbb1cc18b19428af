"""
Restoring: delete markers are taken away again, so that what they hid is there as before.
"""

from collections.abc import Sequence
from dataclasses import replace

from app.audit.event import Actor
from app.backends.stored import ListQuery, ObjectInfo
from app.database.engine import Database
from app.jobs import repository
from app.jobs.deleting import Deleting
from app.jobs.job import Job
from app.jobs.run import Position, Step
from app.jobs.walk import Page
from app.objects import actions
from app.objects.gate import Gate
from app.objects.place import BucketPlace

_VERSIONS = "versions"
_END = "end"


class DeletedObjects:
    """
    The delete markers that hide an object now, below a prefix or of chosen keys.
    """

    def __init__(self, gate: Gate, database: Database, job: Job) -> None:
        self._gate = gate
        self._database = database
        self._job = job
        source = job.facts.source
        self._place = BucketPlace(source.backend_id, source.bucket)

    async def next(self, actor: Actor, position: Position) -> Page | None:
        """
        Return the first page behind a position that holds something; `None` at the end.

        Raises:
            StowageError: the listing is refused, or fails; `not_supported` without versions.
        """
        if not self._job.facts.has_items:
            return await self._below(actor, self._job.facts.source.prefix, position)
        while True:
            if position.folder is None:
                keys = await self._items(position.item)
                if not keys:
                    return None
                position = replace(position, folder=keys[0], part=None, after="")
            page = await self._below(actor, position.folder or "", position)
            if page is not None:
                return page
            position = Position(position.phase, item=position.folder or "")

    async def _items(self, after: str) -> Sequence[str]:
        async with self._database.read() as connection:
            rows = await repository.list_items(connection, self._job.id, after=after, limit=1)
        return [row["key"] for row in rows]

    async def _below(self, actor: Actor, prefix: str, position: Position) -> Page | None:
        if position.part == _END:
            return None
        live, _ = self._gate.enter(actor, actions.LIST_VERSIONS, self._place, prefix=prefix)
        live.require("versioning")
        token = position.after
        while True:
            query = ListQuery(prefix=prefix, token=token)
            page = await live.backend.objects.list_versions(self._place.bucket, query)
            token = page.next_token
            found = tuple(
                ObjectInfo(one.key, 0, version_id=one.version_id)
                for one in page.versions
                if one.is_delete_marker and one.is_latest and _is_meant(one.key, prefix)
            )
            if found:
                part = _VERSIONS if token else _END
                return Page(found, replace(position, part=part, after=token))
            if not token:
                return None


class Restoring(Deleting):
    """
    Takes delete markers away, a thousand at a time.
    """

    def _enter(self, actor: Actor, step: Step) -> None:
        # A delete marker is no version: who may delete may take it away again.
        self._gate.enter(actor, actions.DELETE_OBJECT, self._place, key=step.key)


def _is_meant(key: str, prefix: str) -> bool:
    return not prefix or prefix.endswith("/") or key == prefix
