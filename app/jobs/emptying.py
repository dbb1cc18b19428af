"""
Emptying a bucket: objects, versions, delete markers and open uploads.
"""

from dataclasses import replace

from app.audit.event import Actor
from app.backends.stored import ListQuery, ObjectInfo, UploadRef
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.jobs.deleting import Deleting
from app.jobs.engine import Source
from app.jobs.job import Job
from app.jobs.owner import Standing
from app.jobs.run import Effort, Position
from app.jobs.walk import Page
from app.objects import actions
from app.objects.gate import Gate
from app.objects.place import BucketPlace

_VERSIONS = "versions"
_END = "end"
_MAX_UPLOAD_PAGES = 10_000


class EverythingInside:
    """
    Every version and delete marker of a bucket; its objects where it keeps no versions.
    """

    def __init__(self, gate: Gate, plain: Source, job: Job) -> None:
        self._gate = gate
        self._plain = plain
        self._place = BucketPlace(job.facts.source.backend_id, job.facts.source.bucket)

    async def next(self, actor: Actor, position: Position) -> Page | None:
        """
        Return the first page behind a position; `None` at the end.

        Raises:
            StowageError: the listing is refused, or fails.
        """
        live, _ = self._gate.enter(actor, actions.EMPTY_BUCKET, self._place)
        is_begun = position.item == _VERSIONS
        if "versioning" in live.missing or (position.part is not None and not is_begun):
            return await self._plain.next(actor, position)
        if position.part == _END:
            return None
        query = ListQuery(token=position.after)
        try:
            page = await live.backend.objects.list_versions(self._place.bucket, query)
        except StowageError as error:
            if is_begun or error.entry is not errors.NOT_SUPPORTED:
                raise
            return await self._plain.next(actor, position)
        objects = tuple(
            ObjectInfo(one.key, one.size_bytes, version_id=one.version_id) for one in page.versions
        )
        if not objects and not page.next_token:
            return None
        part = _VERSIONS if page.next_token else _END
        return Page(objects, replace(position, item=_VERSIONS, part=part, after=page.next_token))


class Emptying(Deleting):
    """
    Deletes what `EverythingInside` finds, then aborts the uploads that are open.
    """

    def __init__(self, gate: Gate, job: Job) -> None:
        super().__init__(gate, job)
        self._gate = gate
        self._place = BucketPlace(job.facts.source.backend_id, job.facts.source.bucket)

    async def end(self, standing: Standing, run: Effort) -> None:  # noqa: ARG002  the protocol's signature
        """
        Abort every open upload: its parts take room that no listing shows.
        """
        bucket = self._place.bucket
        for _ in range(_MAX_UPLOAD_PAGES):
            actor = await standing.actor()
            live, _ = self._gate.enter(actor, actions.EMPTY_BUCKET, self._place)
            uploads = live.backend.uploads
            found = await uploads.list(bucket)
            if not found:
                return
            for one in found:
                await uploads.abort(UploadRef(bucket, one.key, one.upload_id))
