"""
The kind `buckets`: buckets that must exist on a store, and the settings that must hold there.

What is left out of a bucket is left alone; a setting that the file declares is the file's.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.audit.event import SYSTEM, Actor
from app.backends.registry import BackendRegistry
from app.config.load import LoadedConfig
from app.config.problems import ConfigError, Problem
from app.config.stores import BucketConfig
from app.database.declared import DASHBOARD, Declaration, Declarations
from app.database.tables import quotas as quota_rows
from app.database.tables import s3_bucket_cors
from app.errors.raised import StowageError
from app.objects.declared import DeclaredBucket, DeclaredBuckets
from app.objects.place import BucketPlace
from app.objects.service import ObjectService
from app.plan.bucket_settings import Setting, find_held
from app.plan.kind import Declared, Present, Values, declaration_at, declare_each
from app.plan.names import Directory, Names
from app.plan.plan import Difference

_EXISTS = "exists"


@dataclass(frozen=True, slots=True)
class Found:
    """
    What is known of a bucket before its settings are read.
    """

    place: BucketPlace
    exists: bool = True
    row: DeclaredBucket | None = None
    trouble: StowageError | None = None
    """Why the store could not be asked."""


@dataclass(frozen=True, slots=True)
class BucketKind:
    """
    Buckets by `backend/name`.
    """

    objects: ObjectService
    registry: BackendRegistry
    rows: DeclaredBuckets
    settings: Mapping[str, Setting]
    directory: Directory
    declarations: Declarations
    name: str = "buckets"
    is_destructive: bool = True
    is_upstream: bool = True

    async def declare(self, loaded: LoadedConfig) -> Sequence[Declared]:
        """
        Return the buckets of the file.

        Raises:
            ConfigError: a backend is unknown, or a setting cannot be.
        """
        names = await self.directory.names(loaded)
        return declare_each(
            loaded,
            self.name,
            loaded.config.buckets,
            lambda one, key: self._declare(one, key, names),
        )

    async def load(self) -> Sequence[Present]:
        """
        Return every bucket that a store has or a file declared. Settings are read when compared.
        """
        rows = {row.place: row for row in await self.rows.list()}
        return await self._look(rows, self.registry.ids)

    async def load_concerned(self, ids: Collection[str]) -> Sequence[Present]:
        """
        Return those of these ids, and those that a file declared; no other store is asked.
        """
        rows = {row.place: row for row in await self.rows.list()}
        asked = {one.partition("/")[0] for one in ids} | {place.backend_id for place in rows}
        found = await self._look(rows, sorted(asked & set(self.registry.ids)))
        return [one for one in found if one.id in ids or one.item.row]

    async def _look(
        self, rows: Mapping[BucketPlace, DeclaredBucket], backend_ids: Sequence[str]
    ) -> Sequence[Present]:
        found: dict[BucketPlace, Found] = {
            place: Found(place, exists=False, row=row) for place, row in rows.items()
        }
        self.objects.buckets.forget_lists()
        for some in await asyncio.gather(*(self._ask(one, rows) for one in backend_ids)):
            found |= some
        return [_present(one) for one in found.values()]

    async def check(self, declared: Declared) -> None:
        """
        Refuse a setting that the store is known not to have.

        Raises:
            StowageError: `not_supported`.
        """
        place: BucketPlace = declared.item
        if place.backend_id not in self.registry.ids:
            return  # it is made by the same plan
        live = self.registry.get(place.backend_id)
        for name in declared.values:
            live.require(self.settings[name].capability)

    async def compare(self, declared: Declared, present: Present) -> Sequence[Difference]:
        """
        Return which settings differ, or that there is no such bucket.

        Raises:
            StowageError: the store does not answer.
        """
        found: Found = present.item
        if found.trouble is not None:
            raise found.trouble
        if not found.exists:
            return [Difference(_EXISTS, present=False, declared=True)]
        differing: list[Difference] = []
        for name, value in declared.values.items():
            holds = await self.settings[name].read(found.place)
            if holds != value:
                differing.append(Difference(name, holds, value))
        return differing

    async def create(self, actor: Actor, declared: Declared) -> None:
        """
        Make the bucket if its store has none, and set what is declared.
        """
        await self._make(actor, declared)
        await self._store(declared, None)

    async def update(self, actor: Actor, declared: Declared, present: Present) -> None:
        """
        Set what differs.
        """
        await self._make(actor, declared)
        await self._store(declared, present.item.row)

    async def note(self, declared: Declared, present: Present) -> None:
        """
        Note the line, and which settings are the file's.
        """
        row: DeclaredBucket | None = present.item.row
        same = row is not None and row.declaration == declared.by
        if not same or row is None or dict(row.settings) != dict(declared.values):
            await self._store(declared, row)

    async def delete(self, actor: Actor, present: Present) -> None:
        """
        Delete the bucket, which must be empty. One that is gone already is forgotten.

        Raises:
            StowageError: `conflict`: it is not empty.
        """
        found: Found = present.item
        if found.trouble is not None:
            raise found.trouble
        if found.exists:
            await self.objects.buckets.delete_bucket(actor, found.place, by=present.declaration)
        await self.rows.forget(found.place)

    async def write(self, present: Present, loaded: LoadedConfig) -> Values | None:  # noqa: ARG002  one shape
        """
        Return the bucket as a file declares it: what a file said of it, and what else holds.
        """
        found: Found = present.item
        if not found.exists:
            return None
        settings = dict(found.row.settings) if found.row else {}
        if found.trouble is None:
            for name in self.settings.keys() - settings.keys():
                held = await find_held(name, self.settings[name], found.place)
                settings |= {} if held is None else {name: held}
        settings = {name: settings[name] for name in self.settings if name in settings}
        return {"backend": found.place.backend_id, "name": found.place.bucket, **settings}

    def _declare(self, bucket: BucketConfig, key: str, names: Names) -> Declared:
        place = BucketPlace(names.backend(bucket.backend, f"{key}.backend"), bucket.name)
        written = bucket.model_dump(mode="json", exclude_none=True, exclude={"backend", "name"})
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for name, value in written.items():
            try:
                values[name] = self.settings[name].normalise(value)
            except StowageError as error:
                place_of = f"{key}.{name}"
                origin = names.loaded.origin(place_of)
                problems.append(Problem(error.message.rstrip("."), place_of, origin))
        if problems:
            raise ConfigError(problems)
        by = declaration_at(names.loaded, key, _id(place))
        return Declared(_id(place), values, by, names.loaded.origin(key), place)

    async def _make(self, actor: Actor, declared: Declared) -> None:
        place: BucketPlace = declared.item
        calls = self.objects.buckets
        there = await calls.list_buckets(SYSTEM, place.backend_id)
        if place.bucket not in {one.name for one in there}:
            lock = declared.values.get("object_lock") or {}
            await calls.create_bucket(actor, place, locks_objects=bool(lock.get("enabled")))
        failures: list[StowageError] = []
        for name, value in declared.values.items():
            try:
                if await self.settings[name].read(place) != value:
                    await self.settings[name].write(actor, place, value, declared.by)
            except StowageError as error:
                failures.append(error)  # the others can be set all the same
        if failures:
            raise failures[0]

    async def _ask(
        self, backend_id: str, rows: Mapping[BucketPlace, DeclaredBucket]
    ) -> dict[BucketPlace, Found]:
        ours = [place for place in rows if place.backend_id == backend_id]
        try:
            buckets = await self.objects.buckets.list_buckets(SYSTEM, backend_id)
        except StowageError as error:
            return {place: Found(place, row=rows[place], trouble=error) for place in ours}
        places = (BucketPlace(backend_id, bucket.name) for bucket in buckets)
        return {place: Found(place, row=rows.get(place)) for place in places}

    async def _store(self, declared: Declared, former: DeclaredBucket | None) -> None:
        """
        Note what is the file's, and hand back what is not any more.
        """
        place: BucketPlace = declared.item
        await self.rows.store(SYSTEM, place, declared.values, declared.by)
        left = set(former.settings) - set(declared.values) if former else set()
        if "quota" in left:
            key = {"kind": "bucket", "subject_id": _id(place)}
            await self.declarations.note(quota_rows, key, DASHBOARD)
        if "cors" in left:
            key = {"backend_id": place.backend_id, "bucket": place.bucket}
            await self.declarations.note(s3_bucket_cors, key, DASHBOARD)


def _present(found: Found) -> Present:
    by = found.row.declaration if found.row else Declaration()
    return Present(_id(found.place), {}, by, found)


def _id(place: BucketPlace) -> str:
    return f"{place.backend_id}/{place.bucket}"
