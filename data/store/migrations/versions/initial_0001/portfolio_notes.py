"""Notes about portfolios and drafts of their weights: two tables of the first migration."""

import sqlalchemy as sa
from alembic import op

TABLES = ("portfolio_note", "portfolio_draft")


def create() -> None:
    """Create them."""
    op.create_table(
        "portfolio_note",
        sa.Column("portfolio_id", sa.String(length=36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by_id", sa.String(length=36), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("deleted_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_portfolio_note_portfolio_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["written_by_id"], ["user_account.id"], name=op.f("fk_portfolio_note_written_by_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_portfolio_note_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portfolio_note")),
    )
    op.create_index("ix_portfolio_note_list", "portfolio_note", ["portfolio_id", "created_at_utc"], unique=False)
    op.create_index(op.f("ix_portfolio_note_tenant_id"), "portfolio_note", ["tenant_id"], unique=False)
    op.create_table(
        "portfolio_draft",
        sa.Column("portfolio_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("made_by_id", sa.String(length=36), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("deleted_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_portfolio_draft_portfolio_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_portfolio_draft_made_by_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_portfolio_draft_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portfolio_draft")),
    )
    op.create_index("ix_portfolio_draft_list", "portfolio_draft", ["portfolio_id", "created_at_utc"], unique=False)
    op.create_index(op.f("ix_portfolio_draft_tenant_id"), "portfolio_draft", ["tenant_id"], unique=False)
