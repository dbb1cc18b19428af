"""
The snapshot: everything a proxy worker needs to decide a request, frozen and pure.

Main builds it from the database and sends it to each worker once, then deltas by revision. A
worker never asks main for a fact. Only the standard library, `app.rbac` and the values of limits
are imported here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.quotas.limits import NOBODY, Limits, QuotaSubject
from app.rbac.principal import Principal


@dataclass(frozen=True, slots=True)
class BackendRoute:
    """
    A backend as the far end of a connection, with the upstream credential that signs to it.
    """

    id: str
    scheme: str
    """`http` or `https`."""
    host: str
    """Host name or address, IPv6 without brackets."""
    port: int
    region: str
    path_style: bool
    access_key: str
    secret_key: str = field(repr=False)
    is_enabled: bool = True
    is_in_maintenance: bool = False
    ca_file: str = ""
    capabilities: frozenset[str] = frozenset()
    """What probing found or the operator set: `literal_dot_segments`, `chunked_upload`, …"""
    session_token: str = field(default="", repr=False)
    """Goes with a key that ends; empty for one that is kept."""
    clock_offset: float = 0.0
    """Seconds that its clock is ahead of ours; each worker learns it by itself."""
    elsewhere: str = ""
    """`@host:port` on the way to a bucket that the backend has at another of its endpoints."""

    @property
    def authority(self) -> str:
        """
        The Host header for path-style requests: the port is left out where it is the default.
        """
        host = f"[{self.host}]" if ":" in self.host else self.host
        is_default = self.port == (443 if self.scheme == "https" else 80)
        return host if is_default else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class BucketTarget:
    """
    Where a bucket name of a client leads: the backend and the name the bucket has there.
    """

    backend_id: str
    bucket: str


@dataclass(frozen=True, slots=True)
class CredentialLimits:
    """
    What one credential may use up; 0 means unlimited.
    """

    requests_per_second: float = 0.0
    concurrency: int = 0
    bytes_per_second: int = 0


@dataclass(frozen=True, slots=True)
class CredentialEntry:
    """
    A virtual credential, compiled: disabled ones and those of disabled owners are not in here.
    """

    access_key: str
    secret_key: str = field(repr=False)
    principal: Principal
    """Its scopes; the owner's rights of this moment are the ceiling."""
    buckets: Mapping[str, BucketTarget]
    """The names it may use and where they lead. Scopes are written in the target's names."""
    wildcard_backend_id: str | None = None
    """Set for a credential over a whole backend: any other name is a bucket there."""
    session_token: str | None = field(default=None, repr=False)
    not_before: float | None = None
    """Seconds since the epoch."""
    expires_at: float | None = None
    """Seconds since the epoch; refused from this moment on."""
    cidrs: tuple[str, ...] = ()
    """Networks it may be used from; empty means any."""
    limits: CredentialLimits | None = None
    charged: tuple[QuotaSubject, ...] = NOBODY
    """Whose limits of bytes its writes are held to: its own, its owner's, those of their groups."""
    created_at: float = 0.0


@dataclass(frozen=True, slots=True)
class CorsRule:
    """
    One CORS rule of a bucket, as the dashboard stores it.
    """

    allowed_origins: tuple[str, ...]
    allowed_methods: tuple[str, ...]
    allowed_headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    max_age_seconds: int = 0


@dataclass(frozen=True, slots=True)
class AnonymousBinding:
    """
    A bucket that strangers may read, under the name that clients use.
    """

    name: str
    target: BucketTarget
    may_list: bool = True
    prefix: str = ""
    requests_per_second: float = 20.0
    """Per source address; 0 means the listener's default."""


@dataclass(frozen=True, slots=True)
class BucketQuota:
    """
    The limit of a bucket. Main holds writes to it; workers only need to know that there is one.
    """

    soft_bytes: int = 0
    hard_bytes: int = 0
    keeps_versions: bool = False
    """What is overwritten or deleted stays as an older version and frees nothing."""


@dataclass(frozen=True, slots=True)
class ProxySettings:
    """
    What of the configuration a worker decides with; durations in seconds.
    """

    host_suffixes: tuple[str, ...] = ()
    is_sigv2_served: bool = True
    is_region_strict: bool = False
    """Only signatures for the region of the bucket's backend count."""
    is_anonymous_enabled: bool = False
    anonymous_requests_per_second: float = 20.0
    global_requests_per_second: float = 0.0
    per_key_requests_per_second: float = 0.0
    failed_auth_requests_per_second: float = 100.0
    per_key_concurrency: int = 0
    per_key_bytes_per_second: int = 0
    max_head_bytes: int = 65536
    max_connections: int = 10000
    head_timeout: float = 10.0
    idle_timeout: float = 60.0
    connect_timeout: float = 5.0
    response_timeout: float = 120.0
    pool_wait_timeout: float = 5.0
    trusted_proxies: tuple[str, ...] = ()
    access_log: bool = False
    read_audit_rate: float = 0.0
    """Share of successful reads that leave an audit row, 0 to 1."""
    public_url: str = ""
    """The S3 endpoint as clients see it; empty means the Host header of the request."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """
    The state of the world at one revision of the `changes` table.
    """

    revision: int
    settings: ProxySettings
    backends: Mapping[str, BackendRoute]
    credentials: Mapping[str, CredentialEntry]
    """By access key id."""
    cors: Mapping[BucketTarget, tuple[CorsRule, ...]] = field(default_factory=dict)
    anonymous: Mapping[str, AnonymousBinding] = field(default_factory=dict)
    """By the name that clients use."""
    quotas: Mapping[BucketTarget, BucketQuota] = field(default_factory=dict)
    """The buckets that have a limit; writes to all others pay for nothing."""
    charged: Mapping[QuotaSubject, Limits] = field(default_factory=dict)
    """The limits of users, groups and credentials, for main alone."""


EMPTY = Snapshot(0, ProxySettings(), {}, {})
