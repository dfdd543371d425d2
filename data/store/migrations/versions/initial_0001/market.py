"""Assets, prices, rates and benchmarks: the tables of the first migration."""

import sqlalchemy as sa
from alembic import op

from data.store.migrations.versions.initial_0001.columns import EXACT

TABLES = (
    "issuer_group",
    "issuer",
    "asset",
    "asset_identifier",
    "asset_classification",
    "ingest_batch",
    "asset_attribute",
    "corporate_action",
    "benchmark",
    "benchmark_weight",
    "benchmark_blend",
    "price_bar",
    "price_series",
    "price_withdrawal",
    "fx_rate",
)


def create() -> None:
    """Create them, parents first."""
    op.create_table(
        "issuer_group",
        sa.Column("tenant_id", sa.String(length=36), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_issuer_group_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issuer_group")),
    )
    op.create_index(op.f("ix_issuer_group_tenant_id"), "issuer_group", ["tenant_id"], unique=False)

    op.create_table(
        "issuer",
        sa.Column("tenant_id", sa.String(length=36), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("lei", sa.String(length=20), nullable=True),
        sa.Column("issuer_group_id", sa.String(length=36), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["issuer_group_id"], ["issuer_group.id"], name=op.f("fk_issuer_issuer_group_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_issuer_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issuer")),
    )
    op.create_index(op.f("ix_issuer_issuer_group_id"), "issuer", ["issuer_group_id"], unique=False)
    op.create_index(op.f("ix_issuer_tenant_id"), "issuer", ["tenant_id"], unique=False)

    op.create_table(
        "asset",
        sa.Column("tenant_id", sa.String(length=36), nullable=True),
        sa.Column("symbol", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("asset_class", sa.String(length=32), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("exchange", sa.String(length=20), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("sector", sa.String(length=80), nullable=True),
        sa.Column("industry", sa.String(length=120), nullable=True),
        sa.Column("issuer_id", sa.String(length=36), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuer.id"], name=op.f("fk_asset_issuer_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_asset_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
        sa.UniqueConstraint("tenant_id", "symbol", name=op.f("uq_asset_tenant_id_symbol")),
    )
    op.create_index(op.f("ix_asset_issuer_id"), "asset", ["issuer_id"], unique=False)
    op.create_index(
        "uq_asset_shared_symbol",
        "asset",
        ["symbol"],
        unique=True,
        sqlite_where=sa.text("tenant_id IS NULL"),
        postgresql_where=sa.text("tenant_id IS NULL"),
    )

    op.create_table(
        "asset_identifier",
        sa.Column("asset_id", sa.String(length=36), nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_asset_identifier_asset_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_identifier")),
    )
    op.create_index(op.f("ix_asset_identifier_asset_id"), "asset_identifier", ["asset_id"], unique=False)
    op.create_index("ix_asset_identifier_value", "asset_identifier", ["scheme", "value"], unique=False)

    op.create_table(
        "asset_classification",
        sa.Column("asset_id", sa.String(length=36), nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_asset_classification_asset_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_classification")),
    )
    op.create_index(op.f("ix_asset_classification_asset_id"), "asset_classification", ["asset_id"], unique=False)

    op.create_table(
        "ingest_batch",
        sa.Column("tenant_id", sa.String(length=36), nullable=True),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("finished_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rows_count", sa.Integer(), nullable=False),
        sa.Column("read_count", sa.Integer(), nullable=False),
        sa.Column("expected_count", sa.Integer(), nullable=False),
        sa.Column("stored_count", sa.Integer(), nullable=False),
        sa.Column("rejected_count", sa.Integer(), nullable=False),
        sa.Column("checksum", sa.String(length=16), nullable=True),
        sa.Column("fence_count", sa.Integer(), nullable=False),
        sa.Column("updated_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("lineage", sa.JSON(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_ingest_batch_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ingest_batch")),
    )
    op.create_index(op.f("ix_ingest_batch_provider"), "ingest_batch", ["provider"], unique=False)
    op.create_index(op.f("ix_ingest_batch_tenant_id"), "ingest_batch", ["tenant_id"], unique=False)
    op.create_index(op.f("ix_ingest_batch_updated_at_utc"), "ingest_batch", ["updated_at_utc"], unique=False)

    op.create_table(
        "asset_attribute",
        sa.Column("tenant_id", sa.String(length=36), nullable=True),
        sa.Column("asset_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=True),
        sa.Column("valid_on", sa.Date(), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=True),
        sa.Column("knowledge_time_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("batch_id", sa.String(length=36), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_asset_attribute_asset_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["ingest_batch.id"], name=op.f("fk_asset_attribute_batch_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_asset_attribute_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_attribute")),
    )
    op.create_index(
        "ix_asset_attribute_lookup",
        "asset_attribute",
        ["asset_id", "name", "valid_on", "knowledge_time_utc"],
        unique=False,
    )

    op.create_table(
        "corporate_action",
        sa.Column("tenant_id", sa.String(length=36), nullable=True),
        sa.Column("asset_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("ex_date", sa.Date(), nullable=False),
        sa.Column("pay_date", sa.Date(), nullable=True),
        sa.Column("amount_ccy", EXACT, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("ratio", EXACT, nullable=True),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("knowledge_time_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("batch_id", sa.String(length=36), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_corporate_action_asset_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["ingest_batch.id"], name=op.f("fk_corporate_action_batch_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_corporate_action_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corporate_action")),
    )
    op.create_index("ix_corporate_action_day", "corporate_action", ["asset_id", "ex_date"], unique=False)

    op.create_table(
        "benchmark",
        sa.Column("tenant_id", sa.String(length=36), nullable=True),
        sa.Column("symbol", sa.String(length=40), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("asset_id", sa.String(length=36), nullable=True),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("rebalancing", sa.String(length=12), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('index', 'weights', 'blend')", name=op.f("ck_benchmark_kind")),
        sa.CheckConstraint(
            "rebalancing IN ('daily', 'monthly', 'quarterly', 'yearly', 'never')", name=op.f("ck_benchmark_rebalancing")
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_benchmark_asset_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_benchmark_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benchmark")),
    )
    op.create_index(op.f("ix_benchmark_tenant_id"), "benchmark", ["tenant_id"], unique=False)

    op.create_table(
        "benchmark_weight",
        sa.Column("tenant_id", sa.String(length=36), nullable=True),
        sa.Column("benchmark_id", sa.String(length=36), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("asset_id", sa.String(length=36), nullable=False),
        sa.Column("weight_frac", sa.Double(), nullable=False),
        sa.Column("batch_id", sa.String(length=36), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_benchmark_weight_asset_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["ingest_batch.id"], name=op.f("fk_benchmark_weight_batch_id")),
        sa.ForeignKeyConstraint(
            ["benchmark_id"], ["benchmark.id"], name=op.f("fk_benchmark_weight_benchmark_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_benchmark_weight_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benchmark_weight")),
    )
    op.create_index("ix_benchmark_weight_lookup", "benchmark_weight", ["benchmark_id", "effective_on"], unique=False)
    op.create_index("ix_benchmark_weight_batch", "benchmark_weight", ["batch_id"], unique=False)

    op.create_table(
        "benchmark_blend",
        sa.Column("benchmark_id", sa.String(length=36), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("component_id", sa.String(length=36), nullable=False),
        sa.Column("share_frac", EXACT, nullable=False),
        sa.ForeignKeyConstraint(
            ["benchmark_id"], ["benchmark.id"], name=op.f("fk_benchmark_blend_benchmark_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["component_id"], ["benchmark.id"], name=op.f("fk_benchmark_blend_component_id")),
        sa.PrimaryKeyConstraint("benchmark_id", "effective_on", "component_id", name=op.f("pk_benchmark_blend")),
    )

    op.create_table(
        "price_bar",
        sa.Column("tenant_scope", sa.String(length=36), nullable=False),
        sa.Column("asset_id", sa.String(length=36), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("frequency", sa.String(length=4), nullable=False),
        sa.Column("session_date", sa.Date(), nullable=False),
        sa.Column("event_time_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("knowledge_time_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("close", sa.Double(), nullable=False),
        sa.Column("adjusted_close", sa.Double(), nullable=False),
        sa.Column("volume", sa.Double(), nullable=True),
        sa.Column("batch_id", sa.String(length=36), nullable=True),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_price_bar_asset_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["batch_id"], ["ingest_batch.id"], name=op.f("fk_price_bar_batch_id")),
        sa.PrimaryKeyConstraint(
            "tenant_scope",
            "asset_id",
            "provider",
            "frequency",
            "session_date",
            "event_time_utc",
            "knowledge_time_utc",
            name=op.f("pk_price_bar"),
        ),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "price_series",
        sa.Column("tenant_scope", sa.String(length=36), nullable=False),
        sa.Column("asset_id", sa.String(length=36), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("frequency", sa.String(length=4), nullable=False),
        sa.Column("observations_count", sa.Integer(), nullable=False),
        sa.Column("first_date", sa.Date(), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=False),
        sa.Column("last_close", sa.Double(), nullable=False),
        sa.Column("previous_close", sa.Double(), nullable=True),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("knowledge_time_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("dates", sa.LargeBinary(), nullable=False),
        sa.Column("close", sa.LargeBinary(), nullable=False),
        sa.Column("adjusted_close", sa.LargeBinary(), nullable=False),
        sa.Column("volume", sa.LargeBinary(), nullable=True),
        sa.Column("revision_count", sa.Integer(), nullable=False),
        sa.Column("flags", sa.LargeBinary(), nullable=True),
        sa.Column("open", sa.LargeBinary(), nullable=True),
        sa.Column("high", sa.LargeBinary(), nullable=True),
        sa.Column("low", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_price_series_asset_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tenant_scope", "asset_id", "provider", "frequency", name=op.f("pk_price_series")),
    )

    op.create_table(
        "price_withdrawal",
        sa.Column("tenant_scope", sa.String(length=36), nullable=False),
        sa.Column("asset_id", sa.String(length=36), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("frequency", sa.String(length=4), nullable=False),
        sa.Column("batch_id", sa.String(length=36), nullable=False),
        sa.Column("withdrawn_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_price_withdrawal_asset_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["ingest_batch.id"], name=op.f("fk_price_withdrawal_batch_id")),
        sa.PrimaryKeyConstraint(
            "tenant_scope", "asset_id", "provider", "frequency", "batch_id", name=op.f("pk_price_withdrawal")
        ),
    )

    op.create_table(
        "fx_rate",
        sa.Column("tenant_scope", sa.String(length=36), nullable=False),
        sa.Column("base", sa.String(length=3), nullable=False),
        sa.Column("quote", sa.String(length=3), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("rate_date", sa.Date(), nullable=False),
        sa.Column("knowledge_time_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rate", sa.Double(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("batch_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["ingest_batch.id"], name=op.f("fk_fx_rate_batch_id")),
        sa.PrimaryKeyConstraint(
            "tenant_scope", "base", "quote", "provider", "rate_date", "knowledge_time_utc", name=op.f("pk_fx_rate")
        ),
        sqlite_with_rowid=False,
    )
