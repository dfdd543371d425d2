"""Proposals of trades: table of the first migration."""

import sqlalchemy as sa
from alembic import op

TABLES = ("rebalancing",)
_PEOPLE = ("made_by_id", "submitted_by_id", "decided_by_id", "recorded_by_id")


def create() -> None:
    """Create it."""
    op.create_table(
        "rebalancing",
        sa.Column("portfolio_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("wish", sa.JSON(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("inputs_sha256", sa.String(length=64), nullable=False),
        sa.Column("ledger_entry", sa.Integer(), nullable=False),
        sa.Column("prices_on", sa.Date(), nullable=False),
        sa.Column("computed_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.String(length=36), nullable=False),
        sa.Column("submitted_by_id", sa.String(length=36), nullable=True),
        sa.Column("submitted_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submit_reason", sa.Text(), nullable=True),
        sa.Column("decided_by_id", sa.String(length=36), nullable=True),
        sa.Column("decided_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("recorded_by_id", sa.String(length=36), nullable=True),
        sa.Column("recorded_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'approved', 'rejected', 'withdrawn', 'recorded', 'undone')",
            name=op.f("ck_rebalancing_state"),
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> submitted_by_id", name=op.f("ck_rebalancing_second_person")
        ),
        *(
            sa.ForeignKeyConstraint([column], ["user_account.id"], name=op.f(f"fk_rebalancing_{column}"))
            for column in _PEOPLE
        ),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_rebalancing_portfolio_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_rebalancing_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebalancing")),
        sa.UniqueConstraint("portfolio_id", "number", name=op.f("uq_rebalancing_portfolio_id_number")),
    )
    op.create_index("ix_rebalancing_list", "rebalancing", ["tenant_id", "created_at_utc", "id"], unique=False)
    op.create_index(op.f("ix_rebalancing_tenant_id"), "rebalancing", ["tenant_id"], unique=False)
