"""
Calls that read objects: list, look, download, tags, versions.
"""

from collections.abc import Mapping, Sequence

from app.audit.event import Actor
from app.backends.stored import (
    NO_CONDITIONS,
    ByteRange,
    Conditions,
    Download,
    ListQuery,
    NotModified,
    ObjectInfo,
    ObjectPage,
    ObjectRef,
    ObjectVersion,
)
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.objects import actions
from app.objects.gate import Gate
from app.objects.listing import list_visible
from app.objects.place import BucketPlace

MAX_VERSION_PAGES = 100


class ReadingCalls:
    """
    What can be read of objects. Every call checks the actor's rights.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def list_objects(self, actor: Actor, place: BucketPlace, query: ListQuery) -> ObjectPage:
        """
        Return one page of objects and common prefixes, cut to what the actor may list.

        Raises:
            StowageError: `not_found`, `forbidden`, `bad_request` for a foreign token.
        """
        live, allowed = self._gate.enter(actor, actions.LIST_OBJECTS, place, prefix=query.prefix)
        store, visible = live.backend.objects, allowed.visible_prefixes
        if visible:
            return await list_visible(store, place.bucket, query, visible)
        return await store.list(place.bucket, query)

    async def head(self, actor: Actor, place: BucketPlace, ref: ObjectRef) -> ObjectInfo:
        """
        Return what is known of an object.

        Raises:
            StowageError: `not_found`, `forbidden`, `invalid_key`.
        """
        live, _ = self._gate.enter(actor, actions.READ_OBJECT, place, key=ref.key)
        return await live.backend.objects.head(place.bucket, ref)

    async def open(
        self,
        actor: Actor,
        place: BucketPlace,
        ref: ObjectRef,
        *,
        byte_range: ByteRange | None = None,
        conditions: Conditions = NO_CONDITIONS,
    ) -> Download | NotModified:
        """
        Start a download; the caller must close its body. Nothing is read ahead of the reader.

        Raises:
            StowageError: `not_found`, `forbidden`, `invalid_key`, `precondition_failed`;
                `bad_range` with `size_bytes` in its params where the backend told it.
        """
        live, _ = self._gate.enter(actor, actions.READ_OBJECT, place, key=ref.key)
        store = live.backend.objects
        try:
            return await store.open(place.bucket, ref, byte_range=byte_range, conditions=conditions)
        except StowageError as error:
            if error.reason != "range.unsatisfiable" or "size_bytes" in error.params:
                raise
            info = await store.head(place.bucket, ref)
            params = {**error.params, "size_bytes": info.size_bytes}
            raise errors.BAD_RANGE(reason="range.unsatisfiable", params=params) from error

    async def get_tags(self, actor: Actor, place: BucketPlace, ref: ObjectRef) -> Mapping[str, str]:
        """
        Return the tags of an object.

        Raises:
            StowageError: `not_found`, `forbidden`, `invalid_key`, `not_supported`.
        """
        live, _ = self._gate.enter(actor, actions.GET_TAGS, place, key=ref.key)
        live.require("tagging")
        return await live.backend.objects.get_tags(place.bucket, ref)

    async def list_versions(
        self, actor: Actor, place: BucketPlace, key: str
    ) -> Sequence[ObjectVersion]:
        """
        Return all versions and delete markers of one key, the newest first.

        Raises:
            StowageError: `not_found`, `forbidden`, `invalid_key`, `not_supported`.
        """
        live, _ = self._gate.enter(actor, actions.LIST_VERSIONS, place, key=key)
        live.require("versioning")
        found: list[ObjectVersion] = []
        query = ListQuery(prefix=key)
        for _ in range(MAX_VERSION_PAGES):
            page = await live.backend.objects.list_versions(place.bucket, query)
            found += [one for one in page.versions if one.key == key]
            # Versions come sorted by key: behind a longer key nothing of ours follows.
            if not page.next_token or any(one.key > key for one in page.versions):
                break
            query = ListQuery(prefix=key, token=page.next_token)
        return sorted(found, key=_youth, reverse=True)


def _youth(version: ObjectVersion) -> tuple[bool, float]:
    moment = version.last_modified
    return version.is_latest, 0.0 if moment is None else moment.timestamp()
