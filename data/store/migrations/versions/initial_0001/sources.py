"""How houses set up their sources of market data: the tables of the first migration."""

import sqlalchemy as sa
from alembic import op

TABLES = ("provider_setting", "provider_usage", "provider_state")


def create() -> None:
    """Create them."""
    op.create_table(
        "provider_setting",
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("day_limit_count", sa.Integer(), nullable=True),
        sa.Column("minute_limit_count", sa.Integer(), nullable=True),
        sa.Column("credentials_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("credentials_hints", sa.JSON(), nullable=False),
        sa.Column("credentials_set_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("configuration", sa.JSON(), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_provider_setting_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_setting")),
        sa.UniqueConstraint("tenant_id", "provider", name=op.f("uq_provider_setting_tenant_id_provider")),
    )
    op.create_index(op.f("ix_provider_setting_tenant_id"), "provider_setting", ["tenant_id"], unique=False)

    op.create_table(
        "provider_usage",
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("span", sa.String(length=6), nullable=False),
        sa.Column("started_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_count", sa.Integer(), nullable=False),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        sa.Column("received_bytes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_provider_usage_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "provider", "span", "started_at_utc", name=op.f("pk_provider_usage")),
    )

    op.create_table(
        "provider_state",
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("failures_count", sa.Integer(), nullable=False),
        sa.Column("paused_until_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pause_reason", sa.String(length=12), nullable=True),
        sa.Column("last_success_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_failure_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_failure", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_provider_state_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "provider", name=op.f("pk_provider_state")),
    )
