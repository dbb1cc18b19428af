"""
Calls on buckets: list, create, delete, versioning.
"""

from collections.abc import Sequence

from app.audit.actions import AuditAction
from app.audit.event import Actor
from app.backends.s3_scratch import is_scratch
from app.backends.stored import BucketInfo
from app.database.declared import DASHBOARD, Declaration
from app.database.engine import Database
from app.errors import registry as errors
from app.objects import actions, repository
from app.objects.bucket_list import BucketLists
from app.objects.gate import Gate
from app.objects.place import BucketPlace
from app.rbac.policy import Resource, authorize
from app.types import parse_bucket_name


class BucketCalls:
    """
    What can be done to buckets. Every call checks the actor's rights; every change is audited.
    """

    def __init__(self, gate: Gate, database: Database) -> None:
        self._gate = gate
        self._database = database
        self._lists = BucketLists()

    async def list_buckets(self, actor: Actor, backend_id: str) -> Sequence[BucketInfo]:
        """
        Return the buckets on which the actor holds any level, in the backend's order.

        Raises:
            StowageError: `not_found` for the backend; whatever it answers.
        """
        live = self._gate.find(backend_id)
        found = await self._lists.get(live.backend)
        return [
            bucket
            for bucket in found
            if not is_scratch(bucket.name)
            and authorize(actor.principal, actions.SEE_BUCKET, Resource(backend_id, bucket.name))
        ]

    def forget_lists(self) -> None:
        """
        Ask the stores anew next time, because what they have matters at this moment.
        """
        self._lists = BucketLists()

    async def create_bucket(
        self, actor: Actor, place: BucketPlace, *, region: str = "", locks_objects: bool = False
    ) -> None:
        """
        Create a bucket; only a new one can be made to lock objects.

        Raises:
            StowageError: `not_found`, `forbidden`, `invalid_bucket_name`, `conflict`.
        """
        detail = {"region": region}
        async with self._gate.audited(actor, AuditAction.BUCKET_CREATE, place, detail=detail):
            self._gate.find(place.backend_id)
            parse_bucket_name(place.bucket)
            live, _ = self._gate.enter(actor, actions.CREATE_BUCKET, place)
            await live.backend.buckets.create(
                place.bucket, region=region, locks_objects=locks_objects
            )
        self._lists.forget(place.backend_id)

    async def delete_bucket(
        self, actor: Actor, place: BucketPlace, *, by: Declaration = DASHBOARD
    ) -> None:
        """
        Delete an empty bucket, and what was set up for its name.

        Raises:
            StowageError: `not_found`, `forbidden`, `yaml_managed`, `conflict` when it is not empty.
        """
        async with self._gate.audited(actor, AuditAction.BUCKET_DELETE, place):
            live, _ = self._gate.enter(actor, actions.DELETE_BUCKET, place)
            async with self._database.read() as connection:
                await repository.check_bucket_owner(connection, place, source=by.source)
            await live.backend.buckets.delete(place.bucket)
            async with self._database.write() as connection:
                await repository.forget_bucket(connection, place)
        self._lists.forget(place.backend_id)

    async def is_versioned(self, actor: Actor, place: BucketPlace) -> bool:
        """
        Tell whether the bucket keeps versions.

        Raises:
            StowageError: `not_found`, `forbidden`, `not_supported`.
        """
        live, _ = self._gate.enter(actor, actions.GET_VERSIONING, place)
        live.require("versioning")
        return await live.backend.buckets.is_versioned(place.bucket)

    async def set_versioned(
        self, actor: Actor, place: BucketPlace, *, enabled: bool, by: Declaration = DASHBOARD
    ) -> None:
        """
        Keep versions from now on, or suspend keeping them.

        Raises:
            StowageError: `not_found`, `forbidden`, `not_supported`, `yaml_managed`.
        """
        async with self._gate.audited(
            actor, AuditAction.BUCKET_VERSIONING_SET, place, detail={"enabled": enabled}
        ):
            live, _ = self._gate.enter(actor, actions.SET_VERSIONING, place)
            live.require("versioning")
            async with self._database.read() as connection:
                await repository.check_setting(connection, place, "versioning", source=by.source)
            await live.backend.buckets.set_versioned(place.bucket, enabled=enabled)
            if await live.backend.buckets.is_versioned(place.bucket) != enabled:
                params = {"setting": "versioning"}
                raise errors.NOT_SUPPORTED(reason="setting.not_kept", params=params)
