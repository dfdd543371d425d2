"""Imports of holdings, their templates and aliases: tables of the first migration."""

import sqlalchemy as sa
from alembic import op

TABLES = ("holdings_import", "import_template", "import_alias")


def _owned(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f(f"fk_{table}_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def create() -> None:
    """Create them, parents first."""
    op.create_table(
        "holdings_import",
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("imported_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_name", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_holdings_import_owner_id")),
        *_owned("holdings_import"),
    )
    op.create_index(op.f("ix_holdings_import_owner_id"), "holdings_import", ["owner_id"], unique=False)
    op.create_index(op.f("ix_holdings_import_tenant_id"), "holdings_import", ["tenant_id"], unique=False)
    op.create_table(
        "import_template",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("made_by_id", sa.String(length=36), nullable=True),
        sa.Column("used_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_import_template_made_by_id")),
        sa.UniqueConstraint(
            "tenant_id", "kind", "fingerprint", name=op.f("uq_import_template_tenant_id_kind_fingerprint")
        ),
        *_owned("import_template"),
    )
    op.create_index(op.f("ix_import_template_tenant_id"), "import_template", ["tenant_id"], unique=False)
    op.create_table(
        "import_alias",
        sa.Column("text", sa.String(length=120), nullable=False),
        sa.Column("asset_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_import_alias_asset_id"), ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "text", name=op.f("uq_import_alias_tenant_id_text")),
        *_owned("import_alias"),
    )
    op.create_index(op.f("ix_import_alias_asset_id"), "import_alias", ["asset_id"], unique=False)
    op.create_index(op.f("ix_import_alias_tenant_id"), "import_alias", ["tenant_id"], unique=False)
