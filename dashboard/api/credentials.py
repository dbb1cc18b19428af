"""
Virtual credentials: the caller's own, and for administrators everybody's.
"""

from datetime import datetime
from functools import partial

from pydantic import Field

from app.credentials import credential as keys
from app.credentials.credential import (
    KEEP,
    CredentialChange,
    CredentialScope,
    Keep,
    Limits,
    MadeCredential,
    NewCredential,
)
from app.errors import registry as errors
from app.errors.raised import StowageError
from app.rbac.principal import ANY
from app.snapshot.settings import client_url
from dashboard.body import parse_time
from dashboard.call import Call
from dashboard.lengthy import make_each
from dashboard.schemas import (
    Body,
    LevelName,
    PresetName,
    Schema,
    ScopeSchema,
    Timestamp,
    omitted,
    omitted_if_unknown,
)


class CredentialLimitsSchema(Schema):
    """
    What one credential may use up; 0 means unlimited.
    """

    rps: float = 0
    concurrency: int = 0
    bytes_per_second: int = 0


class Credential(Schema):
    """
    A virtual credential; the secret is in the answer that creates it and never again.
    """

    access_key: str
    secret_key: str = omitted("")
    session_token: str = omitted("")
    backend_id: str
    buckets: list[str]
    prefixes: list[str]
    access: PresetName | list[LevelName]
    scopes: list[ScopeSchema]
    user_id: str = omitted("")
    description: str = omitted("")
    enabled: bool
    not_before: Timestamp | None = omitted()
    expires_at: Timestamp | None = omitted()
    cidrs: list[str]
    limits: CredentialLimitsSchema
    last_used_at: Timestamp | None = omitted()
    created_at: Timestamp
    created_by: str = omitted("")
    updated_at: Timestamp
    updated_by: str = omitted("")
    endpoint_url: str = omitted("")
    bucket_urls: dict[str, str] | None = omitted_if_unknown()
    source: str = "dashboard"
    source_file: str = omitted("")
    source_line: int = omitted(0)


class CredentialList(Schema):
    """
    Credentials by access key.
    """

    credentials: list[Credential]


class ScopeBody(Body):
    """
    A scope in a request.
    """

    backend_id: str = ""
    bucket: str = ""
    prefix: str = ""
    access: str | list[str] = "readwrite"


class LimitsBody(Body):
    """
    Limits in a request; 0 means unlimited.
    """

    rps: float = 0
    concurrency: int = 0
    bytes_per_second: int = 0


class CredentialCreate(Body):
    """
    A new credential: `backend_id` with `buckets`, or `scopes`.
    """

    backend_id: str = ""
    buckets: list[str] = Field(default_factory=list)
    access: str | list[str] | None = None
    prefixes: list[str] = Field(default_factory=list)
    scopes: list[ScopeBody] | None = None
    user_id: str = ""
    """Administrators only; ignored in the self-service call."""
    description: str = ""
    expires_at: str = ""
    not_before: str = ""
    cidrs: list[str] = Field(default_factory=list)
    limits: LimitsBody | None = None
    ttl_seconds: int = 0
    """Above 0: a temporary credential with a session token."""


class CredentialPatch(Body):
    """
    What is to change; an empty `expires_at` clears it.
    """

    buckets: list[str] | None = None
    access: str | list[str] | None = None
    prefixes: list[str] | None = None
    scopes: list[ScopeBody] | None = None
    description: str | None = None
    enabled: bool | None = None
    expires_at: str | None = None
    not_before: str | None = None
    cidrs: list[str] | None = None
    limits: LimitsBody | None = None


class CredentialRotate(Body):
    """
    For how many days the old key works on; 0 ends it now.
    """

    overlap_days: int = 7


async def list_own(call: Call) -> CredentialList:
    """
    Return the caller's own credentials.
    """
    return await _list(call, owner=call.session.user.id)


async def create_own(call: Call) -> Credential:
    """
    Make a credential that belongs to the caller.
    """
    return await _create(call, owner=call.session.user.id)


async def update_own(call: Call) -> Credential:
    """
    Change one of the caller's own credentials.
    """
    return await _update(call, owner=call.session.user.id)


async def delete_own(call: Call) -> None:
    """
    Delete one of the caller's own credentials.
    """
    await _delete(call, owner=call.session.user.id)


async def rotate_own(call: Call) -> Credential:
    """
    Make a second key for one of the caller's own credentials.
    """
    return await _rotate(call, owner=call.session.user.id)


async def list_all(call: Call) -> CredentialList:
    """
    Return the credentials of everybody.
    """
    return await _list(call, owner=None)


async def create(call: Call) -> Credential:
    """
    Make a credential for a user, or for nobody.
    """
    return await _create(call, owner=None)


async def update(call: Call) -> Credential:
    """
    Change anybody's credential.
    """
    return await _update(call, owner=None)


async def delete(call: Call) -> None:
    """
    Delete anybody's credential.
    """
    await _delete(call, owner=None)


