"""
How much a bucket may hold, and users, groups and credentials may add; and how much is used.
"""

from typing import Literal

from app.errors import registry as errors
from app.jobs.recounts import Recounts
from app.quotas import quota
from app.quotas.limits import Limits, QuotaKind, QuotaPlace, QuotaSubject
from dashboard.call import Call
from dashboard.lengthy import make_each
from dashboard.schemas import Body, Schema, SourceName, Timestamp, omitted


class Quota(Schema):
    """
    A limit and what is used of it; what is not known is left out.
    """

    configured: bool
    soft_bytes: int = omitted(0)
    hard_bytes: int = omitted(0)
    updated_at: Timestamp | None = omitted()
    updated_by: str = omitted("")
    usage_bytes: int = omitted(0)
    object_count: int = omitted(0)
    computed_at: Timestamp | None = omitted()
    has_usage: bool
    source: SourceName | None = omitted()
    source_file: str = omitted("")
    source_line: int = omitted(0)


class ListedQuota(Quota):
    """
    One limit among all limits; only that of a bucket names backend and bucket.
    """

    kind: Literal["bucket", "user", "group", "credential"]
    id: str
    backend_id: str = omitted("")
    bucket: str = omitted("")


class QuotaList(Schema):
    """
    Every limit.
    """

    quotas: list[ListedQuota]


class OwnQuota(Quota):
    """
    A limit that the caller's writes are charged to.
    """

    kind: Literal["user", "group", "credential"]
    id: str
    name: str
    """Of the user, of the group, or what the credential is for."""


class OwnQuotaList(Schema):
    """
    The limits of one's own, of one's groups and of one's credentials.
    """

    quotas: list[OwnQuota]


class QuotaPut(Body):
    """
    A limit; 0 means that this one is not set.
    """

    soft_bytes: int = 0
    hard_bytes: int = 0


async def get_quota(call: Call) -> Quota:
    """
    Return limit and usage of a bucket.
    """
    found = await call.services.quotas.get(call.actor, quota_place(call))
    return Quota(**_members(found, shows_people=call.principal.is_admin))


async def put_quota(call: Call) -> Quota:
    """
    Set the limit of a bucket.
    """
    body = await call.body(QuotaPut)
    limits = Limits(body.soft_bytes, body.hard_bytes)
    return Quota(**_members(await call.services.quotas.put(call.actor, quota_place(call), limits)))


async def delete_quota(call: Call) -> None:
    """
    Hold a bucket to no limit any more.
    """
    await call.services.quotas.delete(call.actor, quota_place(call))


async def recompute_quota(call: Call) -> Quota:
    """
    Count a bucket now.
    """
    recounts = Recounts(call.services.jobs, call.services.quotas)
    return Quota(**_members(await recounts.recompute(call.actor, quota_place(call))))


async def list_quotas(call: Call) -> QuotaList:
    """
    Return every limit with what is used of it.
    """
    found = await call.services.quotas.list(call.actor)
    return QuotaList(quotas=await make_each(_listed, found))


async def list_own_quotas(call: Call) -> OwnQuotaList:
    """
    Return the limits that the caller's writes are charged to, and what is used of them.
    """
    found = await call.services.quotas.charged.list_own(call.actor)
    return OwnQuotaList(quotas=[_own(name, one) for name, one in found])


async def get_charged_quota(call: Call) -> Quota:
    """
    Return the limit of a user, a group or a credential, and what is used of it.
    """
    return Quota(**_members(await call.services.quotas.charged.get(call.actor, _subject(call))))


async def put_charged_quota(call: Call) -> Quota:
    """
    Set the limit of a user, a group or a credential.
    """
    body, subject = await call.body(QuotaPut), _subject(call)
    limits = Limits(body.soft_bytes, body.hard_bytes)
    found = await call.services.quotas.charged.put(call.actor, subject, limits)
    return Quota(**_members(found))


async def delete_charged_quota(call: Call) -> None:
    """
    Take the limit of a user, a group or a credential away, and forget what was used of it.
    """
    await call.services.quotas.charged.delete(call.actor, _subject(call))


def quota_place(call: Call) -> QuotaPlace:
    """
    Return the bucket that the path names.
    """
    return QuotaPlace(call.path("bid"), call.path("bucket"))


def _subject(call: Call) -> QuotaSubject:
    """
    Return whom the path names; the limits of buckets have a path of their own.
    """
    kind = call.path("kind")
    if kind not in set(QuotaKind) - {QuotaKind.BUCKET}:
        raise errors.NOT_FOUND(reason="route.unknown")
    return QuotaSubject(QuotaKind(kind), call.path("id"))


def _listed(found: quota.Quota) -> ListedQuota:
    subject = found.subject
    place = found.place._asdict() if subject.is_bucket else {}
    return ListedQuota(kind=subject.kind.value, id=subject.id, **place, **_members(found))


def _own(name: str, found: quota.Quota) -> OwnQuota:
    members = _members(found, shows_people=False)
    return OwnQuota(kind=found.subject.kind.value, id=found.subject.id, name=name, **members)


def _members(found: quota.Quota, *, shows_people: bool = True) -> dict[str, object]:
    limits, usage = found.limits or Limits(), found.usage
    members: dict[str, object] = {
        "configured": found.limits is not None,
        "soft_bytes": limits.soft_bytes,
        "hard_bytes": limits.hard_bytes,
        "updated_at": found.updated_at,
        "updated_by": found.updated_by if shows_people else "",
        "has_usage": usage is not None,
        "source": found.source if found.limits is not None else None,
        "source_file": found.source_file if shows_people else "",
        "source_line": found.source_line if shows_people else 0,
    }
    if usage is not None:
        members |= {
            "usage_bytes": usage.used_bytes,
            "object_count": usage.object_count,
            "computed_at": usage.computed_at,
        }
    return members
