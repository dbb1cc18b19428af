"""
Keys of the S3 endpoint: its listener, its limits, its credentials.
"""

from typing import Annotated, Literal

from pydantic import Field

from app.config.identity import QuotaConfig, ScopeConfig
from app.config.server import TlsConfig
from app.config.urls import HostAndPort, HostSuffix, Network, WebUrl
from app.config.values import (
    NO_KUBERNETES,
    Count,
    Flag,
    Items,
    Listen,
    Moment,
    PositiveCount,
    PositiveDuration,
    Rate,
    SecretSource,
    Section,
    restart,
)
from app.config.words import AccessKeyText, AccessText, BackendIdText, BucketText


class ProxyTimeoutsConfig(Section):
    """
    How long the S3 endpoint waits. There is no cap on a whole transfer.
    """

    head: PositiveDuration = 10.0
    """For the head of a request."""
    idle: PositiveDuration = 60.0
    """For the next bytes of a body, or the next request on a connection."""
    connect: PositiveDuration = 5.0
    """For a connection to the backend."""
    response: PositiveDuration = 120.0
    """For the head of the backend's answer."""
    pool_wait: PositiveDuration = 5.0
    """For a free connection when all are busy."""


class KubernetesConfig(Section):
    """
    Kept for files of the reference; Kubernetes is not supported yet.
    """

    enabled: Flag = False
    """True is refused."""
    namespace: str = Field("stowage-system", json_schema_extra=NO_KUBERNETES)
    """Has no effect."""
    kubeconfig: str = Field("", json_schema_extra=NO_KUBERNETES)
    """Has no effect."""


class S3ProxyConfig(Section):
    """
    The S3 endpoint that programs use.
    """

    enabled: Flag = Field(default=False, json_schema_extra=restart())
    """Serve S3; needs a sealing key."""
    listen: Listen = Field(":8090", json_schema_extra=restart())
    """Address of the endpoint; another one than the dashboard's."""
    host_suffixes: Items[HostSuffix] = ()
    """Host names under which `bucket.suffix` is understood."""
    public_hostname: HostAndPort = ""
    """The endpoint's host as clients see it, https assumed."""
    public_url: WebUrl = ""
    """The endpoint as clients see it, for snippets and presigned URLs."""
    global_rps: Rate = 0.0
    """Requests a second in all; 0 means unlimited."""
    per_key_rps: Rate = 0.0
    """Requests a second for each credential; 0 means unlimited."""
    per_key_concurrency: Count = 0
    """Requests at once for each credential; 0 means unlimited."""
    per_key_bytes_per_second: Count = 0
    """Bytes a second for each credential; 0 means unlimited."""
    failed_auth_per_ip_rps: Rate = 100.0
    """Refused requests a second from one address; 0 switches it off. Loopback is exempt."""
    anonymous_enabled: Flag = False
    """Let strangers read the buckets that are bound for them."""
    anonymous_rps: Rate = 20.0
    """Requests a second of one stranger, where the binding says nothing."""
    workers: Annotated[int, Field(ge=0, le=1024)] = Field(0, json_schema_extra=restart())
    """Processes that serve; 0 means one per core."""
    in_process: Flag = Field(default=False, json_schema_extra=restart())
    """Serve in the main process instead; `workers` must be 0 or 1."""
    sigv2: Flag = True
    """Take signature version 2 on presigned URLs and forms."""
    strict_region: Flag = False
    """Refuse signatures for another region than the bucket's; the answer names the right one."""
    max_head_bytes: Annotated[int, Field(ge=4096, le=1048576)] = 65536
    """The largest head of a request."""
    max_connections: PositiveCount = 10000
    """Connections of clients, for each worker."""
    timeouts: ProxyTimeoutsConfig = ProxyTimeoutsConfig()
    """How long it waits."""
    tls: TlsConfig = TlsConfig()
    """Certificate of the endpoint."""
    kubernetes: KubernetesConfig = KubernetesConfig()
    """Not supported yet."""


class CredentialLimitsConfig(Section):
    """
    What one credential may use up; 0 means the endpoint's own limit.
    """

    requests_per_second: Rate = 0.0
    """Requests a second."""
    concurrency: Count = 0
    """Requests at once."""
    bytes_per_second: Count = 0
    """Bytes a second."""


class CredentialConfig(Section):
    """
    A key for programs. Its secret is named, or made once and written to a file.
    """

    access_key: AccessKeyText
    """The access key id, once."""
    owner: str = ""
    """The user whose rights bound it; empty means its scopes alone do."""
    description: str = Field("", max_length=512)
    """What it is for."""
    scopes: Items[ScopeConfig] = ()
    """Where it may do what; or `backend`, `buckets`, `prefixes` and `access`."""
    backend: str = ""
    """The backend of `buckets`."""
    buckets: Items[str] = ()
    """Buckets it may use; `*` means all of the backend."""
    prefixes: Items[str] = ()
    """Only keys that start with one of these."""
    access: AccessText | None = None
    """A preset or a list of levels; left out means `readwrite`."""
    secret_env: str = ""
    """Variable with the secret."""
    secret_file: str = ""
    """File with the secret."""
    generate_to: str = ""
    """File that the generated secret is written to, mode 0600."""
    enabled: Flag = True
    """Whether it works."""
    expires_at: Moment | None = None
    """When it stops working."""
    not_before: Moment | None = None
    """When it starts working."""
    cidrs: Items[Network] = ()
    """Networks it may be used from; empty means any."""
    limits: CredentialLimitsConfig = CredentialLimitsConfig()
    """What it may use up."""
    quota: QuotaConfig | None = None
    """How many bytes it may add. Left out, it is left alone."""

    @property
    def secret(self) -> SecretSource:
        """
        Where the secret is read from.
        """
        return SecretSource(self.secret_env, self.secret_file)


class AnonymousConfig(Section):
    """
    A bucket that strangers may read.
    """

    backend: BackendIdText
    """Where the bucket lives."""
    bucket: BucketText
    """Its name."""
    mode: Literal["ReadOnly"] = "ReadOnly"
    """What strangers may do; there is one mode."""
    list: Flag = True
    """Whether they may list, not only fetch."""
    prefix: str = ""
    """Only keys that start with this."""
    per_source_ip_rps: Count = 20
    """Requests a second of one address; 0 means `s3_proxy.anonymous_rps`."""
