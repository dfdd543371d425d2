"""Breaches of rules, what happened to them, and what is let stand: tables of the first migration."""

import sqlalchemy as sa
from alembic import op

TABLES = ("breach", "breach_event", "breach_override", "breach_rule_watch")
_REFUSAL = "what happened to a breach is never changed"


def create() -> None:
    """Create them, with a trigger that refuses every change of a breach's history."""
    _breach()
    _breach_event()
    _breach_override()
    _breach_rule_watch()
    _guard()


def drop_guards() -> None:
    """Drop what outlives the tables."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_breach_change()")


def _breach() -> None:
    op.create_table(
        "breach",
        sa.Column("portfolio_id", sa.String(length=36), nullable=False),
        sa.Column("rule_id", sa.String(length=36), nullable=False),
        sa.Column("group_name", sa.String(length=200), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("wording_sha256", sa.String(length=64), nullable=False),
        sa.Column("rule_title", sa.String(length=160), nullable=False),
        sa.Column("rule_facts", sa.JSON(), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("severity_rank", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=14), nullable=False),
        sa.Column("status_since_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_unjudged", sa.Boolean(), nullable=False),
        sa.Column("cause", sa.String(length=7), nullable=True),
        sa.Column("operator", sa.String(length=2), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("limit_value", sa.Double(), nullable=True),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("least", sa.Double(), nullable=True),
        sa.Column("most", sa.Double(), nullable=True),
        sa.Column("worst_value", sa.Double(), nullable=True),
        sa.Column("step_value", sa.Double(), nullable=True),
        sa.Column("worsened_on", sa.Date(), nullable=True),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("unjudged_groups", sa.JSON(), nullable=False),
        sa.Column("opened_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cure_by", sa.Date(), nullable=True),
        sa.Column("judged_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reopened_count", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=True),
        sa.Column("acknowledged_by_id", sa.String(length=36), nullable=True),
        sa.Column("acknowledged_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("plan", sa.JSON(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("cured_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cured_by", sa.String(length=20), nullable=True),
        sa.Column("closed_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.String(length=36), nullable=True),
        sa.Column("close_reason", sa.Text(), nullable=True),
        sa.Column("escalation_level", sa.Integer(), nullable=False),
        sa.Column("escalated_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_since", sa.Date(), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("cause IS NULL OR cause IN ('active', 'passive')", name=op.f("ck_breach_cause")),
        sa.CheckConstraint(
            "cured_by IS NULL OR cured_by IN ('mending', 'rule_change', 'deviation')", name=op.f("ck_breach_cured_by")
        ),
        sa.CheckConstraint("severity IN ('info', 'warning', 'soft', 'hard')", name=op.f("ck_breach_severity")),
        sa.CheckConstraint(
            "status IN ('open', 'acknowledged', 'in_remediation', 'overridden', 'grandfathered', 'cured', 'closed')",
            name=op.f("ck_breach_status"),
        ),
        sa.ForeignKeyConstraint(["acknowledged_by_id"], ["user_account.id"], name=op.f("fk_breach_acknowledged_by_id")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["user_account.id"], name=op.f("fk_breach_closed_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_breach_owner_id")),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_breach_portfolio_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_breach_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach")),
    )
    op.create_index(op.f("ix_breach_owner_id"), "breach", ["owner_id"], unique=False)
    op.create_index("ix_breach_queue", "breach", ["tenant_id", "severity_rank", "opened_at_utc", "id"], unique=False)
    op.create_index(op.f("ix_breach_tenant_id"), "breach", ["tenant_id"], unique=False)
    op.create_index(
        "uq_breach_live",
        "breach",
        ["portfolio_id", "rule_id", "group_name"],
        unique=True,
        sqlite_where=sa.text("status <> 'closed'"),
        postgresql_where=sa.text("status <> 'closed'"),
    )


def _breach_event() -> None:
    op.create_table(
        "breach_event",
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("breach_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("actor_id", sa.String(length=36), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("status_before", sa.String(length=14), nullable=True),
        sa.Column("status_after", sa.String(length=14), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("limit_value", sa.Double(), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["breach_id"], ["breach.id"], name=op.f("fk_breach_event_breach_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_breach_event_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_event")),
        sa.UniqueConstraint("breach_id", "number", name=op.f("uq_breach_event_breach_id_number")),
    )


def _breach_override() -> None:
    op.create_table(
        "breach_override",
        sa.Column("breach_id", sa.String(length=36), nullable=False),
        sa.Column("portfolio_id", sa.String(length=36), nullable=False),
        sa.Column("rule_id", sa.String(length=36), nullable=False),
        sa.Column("group_name", sa.String(length=200), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("wording_sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("level", sa.Double(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("requested_by_id", sa.String(length=36), nullable=False),
        sa.Column("requested_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("needs_second_person", sa.Boolean(), nullable=False),
        sa.Column("decided_by_id", sa.String(length=36), nullable=True),
        sa.Column("decided_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("ended_by_id", sa.String(length=36), nullable=True),
        sa.Column("ended_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('requested', 'approved', 'rejected', 'withdrawn', 'expired', 'ended')",
            name=op.f("ck_breach_override_state"),
        ),
        sa.CheckConstraint(
            "NOT needs_second_person OR decided_by_id IS NULL OR decided_by_id <> requested_by_id",
            name=op.f("ck_breach_override_second_person"),
        ),
        sa.ForeignKeyConstraint(
            ["breach_id"], ["breach.id"], name=op.f("fk_breach_override_breach_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_breach_override_decided_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user_account.id"], name=op.f("fk_breach_override_ended_by_id")),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_breach_override_portfolio_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["user_account.id"], name=op.f("fk_breach_override_requested_by_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_breach_override_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_override")),
    )
    op.create_index(op.f("ix_breach_override_breach_id"), "breach_override", ["breach_id"], unique=False)
    op.create_index(op.f("ix_breach_override_portfolio_id"), "breach_override", ["portfolio_id"], unique=False)
    op.create_index(op.f("ix_breach_override_tenant_id"), "breach_override", ["tenant_id"], unique=False)
    op.create_index(
        "uq_breach_override_live",
        "breach_override",
        ["breach_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('requested', 'approved')"),
        postgresql_where=sa.text("state IN ('requested', 'approved')"),
    )


def _breach_rule_watch() -> None:
    op.create_table(
        "breach_rule_watch",
        sa.Column("portfolio_id", sa.String(length=36), nullable=False),
        sa.Column("rule_id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("wording_sha256", sa.String(length=64), nullable=False),
        sa.Column("first_judged_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolio.id"], name=op.f("fk_breach_rule_watch_portfolio_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_breach_rule_watch_tenant_id")),
        sa.PrimaryKeyConstraint("portfolio_id", "rule_id", name=op.f("pk_breach_rule_watch")),
        sqlite_with_rowid=False,
    )


def _guard() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_breach_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        op.execute(
            "CREATE TRIGGER breach_event_no_update BEFORE UPDATE ON breach_event "
            "FOR EACH ROW EXECUTE FUNCTION refuse_breach_change()"
        )
        return
    op.execute(
        "CREATE TRIGGER breach_event_no_update BEFORE UPDATE ON breach_event "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    )
