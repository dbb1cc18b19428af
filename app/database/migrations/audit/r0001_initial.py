"""
The audit log of the first release.
"""

import sqlalchemy as sa
from alembic.operations import Operations

revision = "audit_0001"
down_revision = None

# SQLite numbers rows by itself only for a column whose type is exactly INTEGER.
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade(op: Operations) -> None:
    """
    Make every table.
    """
    _create_audit_events(op)


def _create_audit_events(op: Operations) -> None:
    op.create_table(
        "audit_events",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.String(length=64)),
        sa.Column("backend_id", sa.String(length=64)),
        sa.Column("bucket", sa.String(length=255)),
        sa.Column("object_key", sa.Text()),
        sa.Column("request_id", sa.String(length=128)),
        sa.Column("ip", sa.String(length=64)),
        sa.Column("user_agent", sa.String(length=512)),
        sa.Column("detail", sa.Text(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_events"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_events_action", "audit_events", ["action"])
    op.create_index("ix_audit_events_at", "audit_events", ["at"])
    op.create_index("ix_audit_events_place", "audit_events", ["backend_id", "bucket"])
    op.create_index("ix_audit_events_request_id", "audit_events", ["request_id"])
    op.create_index("ix_audit_events_user_id", "audit_events", ["user_id"])
