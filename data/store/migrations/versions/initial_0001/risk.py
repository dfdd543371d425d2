"""Limits on risk, their figures by day, forecasts and fitted models: tables of the first migration."""

import sqlalchemy as sa
from alembic import op

TABLES = ("risk_limit", "risk_day", "risk_forecast", "risk_model")


def create() -> None:
    """Create them."""
    op.create_table(
        "risk_limit",
        sa.Column("portfolio_id", sa.String(length=36), nullable=False),
        sa.Column("metric", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("is_hard", sa.Boolean(), nullable=False),
        sa.Column("amber_use_frac", sa.Double(), nullable=False),
        sa.Column("set_by_id", sa.String(length=36), nullable=True),
        sa.Column("set_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=5), nullable=True),
        sa.Column("last_known_state", sa.String(length=5), nullable=True),
        sa.Column("state_since_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("judged_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("direction IN ('max', 'min')", name=op.f("ck_risk_limit_direction")),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_risk_limit_portfolio_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["set_by_id"], ["user_account.id"], name=op.f("fk_risk_limit_set_by_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_risk_limit_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_limit")),
        sa.UniqueConstraint(
            "portfolio_id", "metric", "direction", name=op.f("uq_risk_limit_portfolio_id_metric_direction")
        ),
    )
    op.create_index(op.f("ix_risk_limit_tenant_id"), "risk_limit", ["tenant_id"], unique=False)

    op.create_table(
        "risk_day",
        sa.Column("portfolio_id", sa.String(length=36), nullable=False),
        sa.Column("metric", sa.String(length=60), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("is_unbounded", sa.Boolean(), nullable=False),
        sa.Column("is_stale", sa.Boolean(), nullable=False),
        sa.Column("is_recomputed", sa.Boolean(), nullable=False),
        sa.Column("engine_version", sa.String(length=40), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_risk_day_portfolio_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_risk_day_tenant_id")),
        sa.PrimaryKeyConstraint("portfolio_id", "metric", "measured_on", name=op.f("pk_risk_day")),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "risk_forecast",
        sa.Column("portfolio_id", sa.String(length=36), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("method", sa.String(length=30), nullable=False),
        sa.Column("level_frac", sa.Double(), nullable=False),
        sa.Column("horizon_days", sa.Integer(), nullable=False),
        sa.Column("var_frac", sa.Double(), nullable=False),
        sa.Column("es_frac", sa.Double(), nullable=True),
        sa.Column("engine_version", sa.String(length=40), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_risk_forecast_portfolio_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_risk_forecast_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_forecast")),
        sa.UniqueConstraint(
            "portfolio_id", "made_on", "method", "level_frac", "horizon_days", name="uq_risk_forecast_key"
        ),
    )
    op.create_index("ix_risk_forecast_days", "risk_forecast", ["portfolio_id", "horizon_days", "made_on"], unique=False)

    op.create_table(
        "risk_model",
        sa.Column("portfolio_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("fitted_on", sa.Date(), nullable=False),
        sa.Column("ledger_number", sa.Integer(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("engine_version", sa.String(length=40), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_risk_model_portfolio_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_risk_model_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_model")),
        sa.UniqueConstraint("portfolio_id", "kind", name=op.f("uq_risk_model_portfolio_id_kind")),
    )
    op.create_index(op.f("ix_risk_model_tenant_id"), "risk_model", ["tenant_id"], unique=False)
