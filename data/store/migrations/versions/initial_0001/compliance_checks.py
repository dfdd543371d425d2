"""How portfolios stand by their rules, and when that changed: tables of the first migration."""

import sqlalchemy as sa
from alembic import op

TABLES = ("compliance_check", "compliance_result", "compliance_change", "compliance_fact")


def create() -> None:
    """Create them."""
    op.create_table(
        "compliance_check",
        sa.Column("portfolio_id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("checked_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=13), nullable=True),
        sa.Column("data_version", sa.String(length=200), nullable=False),
        sa.Column("inputs_sha256", sa.String(length=64), nullable=False),
        sa.Column("engine_version", sa.String(length=40), nullable=False),
        sa.Column("rules_count", sa.Integer(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("advice", sa.Text(), nullable=True),
        sa.Column("failed_since_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_reason", sa.Text(), nullable=True),
        sa.Column("failed_advice", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_compliance_check_portfolio_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_compliance_check_tenant_id")),
        sa.PrimaryKeyConstraint("portfolio_id", name=op.f("pk_compliance_check")),
    )
    op.create_index(op.f("ix_compliance_check_tenant_id"), "compliance_check", ["tenant_id"], unique=False)

    op.create_table(
        "compliance_result",
        sa.Column("portfolio_id", sa.String(length=36), nullable=False),
        sa.Column("rule_id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=13), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("since_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("checked_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("limit_value", sa.Double(), nullable=True),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "status IN ('passed', 'warning', 'failed', 'indeterminate')", name=op.f("ck_compliance_result_status")
        ),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_compliance_result_portfolio_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_compliance_result_tenant_id")),
        sa.PrimaryKeyConstraint("portfolio_id", "rule_id", name=op.f("pk_compliance_result")),
    )
    op.create_index(op.f("ix_compliance_result_tenant_id"), "compliance_result", ["tenant_id"], unique=False)
    op.create_index("ix_compliance_result_rule", "compliance_result", ["rule_id", "status"], unique=False)

    op.create_table(
        "compliance_change",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("portfolio_id", sa.String(length=36), nullable=False),
        sa.Column("rule_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(length=13), nullable=True),
        sa.Column("after", sa.String(length=13), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("limit_value", sa.Double(), nullable=True),
        sa.Column("engine_version", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_compliance_change_portfolio_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_compliance_change_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compliance_change")),
    )
    op.create_index(op.f("ix_compliance_change_tenant_id"), "compliance_change", ["tenant_id"], unique=False)
    op.create_index(
        "ix_compliance_change_course", "compliance_change", ["portfolio_id", "rule_id", "at_utc"], unique=False
    )

    op.create_table(
        "compliance_fact",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("portfolio_id", sa.String(length=36), nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Double(), nullable=True),
        sa.Column("text", sa.String(length=200), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("stated_by_id", sa.String(length=36), nullable=True),
        sa.Column("stated_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_compliance_fact_portfolio_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["stated_by_id"], ["user_account.id"], name=op.f("fk_compliance_fact_stated_by_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_compliance_fact_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compliance_fact")),
    )
    op.create_index(op.f("ix_compliance_fact_portfolio_id"), "compliance_fact", ["portfolio_id"], unique=False)
    op.create_index(op.f("ix_compliance_fact_tenant_id"), "compliance_fact", ["tenant_id"], unique=False)
