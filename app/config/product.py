"""
Keys of the features: quotas, audit, uploads, shares, jobs, GitOps, the Kubernetes operator.
"""

from typing import Annotated, Literal, get_args

from pydantic import Field

from app.config.values import (
    NO_KUBERNETES,
    Count,
    Duration,
    DurationOrZero,
    Flag,
    Items,
    ListenOrEmpty,
    PositiveCount,
    PositiveDuration,
    Section,
    Share,
    restart,
)
from app.config.words import RoleName

Kind = Literal[
    "groups",
    "grants",
    "users",
    "backends",
    "buckets",
    "aliases",
    "credentials",
    "anonymous",
]
"""Something that can be declared: the list keys of the file."""
KINDS: tuple[str, ...] = get_args(Kind)
ShareKind = Literal["object", "objects", "folder", "upload"]


class QuotasConfig(Section):
    """
    How usage is counted.
    """

    scan_interval: Duration = Field(1800.0, json_schema_extra=restart())
    """Time between counts of every bucket; 0 means the default, negative means never: then only
    buckets are counted whose limit is new."""


class SamplingConfig(Section):
    """
    What may be left out of the audit log.
    """

    proxy_success_read_rate: Share = 0.0
    """The part of successful reads through the S3 endpoint that leaves an audit row."""


class AuditConfig(Section):
    """
    The audit log.
    """

    sampling: SamplingConfig = SamplingConfig()
    """What may be left out."""
    retention: Count = 0
    """Days that rows are kept; 0 means for ever."""


class UploadsConfig(Section):
    """
    Uploads through the dashboard.
    """

    max_part_bytes: Annotated[int, Field(ge=5 * 2**20, le=5 * 2**30)] = 67108864
    """The largest part of a multipart upload."""
    stale_after: DurationOrZero = 0.0
    """Age at which open uploads are aborted; 0 means never."""


class SharesConfig(Section):
    """
    Public links.
    """

    enabled: Flag = True
    """Allow them."""
    require_password: Flag = False
    """Refuse a share without a password."""
    max_days: Count = 0
    """The longest a share may last; 0 means no limit."""
    min_password_length: Count = 8
    """Characters of a share's password."""
    roles: Items[RoleName] = ("admin", "user")
    """Who may share."""
    kinds: Items[ShareKind] = ("object", "objects", "folder", "upload")
    """What may be shared."""


class ScheduleConfig(Section):
    """
    How often each regular job runs; 0 means never.
    """

    stale_uploads: DurationOrZero = 3600.0
    """Abort open uploads that are older than `uploads.stale_after`."""
    audit_purge: DurationOrZero = 86400.0
    """Delete audit rows that are older than `audit.retention`."""


class JobsConfig(Section):
    """
    Long work in the background.
    """

    concurrency: PositiveCount = Field(2, json_schema_extra=restart())
    """Jobs that run at once."""
    keep_days: Count = 30
    """Days that finished jobs are kept."""
    schedule: ScheduleConfig = ScheduleConfig()
    """How often each regular job runs."""


class GitopsConfig(Section):
    """
    How the file and reality are kept together.
    """

    watch: Flag = True
    """Apply the file when it changes."""
    drift_interval: PositiveDuration = 300.0
    """Time between comparisons with reality."""
    prune: Items[Kind] = ()
    """Kinds that are deleted when the file no longer declares them."""


class WebhookConfig(Section):
    """
    Kept for files of the reference.
    """

    enabled: Flag = Field(default=True, json_schema_extra=NO_KUBERNETES)
    """Has no effect."""
    port: int = Field(9443, json_schema_extra=NO_KUBERNETES)
    """Has no effect."""
    cert_dir: str = Field("/etc/stowage/webhook/certs", json_schema_extra=NO_KUBERNETES)
    """Has no effect."""


class OperatorConfig(Section):
    """
    Kept for files of the reference; Kubernetes is not supported yet.
    """

    enabled: Flag = False
    """True is refused."""
    kubeconfig: str = Field("", json_schema_extra=NO_KUBERNETES)
    """Has no effect."""
    metrics_addr: ListenOrEmpty = Field("", json_schema_extra=NO_KUBERNETES)
    """Has no effect."""
    ops_namespace: str = Field("stowage-system", json_schema_extra=NO_KUBERNETES)
    """Has no effect."""
    proxy_url: str = Field("", json_schema_extra=NO_KUBERNETES)
    """Has no effect."""
    webhook: WebhookConfig = WebhookConfig()
    """Has no effect."""
