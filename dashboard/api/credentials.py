"""
Virtual credentials: the caller's own, and for administrators everybody's.
"""

from pydantic import Field

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
