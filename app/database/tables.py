"""
Every table, in one place.

Two sets: `metadata` is the product's database, `audit_metadata` the audit log, which has a file
of its own on SQLite. Times are whole microseconds since the epoch in UTC, so that they compare as
numbers on both databases. A table of something that YAML can declare carries `DECLARED`.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Moment(TypeDecorator[datetime]):
    """
    An aware datetime, stored as microseconds since the epoch.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002  the signature is SQLAlchemy's
        """
        Turn an aware datetime of any zone into microseconds.
        """
        return None if value is None else (value - _EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002  the signature is SQLAlchemy's
        """
        Turn microseconds into an aware datetime in UTC.
        """
        return None if value is None else _EPOCH + timedelta(microseconds=value)


_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=_CONVENTION)
audit_metadata = MetaData(naming_convention=_CONVENTION)

# SQLite numbers rows by itself only for a column whose type is exactly INTEGER.
_SERIAL = BigInteger().with_variant(Integer, "sqlite")


def declared() -> list[Column[Any]]:
    """
    Return the columns of something that can be declared: who says so, where, under which id.
    """
    return [
        Column("source", String(16), nullable=False, server_default="dashboard"),
        Column("source_file", Text, nullable=False, server_default=""),
        Column("source_line", Integer, nullable=False, server_default="0"),
        Column("declared_id", String(255), unique=True),
    ]


def stamped() -> list[Column[Any]]:
    """
    Return the columns that say when and by whom a row was made and changed.
    """
    return [
        Column("created_at", Moment, nullable=False),
        Column("created_by", String(64)),
        Column("updated_at", Moment, nullable=False),
        Column("updated_by", String(64)),
    ]


