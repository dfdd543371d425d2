"""Decisions of two people, retention, holds, locked periods and reports: tables of the first migration."""

import sqlalchemy as sa
from alembic import op

TABLES = (
    "change_request",
    "retention_rule",
    "retention_report",
    "legal_hold",
    "locked_period",
    "access_review",
    "auditor_report",
)


def create() -> None:
    """Create them."""
    op.create_table(
        "change_request",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("object_kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.String(length=64), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("requested_by_id", sa.String(length=36), nullable=False),
        sa.Column("decided_by_id", sa.String(length=36), nullable=True),
        sa.Column("decided_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> requested_by_id OR state = 'withdrawn'",
            name=op.f("ck_change_request_eyes"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'rejected', 'withdrawn')", name=op.f("ck_change_request_state")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_change_request_decided_by_id")),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["user_account.id"], name=op.f("fk_change_request_requested_by_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_change_request_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_request")),
    )
    op.create_index("ix_change_request_list", "change_request", ["tenant_id", "state", "created_at_utc"], unique=False)
    op.create_index(op.f("ix_change_request_object_id"), "change_request", ["object_id"], unique=False)
    op.create_index(op.f("ix_change_request_tenant_id"), "change_request", ["tenant_id"], unique=False)
    op.create_table(
        "retention_rule",
        sa.Column("record_class", sa.String(length=40), nullable=False),
        sa.Column("years_count", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("years_count BETWEEN 1 AND 100", name=op.f("ck_retention_rule_years_count")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_retention_rule_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_rule")),
        sa.UniqueConstraint("tenant_id", "record_class", name=op.f("uq_retention_rule_tenant_id_record_class")),
    )
    op.create_index(op.f("ix_retention_rule_tenant_id"), "retention_rule", ["tenant_id"], unique=False)
    op.create_table(
        "retention_report",
        sa.Column("is_dry_run", sa.Boolean(), nullable=False),
        sa.Column("made_by_id", sa.String(length=36), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_retention_report_made_by_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_retention_report_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_report")),
    )
    op.create_index(op.f("ix_retention_report_tenant_id"), "retention_report", ["tenant_id"], unique=False)
    op.create_table(
        "legal_hold",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("scope_kind", sa.String(length=10), nullable=False),
        sa.Column("scope_id", sa.String(length=36), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_by_id", sa.String(length=36), nullable=True),
        sa.Column("released_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by_id", sa.String(length=36), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(scope_kind = 'house') = (scope_id IS NULL)", name=op.f("ck_legal_hold_scope")),
        sa.ForeignKeyConstraint(["placed_by_id"], ["user_account.id"], name=op.f("fk_legal_hold_placed_by_id")),
        sa.ForeignKeyConstraint(["released_by_id"], ["user_account.id"], name=op.f("fk_legal_hold_released_by_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_legal_hold_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index(op.f("ix_legal_hold_tenant_id"), "legal_hold", ["tenant_id"], unique=False)
    op.create_table(
        "locked_period",
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("locked_by_id", sa.String(length=36), nullable=True),
        sa.Column("unlocked_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unlocked_by_id", sa.String(length=36), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("start_on <= end_on", name=op.f("ck_locked_period_order")),
        sa.ForeignKeyConstraint(["locked_by_id"], ["user_account.id"], name=op.f("fk_locked_period_locked_by_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_locked_period_tenant_id")),
        sa.ForeignKeyConstraint(["unlocked_by_id"], ["user_account.id"], name=op.f("fk_locked_period_unlocked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_locked_period")),
    )
    op.create_index(op.f("ix_locked_period_tenant_id"), "locked_period", ["tenant_id"], unique=False)
    op.create_table(
        "access_review",
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("made_by_id", sa.String(length=36), nullable=True),
        sa.Column("reviewed_by_id", sa.String(length=36), nullable=True),
        sa.Column("reviewed_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_note", sa.Text(), nullable=True),
        sa.Column("decisions", sa.JSON(), nullable=True),
        sa.Column("closed_by_id", sa.String(length=36), nullable=True),
        sa.Column("closed_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["closed_by_id"], ["user_account.id"], name=op.f("fk_access_review_closed_by_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_access_review_made_by_id")),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["user_account.id"], name=op.f("fk_access_review_reviewed_by_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_access_review_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_review")),
    )
    op.create_index(op.f("ix_access_review_tenant_id"), "access_review", ["tenant_id"], unique=False)
    op.create_table(
        "auditor_report",
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=False),
        sa.Column("portfolio_id", sa.String(length=36), nullable=True),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("inputs_sha256", sa.String(length=64), nullable=False),
        sa.Column("code_version", sa.String(length=40), nullable=False),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=False),
        sa.Column("excel_sha256", sa.String(length=64), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("excel", sa.LargeBinary(), nullable=False),
        sa.Column("made_by_id", sa.String(length=36), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_auditor_report_made_by_id")),
        sa.ForeignKeyConstraint(["portfolio_id"], ["portfolio.id"], name=op.f("fk_auditor_report_portfolio_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_auditor_report_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auditor_report")),
    )
    op.create_index(op.f("ix_auditor_report_tenant_id"), "auditor_report", ["tenant_id"], unique=False)
