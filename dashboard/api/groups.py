"""
Groups of users that grants can name.
"""

from app.grants import groups
from app.grants.groups import GroupChange
from dashboard.api.grants import page_request
from dashboard.call import Call
from dashboard.lengthy import make_each
from dashboard.schemas import Body, Declared, Schema, Timestamp, omitted


class Group(Declared):
    """
    A group, with the ids of all its members wherever they come from.
    """

    id: str
    name: str
    members: list[str]
    claim_values: list[str]
    created_at: Timestamp


class GroupList(Schema):
    """
    One page of groups, in the order they were made.
    """

    groups: list[Group]
    next_cursor: str = omitted("")


class GroupBody(Body):
    """
    A new group, or what is to change of one.
    """

    name: str | None = None
    members: list[str] | None = None
    """User ids."""
    claim_values: list[str] | None = None
    """Values of the provider's group claim that make a member."""


async def list_groups(call: Call) -> GroupList:
    """
    Return one page of groups.
    """
    page = await call.services.groups.list(call.actor, page_request(call))
    return GroupList(
        groups=await make_each(_group, page.items), next_cursor=call.cursor(page.next_cursor)
    )


async def get_group(call: Call) -> Group:
    """
    Return one group.
    """
    return _group(await call.services.groups.get(call.actor, call.path("id")))


async def create_group(call: Call) -> Group:
    """
    Make a group.
    """
    change = _change(await call.body(GroupBody))
    return _group(await call.services.groups.create(call.actor, change))


async def update_group(call: Call) -> Group:
    """
    Change a group.
    """
    change = _change(await call.body(GroupBody))
    return _group(await call.services.groups.update(call.actor, call.path("id"), change))


async def delete_group(call: Call) -> None:
    """
    Delete a group and the grants to it.
    """
    await call.services.groups.delete(call.actor, call.path("id"))


def _change(body: GroupBody) -> GroupChange:
    return GroupChange(body.name, body.members, body.claim_values)


def _group(found: groups.Group) -> Group:
    return Group(
        id=found.id,
        name=found.name,
        members=list(found.members),
        claim_values=list(found.claim_values),
        created_at=found.created_at,
        source=found.source,
        source_file=found.source_file,
        source_line=found.source_line,
    )
