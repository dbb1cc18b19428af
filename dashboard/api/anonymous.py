"""
Buckets that strangers may read through the S3 endpoint.
"""

from pydantic import Field

from app.endpoint import anonymous
from app.endpoint.anonymous import DEFAULT_RPS, READ_ONLY, NewBinding
from dashboard.api.credentials import require_proxy
from dashboard.call import Call
from dashboard.lengthy import make_each
from dashboard.schemas import Body, Declared, Schema, Timestamp, omitted


class AnonymousBinding(Declared):
    """
    A bucket that strangers may read.
    """

    backend_id: str
    bucket: str
    mode: str
    per_source_ip_rps: int
    may_list: bool = Field(alias="list")
    prefix: str
    created_at: Timestamp
    created_by: str = omitted("")


class AnonymousBindingList(Schema):
    """
    The bindings by backend and bucket.
    """

    bindings: list[AnonymousBinding]


class AnonymousBindingPut(Body):
    """
    What strangers are to be let in to.
    """

    backend_id: str = ""
    bucket: str = ""
    mode: str = ""
    per_source_ip_rps: int = DEFAULT_RPS
    may_list: bool = Field(default=True, alias="list")
    prefix: str = ""


async def list_bindings(call: Call) -> AnonymousBindingList:
    """
    Return every bucket that strangers may read.
    """
    require_proxy(call)
    found = await call.services.anonymous.list(call.actor)
    return AnonymousBindingList(bindings=await make_each(_binding, found))


async def put_binding(call: Call) -> AnonymousBinding:
    """
    Let strangers in to a bucket, or change on what terms.
    """
    require_proxy(call)
    body = await call.body(AnonymousBindingPut)
    new = NewBinding(
        backend_id=body.backend_id,
        bucket=body.bucket,
        mode=body.mode or READ_ONLY,
        prefix=body.prefix,
        may_list=body.may_list,
        per_source_ip_rps=body.per_source_ip_rps,
    )
    return _binding(await call.services.anonymous.put(call.actor, new))


async def delete_binding(call: Call) -> None:
    """
    Shut strangers out of a bucket.
    """
    require_proxy(call)
    await call.services.anonymous.delete(call.actor, call.path("bid"), call.path("bucket"))


def _binding(found: anonymous.Binding) -> AnonymousBinding:
    return AnonymousBinding(
        backend_id=found.backend_id,
        bucket=found.bucket,
        mode=found.mode,
        per_source_ip_rps=found.per_source_ip_rps,
        may_list=found.may_list,
        prefix=found.prefix,
        created_at=found.created_at,
        created_by=found.created_by,
        source=found.source,
        source_file=found.source_file,
        source_line=found.source_line,
    )
