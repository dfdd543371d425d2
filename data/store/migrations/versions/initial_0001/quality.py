"""What looks wrong in stored prices, and what houses decided about it: the tables of the first migration."""

import sqlalchemy as sa
from alembic import op

TABLES = ("quality_finding", "quality_score", "quality_policy")


def create() -> None:
    """Create them."""
    op.create_table(
        "quality_finding",
        sa.Column("asset_id", sa.String(length=36), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("frequency", sa.String(length=4), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("first_session", sa.Date(), nullable=False),
        sa.Column("last_session", sa.Date(), nullable=False),
        sa.Column("sessions_count", sa.Integer(), nullable=False),
        sa.Column("sessions", sa.LargeBinary(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("proposed", sa.LargeBinary(), nullable=True),
        sa.Column("is_adjusted_only", sa.Boolean(), nullable=False),
        sa.Column("method", sa.String(length=120), nullable=False),
        sa.Column("confidence_frac", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("open_spans", sa.JSON(), nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("decided_by_id", sa.String(length=36), nullable=True),
        sa.Column("decided_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.String(length=36), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_quality_finding_asset_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["ingest_batch.id"], name=op.f("fk_quality_finding_batch_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_quality_finding_decided_by_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_quality_finding_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_finding")),
        sa.UniqueConstraint(
            "tenant_id",
            "asset_id",
            "provider",
            "kind",
            "fingerprint",
            name=op.f("uq_quality_finding_tenant_id_asset_id_provider_kind_fingerprint"),
        ),
    )
    op.create_index(op.f("ix_quality_finding_asset_id"), "quality_finding", ["asset_id"], unique=False)
    op.create_index(op.f("ix_quality_finding_tenant_id"), "quality_finding", ["tenant_id"], unique=False)

    op.create_table(
        "quality_score",
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("asset_id", sa.String(length=36), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("first_session", sa.Date(), nullable=False),
        sa.Column("last_session", sa.Date(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.Column("open_count", sa.Integer(), nullable=False),
        sa.Column("checked_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_quality_score_asset_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_quality_score_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "asset_id", name=op.f("pk_quality_score")),
    )

    op.create_table(
        "quality_policy",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("confidence_frac", sa.Double(), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_quality_policy_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_policy")),
        sa.UniqueConstraint("tenant_id", "kind", name=op.f("uq_quality_policy_tenant_id_kind")),
    )
    op.create_index(op.f("ix_quality_policy_tenant_id"), "quality_policy", ["tenant_id"], unique=False)
