"""The whole data model, from an empty database."""

from alembic import op

from data.store.migrations.versions.initial_0001 import (
    analyses,
    breaches,
    compliance_checks,
    compliance_rules,
    deliveries,
    guards,
    holdings_imports,
    market,
    operations,
    people,
    portfolio_notes,
    portfolios,
    quality,
    rebalancings,
    records,
    restrictions,
    risk,
    sources,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_PARTS = (
    people,
    market,
    deliveries,
    portfolios,
    portfolio_notes,
    holdings_imports,
    operations,
    sources,
    quality,
    analyses,
    risk,
    compliance_checks,
    compliance_rules,
    breaches,
    restrictions,
    records,
    rebalancings,
)


def upgrade() -> None:
    for part in _PARTS:
        part.create()
    guards.create()


def downgrade() -> None:
    for part in reversed(_PARTS):
        for table in reversed(part.TABLES):
            op.drop_table(table)
    guards.drop()
    breaches.drop_guards()
    compliance_rules.drop_guards()
