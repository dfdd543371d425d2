"""Templates, schedules, alerts, events and audit: the tables of the first migration."""

import sqlalchemy as sa
from alembic import op

from data.store.migrations.versions.initial_0001.columns import SEQUENCE

TABLES = (
    "template",
    "template_version",
    "schedule",
    "schedule_fire",
    "scheduler_lease",
    "alert",
    "notification",
    "mail_message",
    "event_outbox",
    "audit_event",
    "audit_head",
)


def create() -> None:
    """Create them, parents first."""
    op.create_table(
        "template",
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("sharing", sa.String(length=10), nullable=False),
        sa.Column("team_id", sa.String(length=36), nullable=True),
        sa.Column("current_version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("deleted_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_template_owner_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_template_team_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_template_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template")),
    )
    op.create_index(op.f("ix_template_owner_id"), "template", ["owner_id"], unique=False)
    op.create_index(op.f("ix_template_tenant_id"), "template", ["tenant_id"], unique=False)

    op.create_table(
        "template_version",
        sa.Column("template_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("request_json", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("made_by_id", sa.String(length=36), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_template_version_made_by_id")),
        sa.ForeignKeyConstraint(
            ["template_id"], ["template.id"], name=op.f("fk_template_version_template_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_template_version_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_version")),
        sa.UniqueConstraint("template_id", "version", name=op.f("uq_template_version_template_id_version")),
    )
    op.create_index(op.f("ix_template_version_tenant_id"), "template_version", ["tenant_id"], unique=False)

    op.create_table(
        "schedule",
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("request_json", sa.Text(), nullable=False),
        sa.Column("trigger", sa.JSON(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("portfolio_id", sa.String(length=36), nullable=True),
        sa.Column("template_version_id", sa.String(length=36), nullable=True),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("next_fire_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_fire_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("deleted_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_schedule_owner_id")),
        sa.ForeignKeyConstraint(["portfolio_id"], ["portfolio.id"], name=op.f("fk_schedule_portfolio_id")),
        sa.ForeignKeyConstraint(
            ["template_version_id"], ["template_version.id"], name=op.f("fk_schedule_template_version_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_schedule_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
    )
    op.create_index(op.f("ix_schedule_owner_id"), "schedule", ["owner_id"], unique=False)
    op.create_index(op.f("ix_schedule_portfolio_id"), "schedule", ["portfolio_id"], unique=False)
    op.create_index(op.f("ix_schedule_tenant_id"), "schedule", ["tenant_id"], unique=False)

    op.create_table(
        "schedule_fire",
        sa.Column("schedule_id", sa.String(length=36), nullable=False),
        sa.Column("fire_time_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_schedule_fire_run_id")),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_schedule_fire_schedule_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("schedule_id", "fire_time_utc", name=op.f("pk_schedule_fire")),
    )

    op.create_table(
        "scheduler_lease",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("until_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_scheduler_lease")),
    )

    op.create_table(
        "alert",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=True),
        sa.Column("portfolio_id", sa.String(length=36), nullable=True),
        sa.Column("object_kind", sa.String(length=40), nullable=True),
        sa.Column("object_id", sa.String(length=36), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("occurrences_count", sa.Integer(), nullable=False),
        sa.Column("last_seen_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_since_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_by_id", sa.String(length=36), nullable=True),
        sa.Column("acknowledged_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("severity IN ('info', 'warning', 'soft', 'hard')", name=op.f("ck_alert_severity")),
        sa.CheckConstraint(
            "state IN ('pending', 'firing', 'acknowledged', 'snoozed', 'recovering', 'no_data', 'resolved')",
            name=op.f("ck_alert_state"),
        ),
        sa.ForeignKeyConstraint(["acknowledged_by_id"], ["user_account.id"], name=op.f("fk_alert_acknowledged_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_alert_owner_id")),
        sa.ForeignKeyConstraint(["portfolio_id"], ["portfolio.id"], name=op.f("fk_alert_portfolio_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_alert_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    op.create_index("ix_alert_list", "alert", ["tenant_id", "created_at_utc", "id"], unique=False)
    op.create_index(op.f("ix_alert_owner_id"), "alert", ["owner_id"], unique=False)
    op.create_index(op.f("ix_alert_portfolio_id"), "alert", ["portfolio_id"], unique=False)
    op.create_index(op.f("ix_alert_tenant_id"), "alert", ["tenant_id"], unique=False)
    op.create_index(
        "uq_alert_open_key",
        "alert",
        ["tenant_id", "key"],
        unique=True,
        sqlite_where=sa.text("state <> 'resolved'"),
        postgresql_where=sa.text("state <> 'resolved'"),
    )

    op.create_table(
        "notification",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("link", sa.String(length=300), nullable=True),
        sa.Column("alert_id", sa.String(length=36), nullable=True),
        sa.Column("run_id", sa.String(length=36), nullable=True),
        sa.Column("read_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_notification_alert_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_notification_run_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_notification_tenant_id")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_notification_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
    )
    op.create_index("ix_notification_list", "notification", ["user_id", "created_at_utc", "id"], unique=False)
    op.create_index(op.f("ix_notification_tenant_id"), "notification", ["tenant_id"], unique=False)

    op.create_table(
        "mail_message",
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("attempts_count", sa.Integer(), nullable=False),
        sa.Column("sent_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_mail_message_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_message")),
    )
    op.create_index(op.f("ix_mail_message_status"), "mail_message", ["status"], unique=False)
    op.create_index(op.f("ix_mail_message_tenant_id"), "mail_message", ["tenant_id"], unique=False)

    op.create_table(
        "event_outbox",
        sa.Column("seq", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=True),
        sa.Column("portfolio_id", sa.String(length=36), nullable=True),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_event_outbox_tenant_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event_outbox")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_outbox_tenant", "event_outbox", ["tenant_id", "seq"], unique=False)

    op.create_table(
        "audit_event",
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("occurred_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=36), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.Column("ip", sa.String(length=64), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("object_kind", sa.String(length=40), nullable=True),
        sa.Column("object_id", sa.String(length=64), nullable=True),
        sa.Column("before_json", sa.Text(), nullable=True),
        sa.Column("after_json", sa.Text(), nullable=True),
        sa.Column("previous_mac", sa.String(length=64), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "seq", name=op.f("pk_audit_event")),
        sa.UniqueConstraint("id", name=op.f("uq_audit_event_id")),
    )
    op.create_index(op.f("ix_audit_event_actor_id"), "audit_event", ["actor_id"], unique=False)
    op.create_index(op.f("ix_audit_event_object_id"), "audit_event", ["object_id"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_audit_head")),
    )
