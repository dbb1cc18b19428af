"""
The kind `groups`: users whom grants can name together.

Members whom a claim of the provider made are not the file's matter.
"""

from collections.abc import Sequence

from app.audit.event import Actor
from app.config.identity import GroupConfig
from app.config.problems import ConfigError, Problem
from app.database.declared import Declaration, Declarations
from app.database.tables import groups
from app.grants.groups import Group, GroupChange
from app.plan.kind import Declared, Present, declaration_at
from app.plan.names import Directory, Names
from app.plan.rows import Calls, RowKind


def group_kind(directory: Directory, declarations: Declarations) -> RowKind:
    """
    Return the kind: groups by their name.
    """
    service = directory.groups

    async def find() -> Sequence[Present]:
        users = {user.id: user.username for user in await directory.list_users()}
        return [_present(group, users) for group in await directory.list_groups()]

    async def change(one: Declared) -> GroupChange:
        members = [await directory.user_id(name) for name in one.values["members"]]
        return GroupChange(one.id, members, one.values["claim_values"])

    async def create(actor: Actor, one: Declared) -> None:
        await service.create(actor, await change(one), by=one.by)

    async def update(actor: Actor, one: Declared, there: Present) -> None:
        await service.update(actor, there.item.id, await change(one), by=one.by)

    return RowKind(
        "groups",
        groups,
        directory,
        declarations,
        read=_declare,
        find=find,
        row_of=lambda one: {"id": one.item.id},
        written=lambda one: {"name": one.id, **one.values},
        calls=Calls(
            create,
            update,
            lambda actor, one: service.delete(actor, one.item.id, by=one.declaration),
        ),
    )


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
