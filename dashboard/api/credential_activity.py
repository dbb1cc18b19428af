"""
Whether a virtual credential works, and what it did lately.
"""

from dashboard.api.credentials import require_proxy
from dashboard.call import Call
from dashboard.schemas import Body, Schema, Timestamp, omitted


class CredentialTest(Body):
    """
    The bucket to ask for, by the name that clients use; empty picks one.
    """

    bucket: str = ""


class CredentialTestResult(Schema):
    """
    What the S3 endpoint answered to a listing with the credential.
    """

    ok: bool
    status: int
    error: str
    latency_ms: int


class RefusedRequest(Schema):
    """
    A request that was not let through.
    """

    at: Timestamp
    operation: str
    bucket: str = omitted("")
    key: str = omitted("")
    reason: str
    request_id: str
    ip: str = omitted("")


class CredentialActivity(Schema):
    """
    What a credential did lately, and what it was refused, the latest first.
    """

    last_used_at: Timestamp | None = omitted()
    requests_24h: int
    refusals: list[RefusedRequest]


async def test_own(call: Call) -> CredentialTestResult:
    """
    Try one of the caller's own credentials on the S3 endpoint.
    """
    return await _test(call, owner=call.actor.id)


async def test_any(call: Call) -> CredentialTestResult:
    """
    Try a credential on the S3 endpoint.
    """
    return await _test(call, owner=None)


async def get_own(call: Call) -> CredentialActivity:
    """
    Return what one of the caller's own credentials did lately.
    """
    return await _activity(call, owner=call.actor.id)


async def get_any(call: Call) -> CredentialActivity:
    """
    Return what a credential did lately.
    """
    return await _activity(call, owner=None)


async def _test(call: Call, *, owner: str | None) -> CredentialTestResult:
    require_proxy(call)
    body = await call.body(CredentialTest)
    found = await call.services.key_check.check(
        call.actor, call.path("akid"), body.bucket, owner=owner
    )
    return CredentialTestResult(
        ok=found.is_ok, status=found.status, error=found.error, latency_ms=found.latency_ms
    )


async def _activity(call: Call, *, owner: str | None) -> CredentialActivity:
    require_proxy(call)
    found = await call.services.key_activity.of(call.actor, call.path("akid"), owner=owner)
    return CredentialActivity(
        last_used_at=found.last_used_at,
        requests_24h=found.requests_24h,
        refusals=[
            RefusedRequest(
                at=one.at,
                operation=one.operation,
                bucket=one.bucket,
                key=one.key,
                reason=one.reason,
                request_id=one.request_id,
                ip=one.ip,
            )
            for one in found.refusals
        ],
    )