async def rotate(call: Call) -> Credential:
    """
    Make a second key for anybody's credential.
    """
    return await _rotate(call, owner=None)


async def _list(call: Call, *, owner: str | None) -> CredentialList:
    require_proxy(call)
    found = await call.services.credentials.list(call.actor, owner=owner)
    return CredentialList(credentials=await make_each(partial(_credential, call), found))


async def _create(call: Call, *, owner: str | None) -> Credential:
    require_proxy(call)
    body = await call.body(CredentialCreate)
    new = NewCredential(
        backend_id=body.backend_id,
        buckets=body.buckets,
        prefixes=body.prefixes,
        access=body.access,
        scopes=_scopes(body.scopes),
        user_id=body.user_id,
        description=body.description,
        not_before=_time(body.not_before, "not_before"),
        expires_at=_time(body.expires_at, "expires_at"),
        ttl_seconds=body.ttl_seconds,
        cidrs=body.cidrs,
        limits=_limits(body.limits) or Limits(),
    )
    made = await call.services.credentials.create(call.actor, new, owner=owner)
    return _credential(call, made.credential, made)


async def _update(call: Call, *, owner: str | None) -> Credential:
    require_proxy(call)
    body = await call.body(CredentialPatch)
    change = CredentialChange(
        buckets=body.buckets,
        prefixes=body.prefixes,
        access=body.access,
        scopes=_scopes(body.scopes),
        description=body.description,
        is_enabled=body.enabled,
        not_before=_changed_time(body.not_before, "not_before"),
        expires_at=_changed_time(body.expires_at, "expires_at"),
        cidrs=body.cidrs,
        limits=_limits(body.limits),
    )
    changed = await call.services.credentials.update(
        call.actor, call.path("akid"), change, owner=owner
    )
    return _credential(call, changed)


async def _delete(call: Call, *, owner: str | None) -> None:
    require_proxy(call)
    await call.services.credentials.delete(call.actor, call.path("akid"), owner=owner)


async def _rotate(call: Call, *, owner: str | None) -> Credential:
    require_proxy(call)
    body = await call.body(CredentialRotate)
    made = await call.services.credentials.rotate(
        call.actor, call.path("akid"), overlap_days=body.overlap_days, owner=owner
    )
    return _credential(call, made.credential, made)


def require_proxy(call: Call) -> None:
    """
    Refuse what makes no sense without the S3 endpoint.

    Raises:
        StowageError: `s3_proxy_disabled`.
    """
    if not call.services.config.s3_proxy.enabled:
        raise errors.S3_PROXY_DISABLED()


def _scopes(bodies: list[ScopeBody] | None) -> list[CredentialScope] | None:
    if bodies is None:
        return None
    return [
        CredentialScope(body.backend_id, body.bucket, body.prefix, body.access) for body in bodies
    ]


def _limits(body: LimitsBody | None) -> Limits | None:
    return None if body is None else Limits(body.rps, body.concurrency, body.bytes_per_second)


def _time(text: str, name: str) -> datetime | None:
    try:
        return parse_time(text, pointer=f"/{name}")
    except StowageError as refusal:
        # These calls answer every rule of theirs with `invalid_request`, as the reference does.
        raise errors.INVALID_REQUEST(
            reason="field.rejected", params=refusal.params, errors=refusal.errors
        ) from refusal


def _changed_time(text: str | None, name: str) -> datetime | Keep | None:
    return KEEP if text is None else _time(text, name)


def _credential(
    call: Call, found: keys.Credential, made: MadeCredential | None = None
) -> Credential:
    base = client_url(call.services.config)
    return Credential(
        access_key=found.access_key,
        secret_key=made.secret_key if made else "",
        session_token=(made.session_token or "") if made else "",
        backend_id=found.backend_id,
        buckets=found.buckets,
        prefixes=found.prefixes,
        access=found.access,
        scopes=[
            ScopeSchema(
                backend_id=scope.backend_id,
                bucket=scope.bucket,
                prefix=scope.prefix,
                access=scope.access,
            )
            for scope in found.scopes
        ],
        user_id=found.user_id,
        description=found.description,
        enabled=found.is_enabled,
        not_before=found.not_before,
        expires_at=found.expires_at,
        cidrs=list(found.cidrs),
        limits=CredentialLimitsSchema(
            rps=found.limits.requests_per_second,
            concurrency=found.limits.concurrency,
            bytes_per_second=found.limits.bytes_per_second,
        ),
        last_used_at=found.last_used_at,
        created_at=found.created_at,
        created_by=found.created_by,
        updated_at=found.updated_at,
        updated_by=found.updated_by,
        endpoint_url=base,
        bucket_urls=_bucket_urls(base, found.buckets),
        source=found.source,
        source_file=found.source_file,
        source_line=found.source_line,
    )


def _bucket_urls(base: str, buckets: list[str]) -> dict[str, str] | None:
    named = [bucket for bucket in buckets if bucket != ANY]
    return {bucket: f"{base}/{bucket}" for bucket in named} if base and named else None
