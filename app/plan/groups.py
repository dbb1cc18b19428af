"""
The kind `groups`: users whom grants can name together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.audit.event import Actor
from app.config.identity import GroupConfig
from app.config.load import LoadedConfig
from app.config.problems import ConfigError, Problem
from app.database.declared import Declaration, Declarations
from app.database.tables import groups
from app.grants.groups import Group, GroupChange
from app.plan.kind import (
    Declared,
    Present,
    Values,
    declaration_at,
    declare_each,
    differences,
)
from app.plan.names import Directory, Names
from app.plan.plan import Difference


@dataclass(frozen=True, slots=True)
class GroupKind:
    """
    Groups by their name. Members whom a claim of the provider made are not the file's matter.
    """

    directory: Directory
    declarations: Declarations
    name: str = "groups"
    is_destructive: bool = False
    is_upstream: bool = False

    async def declare(self, loaded: LoadedConfig) -> Sequence[Declared]:
        """
        Return the groups of the file, members by user name.

        Raises:
            ConfigError: a member is unknown.
        """
        names = await self.directory.names(loaded)
        return declare_each(
            loaded, self.name, loaded.config.groups, lambda one, key: _declare(one, key, names)
        )

    async def load(self) -> Sequence[Present]:
        """
        Return every group.
        """
        users = {user.id: user.username for user in await self.directory.list_users()}
        return [_present(group, users) for group in await self.directory.list_groups()]

    async def compare(self, declared: Declared, present: Present) -> Sequence[Difference]:
        """
        Return what differs.
        """
        return differences(declared.values, present.values)

    async def create(self, actor: Actor, declared: Declared) -> None:
        """
        Make the group.
        """
        change = await self._change(declared)
        await self.directory.groups.create(actor, change, by=declared.by)

    async def update(self, actor: Actor, declared: Declared, present: Present) -> None:
        """
        Change members and claim values.
        """
        change = await self._change(declared)
        await self.directory.groups.update(actor, present.item.id, change, by=declared.by)
        await self.note(declared, present)

    async def note(self, declared: Declared, present: Present) -> None:
        """
        Note the line.
        """
        if declared.by != present.declaration:
            await self.declarations.note(groups, {"id": present.item.id}, declared.by)

    async def delete(self, actor: Actor, present: Present) -> None:
        """
        Delete the group and the grants to it.
        """
        await self.directory.groups.delete(actor, present.item.id, by=present.declaration)

    def write(self, present: Present, loaded: LoadedConfig) -> Values:  # noqa: ARG002  one shape
        """
        Return the group as a file declares it.
        """
        return {"name": present.id, **present.values}

    async def _change(self, declared: Declared) -> GroupChange:
        members = [await self.directory.user_id(one) for one in declared.values["members"]]
        return GroupChange(declared.id, members, declared.values["claim_values"])


def _declare(group: GroupConfig, key: str, names: Names) -> Declared:
    members: set[str] = set()
    problems: list[Problem] = []
    for index, member in enumerate(group.members):
        try:
            members.add(names.user(member, f"{key}.members[{index}]"))
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    values = {
        "members": sorted(members),
        "claim_values": list(dict.fromkeys(group.claim_values)),
    }
    by = declaration_at(names.loaded, key, group.name)
    return Declared(group.name, values, by, names.loaded.origin(key), group)


def _present(group: Group, users: dict[str, str]) -> Present:
    values = {
        "members": sorted(users[one] for one in group.written_members if one in users),
        "claim_values": list(group.claim_values),
    }
    by = Declaration(group.source, group.source_file, group.source_line, group.name)
    return Present(group.name, values, by, group)
