"""
Grants: who holds which levels where, beyond the defaults of the roles.
"""

from app.grants import grants
from app.grants.grants import NewGrant
from app.grants.page import DEFAULT_LIMIT, PageRequest
from dashboard.api.access import GrantSubject
from dashboard.call import Call
from dashboard.lengthy import make_each
from dashboard.schemas import Body, Declared, LevelName, PresetName, Schema, omitted


class StoredGrant(Declared):
    """
    A scope that was given to a subject.
    """

    id: str
    subject: GrantSubject
    backend_id: str
    bucket: str
    prefix: str
    access: PresetName | list[LevelName]


class GrantList(Schema):
    """
    One page of grants, in the order they were made.
    """

    grants: list[StoredGrant]
    next_cursor: str = omitted("")


class GrantSubjectBody(Body):
    """
    Who is to hold a grant.
    """

    kind: str = ""
    id: str = ""


class GrantCreate(Body):
    """
    A scope, and the subject that is to hold it.
    """

    subject: GrantSubjectBody
    backend_id: str = ""
    bucket: str = ""
    prefix: str = ""
    access: str | list[str] = "readwrite"


class GrantPatch(Body):
    """
    The levels that are to hold from now on.
    """

    access: str | list[str]


async def list_grants(call: Call) -> GrantList:
    """
    Return one page of grants.
    """
    page = await call.services.grants.list(call.actor, page_request(call))
    return GrantList(
        grants=await make_each(_grant, page.items), next_cursor=call.cursor(page.next_cursor)
    )


async def create_grant(call: Call) -> StoredGrant:
    """
    Give a scope to a user, a group or a role.
    """
    body = await call.body(GrantCreate)
    new = NewGrant(
        subject_kind=body.subject.kind,
        subject_id=body.subject.id,
        backend_id=body.backend_id,
        bucket=body.bucket,
        prefix=body.prefix,
        access=body.access,
    )
    return _grant(await call.services.grants.create(call.actor, new))


async def update_grant(call: Call) -> StoredGrant:
    """
    Change the levels of a grant.
    """
    body = await call.body(GrantPatch)
    return _grant(await call.services.grants.update(call.actor, call.path("id"), body.access))


async def delete_grant(call: Call) -> None:
    """
    Take a grant away.
    """
    await call.services.grants.delete(call.actor, call.path("id"))


def page_request(call: Call) -> PageRequest:
    """
    Return which page the query asks for.

    Raises:
        StowageError: `bad_request`, reason `cursor.invalid`.
    """
    return PageRequest(call.position("cursor"), call.number("limit", DEFAULT_LIMIT))


def _grant(found: grants.Grant) -> StoredGrant:
    return StoredGrant(
        id=found.id,
        subject=GrantSubject(kind=found.subject_kind, id=found.subject_id),
        backend_id=found.backend_id,
        bucket=found.bucket,
        prefix=found.prefix,
        access=found.access,
        source=found.source,
        source_file=found.source_file,
        source_line=found.source_line,
    )
