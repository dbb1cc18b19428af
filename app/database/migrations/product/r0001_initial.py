"""
The tables of the first release.
"""

from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations

revision = "product_0001"
down_revision = None

# SQLite numbers rows by itself only for a column whose type is exactly INTEGER.
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade(op: Operations) -> None:
    """
    Make every table.
    """
    _create_api_tokens(op)
    _create_backends(op)
    _create_bucket_aliases(op)
    _create_bucket_pins(op)
    _create_bucket_size_tracking(op)
    _create_bucket_usage(op)
    _create_buckets(op)
    _create_changes(op)
    _create_grants(op)
    _create_groups(op)
    _create_jobs(op)
    _create_quota_holds(op)
    _create_quota_usage(op)
    _create_metric_points(op)
    _create_quotas(op)
    _create_rate_events(op)
    _create_s3_anonymous_bindings(op)
    _create_s3_bucket_cors(op)
    _create_s3_credentials(op)
    _create_sealing_keys(op)
    _create_sessions(op)
    _create_shares(op)
    _create_users(op)
    _create_zip_tickets(op)
    _create_backend_probes(op)
    _create_group_members(op)


def _stamped() -> list[sa.Column[Any]]:
    return [
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=64)),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.String(length=64)),
    ]


def _declared() -> list[sa.Column[Any]]:
    return [
        sa.Column("source", sa.String(length=16), server_default="dashboard", nullable=False),
        sa.Column("source_file", sa.Text(), server_default="", nullable=False),
        sa.Column("source_line", sa.Integer(), server_default="0", nullable=False),
        sa.Column("declared_id", sa.String(length=255)),
    ]


def _create_api_tokens(op: Operations) -> None:
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_api_tokens"),
        sa.UniqueConstraint("token_hash", name="uq_api_tokens_token_hash"),
    )
    op.create_index("ix_api_tokens_expires_at", "api_tokens", ["expires_at"])
    op.create_index("ix_api_tokens_user_id", "api_tokens", ["user_id"])


