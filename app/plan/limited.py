"""
`LimitedKind`: things that may also declare how many bytes they add: users, groups, credentials.

The limit is a row of its own, and the file's only where the file says something about it. What a
file leaves out is left alone, and may be set in the dashboard.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from app.audit.event import SYSTEM, Actor
from app.config.load import LoadedConfig
from app.database.declared import DASHBOARD, Declaration, Declarations
from app.database.tables import quotas
from app.plan.kind import Declared, Exclusive, Kind, Numerous, Present, Values
from app.plan.plan import Difference
from app.quotas.charged import ChargedQuotas
from app.quotas.limits import Limits, QuotaKind, QuotaSubject
from app.quotas.quota import Quota

QUOTA = "quota"


@dataclass(frozen=True, slots=True)
class LimitedKind:
    """
    A kind, and the limits of its things.
    """

    kind: Kind
    whose: QuotaKind
    limits: ChargedQuotas
    declarations: Declarations
    id_of: Callable[[Present], str]
    """Returns the id that a limit knows a thing by."""
    find_id: Callable[[Declared], Awaitable[str]]
    """Finds that id of what was made just now."""

    @property
    def name(self) -> str:
        """
        The list key of the file.
        """
        return self.kind.name

    @property
    def is_destructive(self) -> bool:
        """
        Whether deleting one loses what an older file does not bring back.
        """
        return self.kind.is_destructive

    @property
    def is_upstream(self) -> bool:
        """
        Never: limits are rows.
        """
        return self.kind.is_upstream

    async def declare(self, loaded: LoadedConfig) -> Sequence[Declared]:
        """
        Return the things of the file, those with a limit that have one.

        Raises:
            ConfigError: as the kind's own.
        """
        return [_with_quota(one) for one in await self.kind.declare(loaded)]

    async def load(self) -> Sequence[Present]:
        """
        Return everything of the kind.
        """
        return await self._limited(await self.kind.load())

    async def load_concerned(self, ids: Collection[str]) -> Sequence[Present]:
        """
        Return those of these ids, and those that a file declared once; perhaps more.
        """
        if isinstance(self.kind, Numerous):
            return await self._limited(await self.kind.load_concerned(ids))
        return await self.load()

    async def _limited(self, found: Sequence[Present]) -> Sequence[Present]:
        held = await self.limits.list(SYSTEM, self.whose)
        return [self._with_held(one, held.get(self.id_of(one))) for one in found]

    def _with_held(self, present: Present, held: Quota | None) -> Present:
        limits = None if held is None or held.limits is None else asdict(held.limits)
        by = DASHBOARD if held is None else held.declaration
        if by.is_yaml:
            by = replace(by, declared_id=self._declared_id(present.id))
        return replace(present, values={**present.values, QUOTA: limits}, quota_by=by)

    async def compare(self, declared: Declared, present: Present) -> Sequence[Difference]:
        """
        Return what differs, the limit included where it is declared.
        """
        return await self.kind.compare(declared, present)

    async def create(self, actor: Actor, declared: Declared) -> None:
        """
        Make it, and limit it.
        """
        await self.kind.create(actor, declared)
        if QUOTA in declared.values:
            await self._limit(actor, await self.find_id(declared), declared)

    async def update(self, actor: Actor, declared: Declared, present: Present) -> None:
        """
        Change it, its limit, or both.
        """
        differing = {one.name for one in await self.compare(declared, present)}
        if differing == {QUOTA}:
            await self.kind.note(declared, present)
        else:
            await self.kind.update(actor, declared, present)
        if QUOTA in differing:
            await self._limit(actor, self.id_of(present), declared)
        else:
            await self._note_limit(declared, present)

    async def make_room(self, present: Present, members: Collection[str]) -> None:
        """
        Take these members from a thing that shares them with no other.
        """
        if isinstance(self.kind, Exclusive):
            await self.kind.make_room(present, members)

    async def note(self, declared: Declared, present: Present) -> None:
        """
        Note the lines of both; a limit that the file no longer declares is the dashboard's.
        """
        await self.kind.note(declared, present)
        await self._note_limit(declared, present)

    async def delete(self, actor: Actor, present: Present) -> None:
        """
        Delete it, and its limit with it.
        """
        await self.kind.delete(actor, present)

    async def write(self, present: Present, loaded: LoadedConfig) -> Values | None:
        """
        Return it as a file declares it, limited as it is.
        """
        own = {name: value for name, value in present.values.items() if name != QUOTA}
        written = await self.kind.write(replace(present, values=own), loaded)
        held: Mapping[str, int] | None = present.values[QUOTA]
        if written is None or held is None:
            return written
        return {**written, QUOTA: {name: value for name, value in held.items() if value}}

    async def _limit(self, actor: Actor, subject_id: str, declared: Declared) -> None:
        subject = QuotaSubject(self.whose, subject_id)
        limits = Limits(**declared.values[QUOTA])
        await self.limits.put(actor, subject, limits, by=self._declaration(declared))

    async def _note_limit(self, declared: Declared, present: Present) -> None:
        by = self._declaration(declared)
        if by != present.quota_by:
            key = {"kind": self.whose.value, "subject_id": self.id_of(present)}
            await self.declarations.note(quotas, key, by)

    def _declaration(self, declared: Declared) -> Declaration:
        """
        Return who declares the limit: the line of the thing, or the dashboard.
        """
        if QUOTA not in declared.values:
            return DASHBOARD
        return replace(declared.by, declared_id=self._declared_id(declared.id))

    def _declared_id(self, thing_id: str) -> str:
        # Users, groups and credentials of one name, and buckets, are all in one table.
        return f"{self.whose}:{thing_id}"


def _with_quota(declared: Declared) -> Declared:
    quota: Any = declared.item.quota
    if quota is None:
        return declared
    return replace(declared, values={**declared.values, QUOTA: quota.model_dump()})
