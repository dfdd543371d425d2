"""Lists of what may not be traded, locates and lots: tables of the first migration."""

import sqlalchemy as sa
from alembic import op

from data.store.migrations.versions.initial_0001.columns import EXACT

TABLES = ("restriction_list", "restriction_entry", "short_locate", "trading_lot")


def create() -> None:
    """Create them."""
    op.create_table(
        "restriction_list",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("scope_kind", sa.String(length=10), nullable=False),
        sa.Column("scope_id", sa.String(length=36), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_by_id", sa.String(length=36), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(scope_kind = 'house') = (scope_id IS NULL)", name=op.f("ck_restriction_list_scope")),
        sa.CheckConstraint(
            "kind IN ('restricted', 'watch', 'exclusion', 'blackout')", name=op.f("ck_restriction_list_kind")
        ),
        sa.CheckConstraint(
            "scope_kind IN ('house', 'client', 'portfolio', 'person')", name=op.f("ck_restriction_list_scope_kind")
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_restriction_list_created_by_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_restriction_list_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restriction_list")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_restriction_list_tenant_id_name")),
    )
    op.create_index(op.f("ix_restriction_list_tenant_id"), "restriction_list", ["tenant_id"], unique=False)
    op.create_table(
        "restriction_entry",
        sa.Column("list_id", sa.String(length=36), nullable=False),
        sa.Column("asset_id", sa.String(length=36), nullable=True),
        sa.Column("issuer_id", sa.String(length=36), nullable=True),
        sa.Column("issuer_group_id", sa.String(length=36), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("added_by_id", sa.String(length=36), nullable=True),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.Column("removed_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by_id", sa.String(length=36), nullable=True),
        sa.Column("removal_reason", sa.Text(), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["user_account.id"], name=op.f("fk_restriction_entry_added_by_id")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_restriction_entry_asset_id")),
        sa.ForeignKeyConstraint(
            ["issuer_group_id"], ["issuer_group.id"], name=op.f("fk_restriction_entry_issuer_group_id")
        ),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuer.id"], name=op.f("fk_restriction_entry_issuer_id")),
        sa.ForeignKeyConstraint(
            ["list_id"], ["restriction_list.id"], name=op.f("fk_restriction_entry_list_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["removed_by_id"], ["user_account.id"], name=op.f("fk_restriction_entry_removed_by_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_restriction_entry_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restriction_entry")),
    )
    op.create_index(op.f("ix_restriction_entry_asset_id"), "restriction_entry", ["asset_id"], unique=False)
    op.create_index("ix_restriction_entry_days", "restriction_entry", ["list_id", "from_on", "until_on"], unique=False)
    op.create_index(op.f("ix_restriction_entry_tenant_id"), "restriction_entry", ["tenant_id"], unique=False)
    op.create_table(
        "short_locate",
        sa.Column("asset_id", sa.String(length=36), nullable=False),
        sa.Column("portfolio_id", sa.String(length=36), nullable=True),
        sa.Column("broker", sa.String(length=120), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=True),
        sa.Column("quantity", EXACT, nullable=False),
        sa.Column("valid_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("recorded_by_id", sa.String(length=36), nullable=True),
        sa.Column("withdrawn_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_short_locate_asset_id")),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_short_locate_portfolio_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_short_locate_recorded_by_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_short_locate_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_short_locate")),
    )
    op.create_index(op.f("ix_short_locate_asset_id"), "short_locate", ["asset_id"], unique=False)
    op.create_index(op.f("ix_short_locate_portfolio_id"), "short_locate", ["portfolio_id"], unique=False)
    op.create_index(op.f("ix_short_locate_tenant_id"), "short_locate", ["tenant_id"], unique=False)
    op.create_table(
        "trading_lot",
        sa.Column("asset_id", sa.String(length=36), nullable=False),
        sa.Column("lot_quantity", EXACT, nullable=False),
        sa.Column("least_quantity", EXACT, nullable=False),
        sa.Column("set_by_id", sa.String(length=36), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_trading_lot_asset_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["user_account.id"], name=op.f("fk_trading_lot_set_by_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_trading_lot_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trading_lot")),
        sa.UniqueConstraint("tenant_id", "asset_id", name=op.f("uq_trading_lot_tenant_id_asset_id")),
    )
    op.create_index(op.f("ix_trading_lot_tenant_id"), "trading_lot", ["tenant_id"], unique=False)
