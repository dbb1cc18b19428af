"""
Versions below a prefix, delete markers among them, and which of them may be removed.
"""

from app.audit.event import Actor
from app.backends.registry import LiveBackend
from app.backends.stored import ListQuery, ObjectRef, VersionPage
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.objects import actions
from app.objects.gate import Gate
from app.objects.place import BucketPlace

_MAX_PAGES = 100


class VersionCalls:
    """
    What can be asked about versions. Every call checks the actor's rights.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def list_page(self, actor: Actor, place: BucketPlace, query: ListQuery) -> VersionPage:
        """
        Return one page of versions and delete markers, as the backend orders them.

        Raises:
            StowageError: `not_found`, `not_supported`, `bad_request` for a foreign token;
                `forbidden`, also for a prefix above the granted ones.
        """
        live, allowed = self._gate.enter(actor, actions.LIST_VERSIONS, place, prefix=query.prefix)
        if allowed.visible_prefixes:
            params = {"action": actions.LIST_VERSIONS.name, "levels": "list"}
            raise errors.FORBIDDEN(reason="grant.missing", params=params)
        live.require("versioning")
        return await live.backend.objects.list_versions(place.bucket, query)


async def enter_delete(gate: Gate, actor: Actor, place: BucketPlace, ref: ObjectRef) -> LiveBackend:
    """
    Return the backend for a delete that the actor may make.

    Deleting a version for good needs a level of its own. A delete marker is no version: who may
    delete may take it away again.

    Raises:
        StowageError: `not_found`, `invalid_key`, `forbidden`.
    """
    action = actions.DELETE_VERSION if ref.version_id else actions.DELETE_OBJECT
    try:
        live, _ = gate.enter(actor, action, place, key=ref.key)
    except StowageError as refusal:
        if refusal.entry is not errors.FORBIDDEN or not ref.version_id:
            raise
        if not await _is_removable_marker(gate, actor, place, ref):
            raise
        live, _ = gate.enter(actor, actions.DELETE_OBJECT, place, key=ref.key)
    return live


async def _is_removable_marker(
    gate: Gate, actor: Actor, place: BucketPlace, ref: ObjectRef
) -> bool:
    try:
        live, _ = gate.enter(actor, actions.DELETE_OBJECT, place, key=ref.key)
    except StowageError:
        return False
    query = ListQuery(prefix=ref.key)
    for _ in range(_MAX_PAGES):
        page = await live.backend.objects.list_versions(place.bucket, query)
        for version in page.versions:
            if (version.key, version.version_id) == (ref.key, ref.version_id):
                return version.is_delete_marker
        if not page.next_token or any(one.key > ref.key for one in page.versions):
            return False
        query = ListQuery(prefix=ref.key, token=page.next_token)
    return False
