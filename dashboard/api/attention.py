"""
What administrators should look at first, for their home page.
"""

from typing import Literal

from app.plan.reload import Outcome
from app.telemetry.attention import Attention, Item, Matter
from dashboard.call import Call
from dashboard.schemas import Schema, Timestamp, omitted

ConcernName = Literal[
    "backend_down",
    "limit_passed",
    "job_failed",
    "key_expiring",
    "config_rejected",
    "config_drift",
]
_TAKEN = (Outcome.APPLIED, Outcome.UNCHANGED)


class AttentionItem(Schema):
    """
    One thing, and where it is found; what does not apply is left out.
    """

    id: str
    """Of the backend, the job or the access key, or of whom a limit is about."""
    name: str = omitted("")
    """Of the backend; what a key is for; the prefix that a job works on."""
    detail: str = omitted("")
    """Why a backend is down; the kind of a job, or of what a limit is about."""
    backend_id: str = omitted("")
    bucket: str = omitted("")
    at: Timestamp | None = omitted()
    """When a backend was asked, when a job ended, when a key will end."""
    used_bytes: int = omitted(0)
    limit_bytes: int = omitted(0)
    count: int = omitted(0)
    """How many objects a job could not do."""


class AttentionMatter(Schema):
    """
    Everything of one kind: how many, and the first of them.
    """

    concern: ConcernName
    total: int
    items: list[AttentionItem]


class AttentionList(Schema):
    """
    What is wrong, the worst first; nothing where all is well.
    """

    matters: list[AttentionMatter]


async def list_matters(call: Call) -> AttentionList:
    """
    Return what needs somebody's attention.
    """
    services = call.services
    attention = Attention(services.database, services.registry, services.quotas, services.clock)
    found = await attention.find(call.actor)
    return AttentionList(matters=[*(_matter(one) for one in found), *_configuration(call)])


def _matter(matter: Matter) -> AttentionMatter:
    return AttentionMatter(
        concern=matter.concern.value,
        total=matter.total,
        items=[_item(one) for one in matter.items],
    )


def _item(item: Item) -> AttentionItem:
    return AttentionItem(
        id=item.id,
        name=item.name,
        detail=item.detail,
        backend_id=item.backend_id,
        bucket=item.bucket,
        at=item.at,
        used_bytes=item.used_bytes,
        limit_bytes=item.limit_bytes,
        count=item.count,
    )


def _configuration(call: Call) -> list[AttentionMatter]:
    """
    Return that the file was not taken over, and how many things differ from what it says.
    """
    configuration = call.services.configuration
    found: list[AttentionMatter] = []
    last = configuration.last_reload
    if last is not None and last.outcome not in _TAKEN:
        total = max(1, len(last.problems))
        found.append(AttentionMatter(concern="config_rejected", total=total, items=[]))
    drift = configuration.drift
    if drift is not None and drift.plan.changes:
        changes = len(drift.plan.changes)
        found.append(AttentionMatter(concern="config_drift", total=changes, items=[]))
    return found
