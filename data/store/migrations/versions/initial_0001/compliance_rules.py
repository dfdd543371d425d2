"""Rules of compliance, their versions, and deviations of clients and portfolios: tables of the first migration."""

import sqlalchemy as sa
from alembic import op

TABLES = ("rule", "rule_version", "rule_override")
_REFUSAL = "what was decided about a rule is never changed"
_DECIDED = ("rule_version", "rule_override")


def create() -> None:
    """Create them, with triggers that refuse every change of what was decided."""
    _rule()
    _rule_version()
    _rule_override()
    _guard()


def drop_guards() -> None:
    """Drop what outlives the tables."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_rule_change()")


def _rule() -> None:
    op.create_table(
        "rule",
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("pack", sa.String(length=40), nullable=True),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("scope_key", sa.String(length=36), nullable=False),
        sa.Column("client_id", sa.String(length=36), nullable=True),
        sa.Column("portfolio_id", sa.String(length=36), nullable=True),
        sa.Column("latest_version", sa.Integer(), nullable=False),
        sa.Column("approved_version", sa.Integer(), nullable=True),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("created_by_id", sa.String(length=36), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("scope IN ('house', 'client', 'portfolio')", name=op.f("ck_rule_scope")),
        sa.CheckConstraint(
            "(scope = 'house' AND client_id IS NULL AND portfolio_id IS NULL)"
            " OR (scope = 'client' AND client_id IS NOT NULL AND portfolio_id IS NULL)"
            " OR (scope = 'portfolio' AND client_id IS NULL AND portfolio_id IS NOT NULL)",
            name=op.f("ck_rule_scope_object"),
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_rule_client_id")),
        sa.ForeignKeyConstraint(["portfolio_id"], ["portfolio.id"], name=op.f("fk_rule_portfolio_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_rule_created_by_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_rule_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule")),
        sa.UniqueConstraint("tenant_id", "scope_key", "code", name="uq_rule_code"),
    )
    op.create_index(op.f("ix_rule_client_id"), "rule", ["client_id"], unique=False)
    op.create_index(op.f("ix_rule_portfolio_id"), "rule", ["portfolio_id"], unique=False)
    op.create_index(op.f("ix_rule_tenant_id"), "rule", ["tenant_id"], unique=False)


def _rule_version() -> None:
    op.create_table(
        "rule_version",
        sa.Column("rule_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("is_retirement", sa.Boolean(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("applies_to", sa.JSON(), nullable=False),
        sa.Column("cases", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("made_by_id", sa.String(length=36), nullable=True),
        sa.Column("maker_ids", sa.JSON(), nullable=False),
        sa.Column("proposed_by_id", sa.String(length=36), nullable=True),
        sa.Column("proposed_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.String(length=36), nullable=True),
        sa.Column("decided_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("dry_run", sa.JSON(), nullable=True),
        sa.Column("dry_run_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'proposed', 'approved', 'rejected', 'withdrawn')", name=op.f("ck_rule_version_state")
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_rule_version_rule_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_rule_version_made_by_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["user_account.id"], name=op.f("fk_rule_version_proposed_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_rule_version_decided_by_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_rule_version_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_version")),
        sa.UniqueConstraint("rule_id", "version", name=op.f("uq_rule_version_rule_id_version")),
    )
    op.create_index("ix_rule_version_decided", "rule_version", ["tenant_id", "state", "decided_at_utc"], unique=False)
    op.create_index(op.f("ix_rule_version_tenant_id"), "rule_version", ["tenant_id"], unique=False)


def _rule_override() -> None:
    op.create_table(
        "rule_override",
        sa.Column("rule_id", sa.String(length=36), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("client_id", sa.String(length=36), nullable=True),
        sa.Column("portfolio_id", sa.String(length=36), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("effect", sa.String(length=10), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_by_id", sa.String(length=36), nullable=True),
        sa.Column("decided_by_id", sa.String(length=36), nullable=True),
        sa.Column("decided_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("scope IN ('client', 'portfolio')", name=op.f("ck_rule_override_scope")),
        sa.CheckConstraint(
            "(scope = 'client' AND client_id IS NOT NULL AND portfolio_id IS NULL)"
            " OR (scope = 'portfolio' AND client_id IS NULL AND portfolio_id IS NOT NULL)",
            name=op.f("ck_rule_override_scope_object"),
        ),
        sa.CheckConstraint("kind IN ('figures', 'exempt', 'inherit')", name=op.f("ck_rule_override_kind")),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'rejected', 'withdrawn')", name=op.f("ck_rule_override_state")
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_rule_override_rule_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_rule_override_client_id")),
        sa.ForeignKeyConstraint(["portfolio_id"], ["portfolio.id"], name=op.f("fk_rule_override_portfolio_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_rule_override_made_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_rule_override_decided_by_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_rule_override_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_override")),
    )
    op.create_index("ix_rule_override_rule", "rule_override", ["rule_id", "state", "decided_at_utc"], unique=False)
    op.create_index(op.f("ix_rule_override_client_id"), "rule_override", ["client_id"], unique=False)
    op.create_index(op.f("ix_rule_override_portfolio_id"), "rule_override", ["portfolio_id"], unique=False)
    op.create_index(op.f("ix_rule_override_tenant_id"), "rule_override", ["tenant_id"], unique=False)


def _guard() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_rule_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        for table in _DECIDED:
            op.execute(
                f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW "
                "WHEN (OLD.decided_at_utc IS NOT NULL) EXECUTE FUNCTION refuse_rule_change()"
            )
        return
    for table in _DECIDED:
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN OLD.decided_at_utc IS NOT NULL "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )
