"""Refused rows, kept bytes and economic series: the tables of the first migration."""

import sqlalchemy as sa
from alembic import op

TABLES = ("rejected_row", "raw_payload", "macro_series", "macro_observation", "factor_return")


def create() -> None:
    """Create them, parents first."""
    op.create_table(
        "rejected_row",
        sa.Column("tenant_id", sa.String(length=36), nullable=True),
        sa.Column("batch_id", sa.String(length=36), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=True),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["ingest_batch.id"], name=op.f("fk_rejected_row_batch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_rejected_row_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejected_row")),
    )
    op.create_index("ix_rejected_row_batch", "rejected_row", ["batch_id", "row_number"], unique=False)

    op.create_table(
        "raw_payload",
        sa.Column("tenant_scope", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("fetched_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size_bytes_count", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_scope", "sha256", name=op.f("pk_raw_payload")),
    )
    op.create_index(op.f("ix_raw_payload_fetched_at_utc"), "raw_payload", ["fetched_at_utc"], unique=False)

    op.create_table(
        "macro_series",
        sa.Column("tenant_scope", sa.String(length=36), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("series_id", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("unit", sa.String(length=120), nullable=False),
        sa.Column("frequency", sa.String(length=40), nullable=False),
        sa.Column("seasonal_adjustment", sa.String(length=80), nullable=True),
        sa.Column("updated_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_scope", "provider", "series_id", name=op.f("pk_macro_series")),
    )

    op.create_table(
        "macro_observation",
        sa.Column("tenant_scope", sa.String(length=36), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("series_id", sa.String(length=60), nullable=False),
        sa.Column("event_date", sa.Date(), nullable=False),
        sa.Column("realtime_start", sa.Date(), nullable=False),
        sa.Column("realtime_end", sa.Date(), nullable=True),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("batch_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["ingest_batch.id"], name=op.f("fk_macro_observation_batch_id")),
        sa.PrimaryKeyConstraint(
            "tenant_scope",
            "provider",
            "series_id",
            "event_date",
            "realtime_start",
            name=op.f("pk_macro_observation"),
        ),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "factor_return",
        sa.Column("tenant_scope", sa.String(length=36), nullable=False),
        sa.Column("factor_set", sa.String(length=80), nullable=False),
        sa.Column("factor", sa.String(length=80), nullable=False),
        sa.Column("batch_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("knowledge_time_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_date", sa.Date(), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=False),
        sa.Column("dates", sa.LargeBinary(), nullable=False),
        sa.Column("returns", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["ingest_batch.id"], name=op.f("fk_factor_return_batch_id")),
        sa.PrimaryKeyConstraint("tenant_scope", "factor_set", "factor", "batch_id", name=op.f("pk_factor_return")),
    )
