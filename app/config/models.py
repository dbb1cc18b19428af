"""
The whole configuration: every key, its default and its description.

The sections stand in their own files beside this one. Rules that span sections are in `rules`.
"""

from pydantic import ConfigDict

from app.config.identity import (
    AuthConfig,
    GrantConfig,
    GroupConfig,
    RateLimitConfig,
    UserConfig,
)
from app.config.product import (
    AuditConfig,
    GitopsConfig,
    JobsConfig,
    OperatorConfig,
    QuotasConfig,
    SharesConfig,
    UploadsConfig,
)
from app.config.proxy import AnonymousConfig, CredentialConfig, S3ProxyConfig
from app.config.server import (
    DatabaseConfig,
    LogConfig,
    MetricsConfig,
    RedisConfig,
    ServerConfig,
)
from app.config.stores import AliasConfig, BackendConfig, BucketConfig
from app.config.values import Items, Section


class Config(Section):
    """
    Everything that can be set. `Config()` is a valid configuration without backends.
    """

    # A file's own keys, for anchors; the loader takes them out.
    model_config = ConfigDict(json_schema_extra={"patternProperties": {"^x-": {}}})

    include: Items[str] = ()
    """More files or folders to read, relative to this file."""
    server: ServerConfig = ServerConfig()
    """The dashboard's listener and the process."""
    log: LogConfig = LogConfig()
    """The log."""
    metrics: MetricsConfig = MetricsConfig()
    """Prometheus metrics."""
    db: DatabaseConfig = DatabaseConfig()
    """The database."""
    redis: RedisConfig = RedisConfig()
    """Shared limits of several replicas."""
    auth: AuthConfig = AuthConfig()
    """Sign-in and what roles may do."""
    ratelimit: RateLimitConfig = RateLimitConfig()
    """How often the dashboard may be called."""
    s3_proxy: S3ProxyConfig = S3ProxyConfig()
    """The S3 endpoint."""
    quotas: QuotasConfig = QuotasConfig()
    """How usage is counted."""
    audit: AuditConfig = AuditConfig()
    """The audit log."""
    uploads: UploadsConfig = UploadsConfig()
    """Uploads through the dashboard."""
    shares: SharesConfig = SharesConfig()
    """Public links."""
    jobs: JobsConfig = JobsConfig()
    """Long work in the background."""
    gitops: GitopsConfig = GitopsConfig()
    """How the file and reality are kept together."""
    operator: OperatorConfig = OperatorConfig()
    """Not supported yet."""
    backends: Items[BackendConfig] = ()
    """The storages."""
    groups: Items[GroupConfig] = ()
    """Groups that must exist."""
    grants: Items[GrantConfig] = ()
    """Access that must be granted."""
    users: Items[UserConfig] = ()
    """Users that must exist."""
    buckets: Items[BucketConfig] = ()
    """Buckets that must exist."""
    aliases: Items[AliasConfig] = ()
    """Other names for buckets on the S3 endpoint."""
    credentials: Items[CredentialConfig] = ()
    """Keys for programs that must exist."""
    anonymous: Items[AnonymousConfig] = ()
    """Buckets that strangers may read."""
