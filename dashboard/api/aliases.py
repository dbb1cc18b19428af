"""
Names of the S3 endpoint's own that lead to buckets.
"""

from app.endpoint.aliases import Alias
from dashboard.api.credentials import require_proxy
from dashboard.call import Call
from dashboard.lengthy import make_each
from dashboard.schemas import Body, Declared, Schema


class AliasSchema(Declared):
    """
    A name, and the bucket it leads to.
    """

    name: str
    backend_id: str
    bucket: str


class AliasList(Schema):
    """
    The aliases by name.
    """

    aliases: list[AliasSchema]


class AliasCreate(Body):
    """
    A name, and the bucket it is to lead to.
    """

    name: str = ""
    backend_id: str = ""
    bucket: str = ""


async def list_aliases(call: Call) -> AliasList:
    """
    Return every alias.
    """
    require_proxy(call)
    found = await call.services.aliases.list(call.actor)
    return AliasList(aliases=await make_each(_alias, found))


async def create_alias(call: Call) -> AliasSchema:
    """
    Make a name lead to a bucket.
    """
    require_proxy(call)
    body = await call.body(AliasCreate)
    new = Alias(body.name, body.backend_id, body.bucket)
    return _alias(await call.services.aliases.create(call.actor, new))


async def delete_alias(call: Call) -> None:
    """
    Take a name away.
    """
    require_proxy(call)
    await call.services.aliases.delete(call.actor, call.path("name"))


def _alias(found: Alias) -> AliasSchema:
    return AliasSchema(
        name=found.name,
        backend_id=found.backend_id,
        bucket=found.bucket,
        source=found.source,
        source_file=found.source_file,
        source_line=found.source_line,
    )
