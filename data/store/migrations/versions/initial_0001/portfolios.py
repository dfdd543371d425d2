"""Clients, portfolios, runs and ledgers: the tables of the first migration."""

import sqlalchemy as sa
from alembic import op

from data.store.migrations.versions.initial_0001.columns import EXACT

TABLES = (
    "client",
    "client_personal",
    "client_profile",
    "portfolio",
    "run",
    "run_result",
    "run_array",
    "portfolio_target",
    "portfolio_target_weight",
    "ledger_transaction",
    "lot",
    "external_flow",
    "daily_valuation",
)


def create() -> None:
    """Create them, parents first."""
    op.create_table(
        "client",
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("client_type", sa.String(length=32), nullable=False),
        sa.Column("team_id", sa.String(length=36), nullable=True),
        sa.Column("created_by_id", sa.String(length=36), nullable=True),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("deleted_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_client_created_by_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_client_team_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_client_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint("tenant_id", "reference", name=op.f("uq_client_tenant_id_reference")),
    )
    op.create_index(op.f("ix_client_team_id"), "client", ["team_id"], unique=False)
    op.create_index(op.f("ix_client_tenant_id"), "client", ["tenant_id"], unique=False)

    op.create_table(
        "client_personal",
        sa.Column("client_id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=50), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_client_personal_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_client_personal_tenant_id")),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_client_personal")),
    )
    op.create_index(op.f("ix_client_personal_tenant_id"), "client_personal", ["tenant_id"], unique=False)

    op.create_table(
        "client_profile",
        sa.Column("client_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("risk_tolerance", sa.Integer(), nullable=False),
        sa.Column("horizon_years", sa.Double(), nullable=False),
        sa.Column("loss_capacity_frac", sa.Double(), nullable=False),
        sa.Column("knowledge", sa.String(length=32), nullable=False),
        sa.Column("preferences", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("wealth_ccy", EXACT, nullable=True),
        sa.Column("answered_by_id", sa.String(length=36), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("risk_tolerance BETWEEN 1 AND 5", name=op.f("ck_client_profile_risk_tolerance")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user_account.id"], name=op.f("fk_client_profile_answered_by_id")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_client_profile_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_client_profile_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_profile")),
        sa.UniqueConstraint("client_id", "version", name=op.f("uq_client_profile_client_id_version")),
    )
    op.create_index(op.f("ix_client_profile_tenant_id"), "client_profile", ["tenant_id"], unique=False)

    op.create_table(
        "portfolio",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("base_currency", sa.String(length=3), nullable=False),
        sa.Column("benchmark_id", sa.String(length=36), nullable=True),
        sa.Column("valuation_time_zone", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=36), nullable=True),
        sa.Column("team_id", sa.String(length=36), nullable=True),
        sa.Column("strategy", sa.String(length=40), nullable=False),
        sa.Column("inception_on", sa.Date(), nullable=True),
        sa.Column("mandate", sa.JSON(), nullable=False),
        sa.Column("house_limits", sa.JSON(), nullable=False),
        sa.Column("created_by_id", sa.String(length=36), nullable=True),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("valued_with_sha256", sa.String(length=64), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("deleted_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["benchmark_id"], ["benchmark.id"], name=op.f("fk_portfolio_benchmark_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_portfolio_client_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_portfolio_created_by_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_portfolio_team_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_portfolio_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portfolio")),
    )
    op.create_index(op.f("ix_portfolio_client_id"), "portfolio", ["client_id"], unique=False)
    op.create_index("ix_portfolio_list", "portfolio", ["tenant_id", "created_at_utc", "id"], unique=False)
    op.create_index(op.f("ix_portfolio_team_id"), "portfolio", ["team_id"], unique=False)
    op.create_index(op.f("ix_portfolio_tenant_id"), "portfolio", ["tenant_id"], unique=False)

    op.create_table(
        "run",
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("request_json", sa.Text(), nullable=False),
        sa.Column("request_sha256", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=True),
        sa.Column("engine_version", sa.String(length=40), nullable=True),
        sa.Column("lineage_json", sa.JSON(), nullable=True),
        sa.Column("portfolio_id", sa.String(length=36), nullable=True),
        sa.Column("parent_run_id", sa.String(length=36), nullable=True),
        sa.Column("schedule_id", sa.String(length=36), nullable=True),
        sa.Column("stage", sa.String(length=80), nullable=True),
        sa.Column("progress_frac", sa.Double(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("attempts_count", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(length=120), nullable=True),
        sa.Column("lease_until_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heartbeat_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("checkpoint", sa.LargeBinary(), nullable=True),
        sa.Column("started_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("deleted_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'running', 'succeeded', 'failed', 'cancelled')", name=op.f("ck_run_status")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_run_owner_id")),
        sa.ForeignKeyConstraint(["parent_run_id"], ["run.id"], name=op.f("fk_run_parent_run_id")),
        sa.ForeignKeyConstraint(["portfolio_id"], ["portfolio.id"], name=op.f("fk_run_portfolio_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_run_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_index("ix_run_list", "run", ["tenant_id", "created_at_utc", "id"], unique=False)
    op.create_index(
        "ix_run_open",
        "run",
        ["status", "lease_until_utc"],
        unique=False,
        sqlite_where=sa.text("status IN ('pending', 'running')"),
        postgresql_where=sa.text("status IN ('pending', 'running')"),
    )
    op.create_index("ix_run_owner", "run", ["owner_id", "created_at_utc", "id"], unique=False)
    op.create_index("ix_run_parent", "run", ["parent_run_id", "created_at_utc"], unique=False)
    op.create_index(op.f("ix_run_portfolio_id"), "run", ["portfolio_id"], unique=False)
    op.create_index(op.f("ix_run_tenant_id"), "run", ["tenant_id"], unique=False)

    op.create_table(
        "run_result",
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("result_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_result_run_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_run_result_tenant_id")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_result")),
    )

    op.create_table(
        "run_array",
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("dtype", sa.String(length=10), nullable=False),
        sa.Column("shape", sa.String(length=80), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_array_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "name", name=op.f("pk_run_array")),
    )

    op.create_table(
        "portfolio_target",
        sa.Column("portfolio_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("run_id", sa.String(length=36), nullable=True),
        sa.Column("set_by_id", sa.String(length=36), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_portfolio_target_portfolio_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_portfolio_target_run_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["user_account.id"], name=op.f("fk_portfolio_target_set_by_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_portfolio_target_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portfolio_target")),
        sa.UniqueConstraint("portfolio_id", "version", name=op.f("uq_portfolio_target_portfolio_id_version")),
    )
    op.create_index(op.f("ix_portfolio_target_tenant_id"), "portfolio_target", ["tenant_id"], unique=False)

    op.create_table(
        "portfolio_target_weight",
        sa.Column("target_id", sa.String(length=36), nullable=False),
        sa.Column("asset_id", sa.String(length=36), nullable=False),
        sa.Column("weight_frac", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_portfolio_target_weight_asset_id")),
        sa.ForeignKeyConstraint(
            ["target_id"],
            ["portfolio_target.id"],
            name=op.f("fk_portfolio_target_weight_target_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("target_id", "asset_id", name=op.f("pk_portfolio_target_weight")),
    )

    op.create_table(
        "ledger_transaction",
        sa.Column("portfolio_id", sa.String(length=36), nullable=False),
        sa.Column("entry_number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("trade_date", sa.Date(), nullable=False),
        sa.Column("settle_date", sa.Date(), nullable=True),
        sa.Column("asset_id", sa.String(length=36), nullable=True),
        sa.Column("quantity", EXACT, nullable=False),
        sa.Column("price", EXACT, nullable=True),
        sa.Column("amount_ccy", EXACT, nullable=False),
        sa.Column("fees_ccy", EXACT, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("fx_rate", EXACT, nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("external_ref", sa.String(length=100), nullable=True),
        sa.Column("reverses_id", sa.String(length=36), nullable=True),
        sa.Column("run_id", sa.String(length=36), nullable=True),
        sa.Column("entered_by_id", sa.String(length=36), nullable=True),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('opening', 'deposit', 'withdrawal', 'buy', 'sell', 'dividend', "
            "'interest', 'fee', 'tax', 'split', 'transfer', 'fx', 'correction')",
            name=op.f("ck_ledger_transaction_kind"),
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_ledger_transaction_asset_id")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name=op.f("fk_ledger_transaction_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_ledger_transaction_portfolio_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["ledger_transaction.id"], name=op.f("fk_ledger_transaction_reverses_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_ledger_transaction_run_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_ledger_transaction_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_transaction")),
        sa.UniqueConstraint(
            "portfolio_id", "entry_number", name=op.f("uq_ledger_transaction_portfolio_id_entry_number")
        ),
        sa.UniqueConstraint(
            "portfolio_id", "external_ref", name=op.f("uq_ledger_transaction_portfolio_id_external_ref")
        ),
    )
    op.create_index(op.f("ix_ledger_transaction_asset_id"), "ledger_transaction", ["asset_id"], unique=False)
    op.create_index(
        "ix_ledger_transaction_history",
        "ledger_transaction",
        ["portfolio_id", "trade_date", "entry_number"],
        unique=False,
    )
    op.create_index(op.f("ix_ledger_transaction_tenant_id"), "ledger_transaction", ["tenant_id"], unique=False)

    op.create_table(
        "lot",
        sa.Column("portfolio_id", sa.String(length=36), nullable=False),
        sa.Column("asset_id", sa.String(length=36), nullable=False),
        sa.Column("opened_by_id", sa.String(length=36), nullable=False),
        sa.Column("acquired_on", sa.Date(), nullable=False),
        sa.Column("quantity", EXACT, nullable=False),
        sa.Column("cost_ccy", EXACT, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_lot_asset_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["ledger_transaction.id"], name=op.f("fk_lot_opened_by_id")),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_lot_portfolio_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_lot_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
    )
    op.create_index(op.f("ix_lot_asset_id"), "lot", ["asset_id"], unique=False)
    op.create_index("ix_lot_open", "lot", ["portfolio_id", "asset_id", "acquired_on"], unique=False)
    op.create_index(op.f("ix_lot_tenant_id"), "lot", ["tenant_id"], unique=False)

    op.create_table(
        "external_flow",
        sa.Column("portfolio_id", sa.String(length=36), nullable=False),
        sa.Column("transaction_id", sa.String(length=36), nullable=True),
        sa.Column("flow_date", sa.Date(), nullable=False),
        sa.Column("amount_ccy", EXACT, nullable=False),
        sa.Column("timing", sa.String(length=12), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_external_flow_portfolio_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_external_flow_tenant_id")),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["ledger_transaction.id"], name=op.f("fk_external_flow_transaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_flow")),
    )
    op.create_index("ix_external_flow_day", "external_flow", ["portfolio_id", "flow_date"], unique=False)
    op.create_index(op.f("ix_external_flow_tenant_id"), "external_flow", ["tenant_id"], unique=False)

    op.create_table(
        "daily_valuation",
        sa.Column("portfolio_id", sa.String(length=36), nullable=False),
        sa.Column("valued_on", sa.Date(), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("value_ccy", EXACT, nullable=False),
        sa.Column("cash_ccy", EXACT, nullable=False),
        sa.Column("external_flow_ccy", EXACT, nullable=False),
        sa.Column("return_frac", sa.Double(), nullable=True),
        sa.Column("twr_index", sa.Double(), nullable=True),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_daily_valuation_portfolio_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_daily_valuation_tenant_id")),
        sa.PrimaryKeyConstraint("portfolio_id", "valued_on", name=op.f("pk_daily_valuation")),
        sqlite_with_rowid=False,
    )