def _create_backends(op: Operations) -> None:
    op.create_table(
        "backends",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("type", sa.String(length=16), server_default="s3v4", nullable=False),
        sa.Column("preset", sa.String(length=32), server_default="", nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("region", sa.String(length=64), server_default="", nullable=False),
        sa.Column("path_style", sa.Boolean(), nullable=False),
        sa.Column("access_key", sa.String(length=256), server_default="", nullable=False),
        sa.Column("secret_key_sealed", sa.LargeBinary()),
        sa.Column("ca_file", sa.Text(), server_default="", nullable=False),
        sa.Column("capabilities", sa.JSON(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("is_in_maintenance", sa.Boolean(), nullable=False),
        *_stamped(),
        *_declared(),
        sa.PrimaryKeyConstraint("id", name="pk_backends"),
        sa.UniqueConstraint("declared_id", name="uq_backends_declared_id"),
    )


def _create_bucket_aliases(op: Operations) -> None:
    op.create_table(
        "bucket_aliases",
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("backend_id", sa.String(length=64), nullable=False),
        sa.Column("bucket", sa.String(length=63), nullable=False),
        *_stamped(),
        *_declared(),
        sa.PrimaryKeyConstraint("name", name="pk_bucket_aliases"),
        sa.UniqueConstraint("declared_id", name="uq_bucket_aliases_declared_id"),
    )


def _create_bucket_pins(op: Operations) -> None:
    op.create_table(
        "bucket_pins",
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("backend_id", sa.String(length=64), nullable=False),
        sa.Column("bucket", sa.String(length=63), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "backend_id", "bucket", name="pk_bucket_pins"),
    )


def _create_buckets(op: Operations) -> None:
    op.create_table(
        "buckets",
        sa.Column("backend_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        *_stamped(),
        *_declared(),
        sa.PrimaryKeyConstraint("backend_id", "name", name="pk_buckets"),
        sa.UniqueConstraint("declared_id", name="uq_buckets_declared_id"),
    )


def _create_changes(op: Operations) -> None:
    op.create_table(
        "changes",
        sa.Column("revision", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("row_id", sa.String(length=255), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("revision", name="pk_changes"),
        sqlite_autoincrement=True,
    )


def _create_grants(op: Operations) -> None:
    op.create_table(
        "grants",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("backend_id", sa.String(length=64), nullable=False),
        sa.Column("bucket", sa.String(length=63), nullable=False),
        sa.Column("prefix", sa.String(length=1024), server_default="", nullable=False),
        sa.Column("access", sa.JSON(), nullable=False),
        *_stamped(),
        *_declared(),
        sa.CheckConstraint(
            "subject_kind IN ('user', 'group', 'role')", name="ck_grants_subject_kind"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_grants"),
        sa.UniqueConstraint("declared_id", name="uq_grants_declared_id"),
    )
    op.create_index("ix_grants_subject", "grants", ["subject_kind", "subject_id"])


def _create_groups(op: Operations) -> None:
    op.create_table(
        "groups",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("claim_values", sa.JSON(), nullable=False),
        *_stamped(),
        *_declared(),
        sa.PrimaryKeyConstraint("id", name="pk_groups"),
        sa.UniqueConstraint("declared_id", name="uq_groups_declared_id"),
        sa.UniqueConstraint("name", name="uq_groups_name"),
    )


def _create_jobs(op: Operations) -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger()),
        sa.Column("finished_at", sa.BigInteger()),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("position", sa.JSON(), nullable=False),
        sa.Column("plan", sa.JSON()),
        sa.Column("uploads", sa.JSON(), nullable=False),
        sa.Column("error", sa.JSON()),
        sa.Column("is_cancelled", sa.Boolean(), nullable=False),
        sa.Column("lease_owner", sa.String(length=64), server_default="", nullable=False),
        sa.Column("lease_until", sa.BigInteger()),
        sa.Column("fence", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="ck_jobs_state"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_created_by", "jobs", ["created_by"])
    op.create_index("ix_jobs_state", "jobs", ["state", "lease_until"])
    _create_items_of_jobs(op)


def _create_items_of_jobs(op: Operations) -> None:
    columns = {
        "job_items": sa.Column("is_folder", sa.Boolean(), nullable=False),
        "job_errors": sa.Column("error", sa.JSON(), nullable=False),
    }
    for name, column in columns.items():
        op.create_table(
            name,
            sa.Column("job_id", sa.String(length=26), nullable=False),
            sa.Column("key", sa.String(length=1024), nullable=False),
            column,
            sa.ForeignKeyConstraint(
                ["job_id"], ["jobs.id"], name=f"fk_{name}_job_id", ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("job_id", "key", name=f"pk_{name}"),
        )


def _create_bucket_usage(op: Operations) -> None:
    op.create_table(
        "bucket_usage",
        sa.Column("backend_id", sa.String(length=64), nullable=False),
        sa.Column("bucket", sa.String(length=63), nullable=False),
        sa.Column("used_bytes", sa.BigInteger(), nullable=False),
        sa.Column("object_count", sa.BigInteger(), nullable=False),
        sa.Column("keeps_versions", sa.Boolean(), nullable=False),
        sa.Column("computed_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("backend_id", "bucket", name="pk_bucket_usage"),
    )


def _create_quota_holds(op: Operations) -> None:
    op.create_table(
        "quota_holds",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.String(length=255), nullable=False),
        sa.Column("holder", sa.String(length=26), nullable=False),
        sa.Column("held_bytes", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_id", "holder", name="pk_quota_holds"),
    )


def _create_quota_usage(op: Operations) -> None:
    op.create_table(
        "quota_usage",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.String(length=255), nullable=False),
        sa.Column("used_bytes", sa.BigInteger(), nullable=False),
        sa.Column("object_count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_id", name="pk_quota_usage"),
    )


def _create_bucket_size_tracking(op: Operations) -> None:
    op.create_table(
        "bucket_size_tracking",
        sa.Column("backend_id", sa.String(length=64), nullable=False),
        sa.Column("bucket", sa.String(length=63), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("backend_id", "bucket", name="pk_bucket_size_tracking"),
    )


def _create_metric_points(op: Operations) -> None:
    op.create_table(
        "metric_points",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("labels", sa.String(length=512), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", "labels", "step", "at", name="pk_metric_points"),
    )
    op.create_index("ix_metric_points_at", "metric_points", ["step", "at"])


def _create_quotas(op: Operations) -> None:
    op.create_table(
        "quotas",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.String(length=255), nullable=False),
        sa.Column("soft_bytes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("hard_bytes", sa.BigInteger(), server_default="0", nullable=False),
        *_stamped(),
        *_declared(),
        sa.CheckConstraint(
            "kind IN ('bucket', 'user', 'group', 'credential')", name="ck_quotas_kind"
        ),
        sa.PrimaryKeyConstraint("kind", "subject_id", name="pk_quotas"),
        sa.UniqueConstraint("declared_id", name="uq_quotas_declared_id"),
    )


def _create_rate_events(op: Operations) -> None:
    op.create_table(
        "rate_events",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("limiter", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rate_events"),
    )
    op.create_index("ix_rate_events_subject", "rate_events", ["limiter", "subject", "at"])


def _create_s3_anonymous_bindings(op: Operations) -> None:
    op.create_table(
        "s3_anonymous_bindings",
        sa.Column("backend_id", sa.String(length=64), nullable=False),
        sa.Column("bucket", sa.String(length=63), nullable=False),
        sa.Column("mode", sa.String(length=16), server_default="ReadOnly", nullable=False),
        sa.Column("may_list", sa.Boolean(), nullable=False),
        sa.Column("prefix", sa.String(length=1024), server_default="", nullable=False),
        sa.Column("per_source_ip_rps", sa.Integer(), server_default="20", nullable=False),
        *_stamped(),
        *_declared(),
        sa.PrimaryKeyConstraint("backend_id", "bucket", name="pk_s3_anonymous_bindings"),
        sa.UniqueConstraint("declared_id", name="uq_s3_anonymous_bindings_declared_id"),
    )


def _create_s3_bucket_cors(op: Operations) -> None:
    op.create_table(
        "s3_bucket_cors",
        sa.Column("backend_id", sa.String(length=64), nullable=False),
        sa.Column("bucket", sa.String(length=63), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        *_stamped(),
        *_declared(),
        sa.PrimaryKeyConstraint("backend_id", "bucket", name="pk_s3_bucket_cors"),
        sa.UniqueConstraint("declared_id", name="uq_s3_bucket_cors_declared_id"),
    )


def _create_s3_credentials(op: Operations) -> None:
    op.create_table(
        "s3_credentials",
        sa.Column("access_key", sa.String(length=128), nullable=False),
        sa.Column("secret_key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("session_token_sealed", sa.LargeBinary()),
        sa.Column("user_id", sa.String(length=64)),
        sa.Column("description", sa.String(length=512), server_default="", nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("not_before", sa.BigInteger()),
        sa.Column("expires_at", sa.BigInteger()),
        sa.Column("cidrs", sa.JSON(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger()),
        *_stamped(),
        *_declared(),
        sa.PrimaryKeyConstraint("access_key", name="pk_s3_credentials"),
        sa.UniqueConstraint("declared_id", name="uq_s3_credentials_declared_id"),
    )
    op.create_index("ix_s3_credentials_user_id", "s3_credentials", ["user_id"])


def _create_sealing_keys(op: Operations) -> None:
    op.create_table(
        "sealing_keys",
        sa.Column("key_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("check_value", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name="pk_sealing_keys"),
    )


def _create_sessions(op: Operations) -> None:
    op.create_table(
        "sessions",
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("user_id", sa.String(length=26), nullable=False),
        sa.Column("identity_source", sa.String(length=255), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("ip", sa.String(length=64), server_default="", nullable=False),
        sa.Column("user_agent", sa.String(length=512), server_default="", nullable=False),
        sa.Column("pending", sa.String(length=32), server_default="", nullable=False),
        sa.Column("oidc_sid", sa.String(length=255)),
        sa.Column("id_token_sealed", sa.LargeBinary()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id_hash", name="pk_sessions"),
        sa.UniqueConstraint("public_id", name="uq_sessions_public_id"),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_index("ix_sessions_oidc_sid", "sessions", ["oidc_sid"])
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])


def _create_shares(op: Operations) -> None:
    op.create_table(
        "shares",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("backend_id", sa.String(length=64), nullable=False),
        sa.Column("bucket", sa.String(length=255), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("prefix", sa.String(length=1024), server_default="", nullable=False),
        sa.Column("version_id", sa.String(length=1024), server_default="", nullable=False),
        sa.Column("owner_id", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("password_hash", sa.Text(), server_default="", nullable=False),
        sa.Column("disposition", sa.String(length=16), server_default="attachment", nullable=False),
        sa.Column("starts_at", sa.BigInteger()),
        sa.Column("expires_at", sa.BigInteger()),
        sa.Column("max_downloads", sa.BigInteger()),
        sa.Column("download_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("max_bytes", sa.BigInteger()),
        sa.Column("uploaded_bytes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("allowed_types", sa.JSON(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger()),
        sa.Column("last_accessed_at", sa.BigInteger()),
        *_stamped(),
        sa.CheckConstraint(
            "kind IN ('object', 'objects', 'folder', 'upload')", name="ck_shares_kind"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shares"),
        sa.UniqueConstraint("code", name="uq_shares_code"),
    )
    op.create_index("ix_shares_owner_id", "shares", ["owner_id"])
    op.create_index("ix_shares_place", "shares", ["backend_id", "bucket"])


def _create_zip_tickets(op: Operations) -> None:
    op.create_table(
        "zip_tickets",
        sa.Column("ticket_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("backend_id", sa.String(length=64), nullable=False),
        sa.Column("bucket", sa.String(length=255), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ticket_hash", name="pk_zip_tickets"),
    )
    op.create_index("ix_zip_tickets_expires_at", "zip_tickets", ["expires_at"])


def _create_users(op: Operations) -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("username", sa.String(length=128), nullable=False),
        sa.Column("username_folded", sa.String(length=128), nullable=False),
        sa.Column("email", sa.String(length=254)),
        sa.Column("email_folded", sa.String(length=254)),
        sa.Column("password_hash", sa.Text(), server_default="", nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), server_default="person", nullable=False),
        sa.Column("identity_source", sa.String(length=255), server_default="local", nullable=False),
        sa.Column("oidc_subject", sa.String(length=255)),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("failed_attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_failed_at", sa.BigInteger()),
        sa.Column("locked_until", sa.BigInteger()),
        sa.Column("last_login_at", sa.BigInteger()),
        sa.Column("password_changed_at", sa.BigInteger(), nullable=False),
        *_stamped(),
        *_declared(),
        sa.CheckConstraint("role IN ('admin', 'user', 'readonly')", name="ck_users_role"),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("declared_id", name="uq_users_declared_id"),
        sa.UniqueConstraint("email_folded", name="uq_users_email_folded"),
        sa.UniqueConstraint("identity_source", "oidc_subject", name="uq_users_subject"),
        sa.UniqueConstraint("username_folded", name="uq_users_username_folded"),
    )


def _create_backend_probes(op: Operations) -> None:
    op.create_table(
        "backend_probes",
        sa.Column("backend_id", sa.String(length=64), nullable=False),
        sa.Column("capabilities", sa.JSON(), nullable=False),
        sa.Column("probed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["backend_id"], ["backends.id"], name="fk_backend_probes_backend_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("backend_id", name="pk_backend_probes"),
    )


def _create_group_members(op: Operations) -> None:
    op.create_table(
        "group_members",
        sa.Column("group_id", sa.String(length=26), nullable=False),
        sa.Column("user_id", sa.String(length=26), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name="fk_group_members_group_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_group_members_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", "user_id", "origin", name="pk_group_members"),
    )