changes = Table(
    "changes",
    metadata,
    Column("revision", _SERIAL, primary_key=True, autoincrement=True),
    Column("kind", String(32), nullable=False),
    Column("row_id", String(255), nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)
"""One row for every change, written in the change's own transaction; workers follow it."""

sealing_keys = Table(
    "sealing_keys",
    metadata,
    Column("key_id", Integer, primary_key=True, autoincrement=False),
    Column("check_value", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
)
"""A known text sealed with each key, so that a wrong key is noticed at start."""

users = Table(
    "users",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("username", String(128), nullable=False),
    Column("username_folded", String(128), nullable=False, unique=True),
    Column("email", String(254)),
    Column("email_folded", String(254), unique=True),
    Column("password_hash", Text, nullable=False, server_default=""),
    Column("role", String(16), nullable=False),
    Column("kind", String(16), nullable=False, server_default="person"),
    Column("identity_source", String(255), nullable=False, server_default="local"),
    Column("oidc_subject", String(255)),
    Column("is_enabled", Boolean, nullable=False),
    Column("must_change_password", Boolean, nullable=False),
    Column("failed_attempts", Integer, nullable=False, server_default="0"),
    Column("last_failed_at", Moment),
    Column("locked_until", Moment),
    Column("last_login_at", Moment),
    Column("password_changed_at", Moment, nullable=False),
    *stamped(),
    *declared(),
    UniqueConstraint("identity_source", "oidc_subject", name="uq_users_subject"),
    CheckConstraint("role IN ('admin', 'user', 'readonly')", name="role"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id_hash", String(64), primary_key=True),
    Column("public_id", String(26), nullable=False, unique=True),
    Column("user_id", String(26), nullable=False, index=True),
    Column("identity_source", String(255), nullable=False),
    Column("must_change_password", Boolean, nullable=False),
    Column("ip", String(64), nullable=False, server_default=""),
    Column("user_agent", String(512), nullable=False, server_default=""),
    Column("pending", String(32), nullable=False, server_default=""),
    Column("oidc_sid", String(255), index=True),
    Column("id_token_sealed", LargeBinary),
    Column("created_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)
"""
Only the SHA-256 of the session id is here; the CSRF token follows from the id. The static account
has no row in `users`. `pending` names the proof that is still missing, empty for a whole session.
"""

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("user_id", String(26), nullable=False, index=True),
    Column("name", String(128), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("is_admin", Boolean, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("last_used_at", Moment),
    Column("created_at", Moment, nullable=False),
)
"""Only the SHA-256 of a token is here. No scopes: all that the owner may do."""

groups = Table(
    "groups",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("name", String(128), nullable=False, unique=True),
    Column("claim_values", JSON, nullable=False),
    *stamped(),
    *declared(),
)

group_members = Table(
    "group_members",
    metadata,
    Column("group_id", ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("origin", String(16), primary_key=True),
)
"""`origin` is `dashboard`, `yaml` or `oidc`: a claim that lapses takes only its own row away."""

grants = Table(
    "grants",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("subject_kind", String(16), nullable=False),
    Column("subject_id", String(64), nullable=False),
    Column("backend_id", String(64), nullable=False),
    Column("bucket", String(63), nullable=False),
    Column("prefix", String(1024), nullable=False, server_default=""),
    Column("access", JSON, nullable=False),
    *stamped(),
    *declared(),
    Index("ix_grants_subject", "subject_kind", "subject_id"),
    CheckConstraint("subject_kind IN ('user', 'group', 'role')", name="subject_kind"),
)

backends = Table(
    "backends",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("type", String(16), nullable=False, server_default="s3v4"),
    Column("preset", String(32), nullable=False, server_default=""),
    Column("endpoint", Text, nullable=False),
    Column("region", String(64), nullable=False, server_default=""),
    Column("path_style", Boolean, nullable=False),
    Column("access_key", String(256), nullable=False, server_default=""),
    Column("secret_key_sealed", LargeBinary),
    Column("ca_file", Text, nullable=False, server_default=""),
    Column("capabilities", JSON, nullable=False),
    Column("is_enabled", Boolean, nullable=False),
    Column("is_in_maintenance", Boolean, nullable=False),
    *stamped(),
    *declared(),
)
"""`capabilities` holds the operator's overrides; what probing found is in `backend_probes`."""

backend_probes = Table(
    "backend_probes",
    metadata,
    Column("backend_id", ForeignKey("backends.id", ondelete="CASCADE"), primary_key=True),
    Column("capabilities", JSON, nullable=False),
    Column("probed_at", Moment, nullable=False),
)

buckets = Table(
    "buckets",
    metadata,
    Column("backend_id", String(64), primary_key=True),
    Column("name", String(63), primary_key=True),
    Column("settings", JSON, nullable=False),
    *stamped(),
    *declared(),
)
"""Buckets that are declared, with the settings that must hold."""

bucket_aliases = Table(
    "bucket_aliases",
    metadata,
    Column("name", String(63), primary_key=True),
    Column("backend_id", String(64), nullable=False),
    Column("bucket", String(63), nullable=False),
    *stamped(),
    *declared(),
)

quotas = Table(
    "quotas",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("subject_id", String(255), primary_key=True),
    Column("soft_bytes", BigInteger, nullable=False, server_default="0"),
    Column("hard_bytes", BigInteger, nullable=False, server_default="0"),
    *stamped(),
    *declared(),
    CheckConstraint("kind IN ('bucket', 'user', 'group', 'credential')", name="kind"),
)
"""`subject_id` of a bucket is `backend/bucket`. 0 means no limit."""

bucket_usage = Table(
    "bucket_usage",
    metadata,
    Column("backend_id", String(64), primary_key=True),
    Column("bucket", String(63), primary_key=True),
    Column("used_bytes", BigInteger, nullable=False),
    Column("object_count", BigInteger, nullable=False),
    Column("keeps_versions", Boolean, nullable=False),
    Column("computed_at", Moment),
)
"""What a bucket holds; `computed_at` is the moment of the last count of everything in it."""

quota_usage = Table(
    "quota_usage",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("subject_id", String(255), primary_key=True),
    Column("used_bytes", BigInteger, nullable=False),
    Column("object_count", BigInteger, nullable=False),
)
"""What users, groups and credentials that have a limit added since they have it."""

quota_holds = Table(
    "quota_holds",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("subject_id", String(255), primary_key=True),
    Column("holder", String(26), primary_key=True),
    Column("held_bytes", BigInteger, nullable=False),
    Column("seen_at", Moment, nullable=False),
)
"""
By how much each running server may let usage grow beyond `used_bytes` before it says so here.
A server that dies leaves its row, so that what it let in is never forgotten.
"""

bucket_size_tracking = Table(
    "bucket_size_tracking",
    metadata,
    Column("backend_id", String(64), primary_key=True),
    Column("bucket", String(63), primary_key=True),
    Column("is_enabled", Boolean, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("updated_by", String(64), nullable=False, server_default=""),
)
"""Buckets whose size somebody switched off, or on again; one without a row is counted."""

s3_credentials = Table(
    "s3_credentials",
    metadata,
    Column("access_key", String(128), primary_key=True),
    Column("secret_key_sealed", LargeBinary, nullable=False),
    Column("session_token_sealed", LargeBinary),
    Column("user_id", String(64), index=True),
    Column("description", String(512), nullable=False, server_default=""),
    Column("scopes", JSON, nullable=False),
    Column("is_enabled", Boolean, nullable=False),
    Column("not_before", Moment),
    Column("expires_at", Moment),
    Column("cidrs", JSON, nullable=False),
    Column("limits", JSON, nullable=False),
    Column("last_used_at", Moment),
    *stamped(),
    *declared(),
)
"""`scopes`: a list of `{"backend_id", "bucket", "prefix", "access"}`."""

s3_anonymous_bindings = Table(
    "s3_anonymous_bindings",
    metadata,
    Column("backend_id", String(64), primary_key=True),
    Column("bucket", String(63), primary_key=True),
    Column("mode", String(16), nullable=False, server_default="ReadOnly"),
    Column("may_list", Boolean, nullable=False),
    Column("prefix", String(1024), nullable=False, server_default=""),
    Column("per_source_ip_rps", Integer, nullable=False, server_default="20"),
    *stamped(),
    *declared(),
)

s3_bucket_cors = Table(
    "s3_bucket_cors",
    metadata,
    Column("backend_id", String(64), primary_key=True),
    Column("bucket", String(63), primary_key=True),
    Column("rules", JSON, nullable=False),
    *stamped(),
    *declared(),
)

bucket_pins = Table(
    "bucket_pins",
    metadata,
    Column("user_id", String(64), primary_key=True),
    Column("backend_id", String(64), primary_key=True),
    Column("bucket", String(63), primary_key=True),
    Column("created_at", Moment, nullable=False),
)

shares = Table(
    "shares",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("code", String(32), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("backend_id", String(64), nullable=False),
    Column("bucket", String(255), nullable=False),
    Column("keys", JSON, nullable=False),
    Column("prefix", String(1024), nullable=False, server_default=""),
    Column("version_id", String(1024), nullable=False, server_default=""),
    Column("owner_id", String(64), nullable=False, index=True),
    Column("note", String(1000), nullable=False, server_default=""),
    Column("password_hash", Text, nullable=False, server_default=""),
    Column("disposition", String(16), nullable=False, server_default="attachment"),
    Column("starts_at", Moment),
    Column("expires_at", Moment),
    Column("max_downloads", BigInteger),
    Column("download_count", BigInteger, nullable=False, server_default="0"),
    Column("max_bytes", BigInteger),
    Column("uploaded_bytes", BigInteger, nullable=False, server_default="0"),
    Column("allowed_types", JSON, nullable=False),
    Column("revoked_at", Moment),
    Column("last_accessed_at", Moment),
    *stamped(),
    Index("ix_shares_place", "backend_id", "bucket"),
    CheckConstraint("kind IN ('object', 'objects', 'folder', 'upload')", name="kind"),
)
"""
Public links. `keys` names the objects of the kinds `object` and `objects`, `prefix` the place of
the others. Rows are never deleted: a code that ended must not come to life again.
"""

metric_points = Table(
    "metric_points",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("labels", String(512), primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("at", Moment, primary_key=True),
    Column("value", Double, nullable=False),
    Index("ix_metric_points_at", "step", "at"),
)
"""
What the charts show: sums and last values by spans of `step` seconds, each kept for a while.
`labels` is a JSON object with sorted names.
"""

rate_events = Table(
    "rate_events",
    metadata,
    Column("id", _SERIAL, primary_key=True, autoincrement=True),
    Column("limiter", String(16), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("at", Moment, nullable=False),
    Column("weight", Integer, nullable=False, server_default="1"),
    Index("ix_rate_events_subject", "limiter", "subject", "at"),
)
"""
Allowed requests, so that replicas count as one: single ones of sign-in and shares, and of sessions
the blocks that a replica took; `weight` is how many.
"""

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_by", String(64), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("finished_at", Moment),
    Column("facts", JSON, nullable=False),
    Column("progress", JSON, nullable=False),
    Column("position", JSON, nullable=False),
    Column("plan", JSON),
    Column("uploads", JSON, nullable=False),
    Column("error", JSON),
    Column("is_cancelled", Boolean, nullable=False),
    Column("lease_owner", String(64), nullable=False, server_default=""),
    Column("lease_until", Moment),
    Column("fence", Integer, nullable=False, server_default="0"),
    Index("ix_jobs_state", "state", "lease_until"),
    CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="state"),
)
"""
Long work. `facts` is what was asked for and with which rights; `progress` what was counted;
`position` how far the work is; `plan` the steps of the batch under way; `uploads` the multipart
copies that are open. Who does not hold the newest `fence` writes nothing.
"""

job_items = Table(
    "job_items",
    metadata,
    Column("job_id", ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(1024), primary_key=True),
    Column("is_folder", Boolean, nullable=False),
)
"""The keys that a job was given; a job without any works on its whole prefix."""

job_errors = Table(
    "job_errors",
    metadata,
    Column("job_id", ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(1024), primary_key=True),
    Column("error", JSON, nullable=False),
)
"""What failed, one by one, with the registry's code and reason; what was done is only counted."""

zip_tickets = Table(
    "zip_tickets",
    metadata,
    Column("ticket_hash", String(64), primary_key=True),
    Column("user_id", String(64), nullable=False),
    Column("backend_id", String(64), nullable=False),
    Column("bucket", String(255), nullable=False),
    Column("keys", JSON, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)
"""What somebody is about to download as one ZIP file; only the SHA-256 of the ticket is here."""

audit_events = Table(
    "audit_events",
    audit_metadata,
    Column("id", _SERIAL, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False, index=True),
    Column("action", String(64), nullable=False, index=True),
    Column("status", String(16), nullable=False),
    Column("user_id", String(64), index=True),
    Column("backend_id", String(64)),
    Column("bucket", String(255)),
    Column("object_key", Text),
    Column("request_id", String(128), index=True),
    Column("ip", String(64)),
    Column("user_agent", String(512)),
    Column("detail", Text, nullable=False, server_default="{}"),
    Index("ix_audit_events_place", "backend_id", "bucket"),
    sqlite_autoincrement=True,
)
"""Append-only. `detail` is a JSON object as text, at most 8 KiB."""
