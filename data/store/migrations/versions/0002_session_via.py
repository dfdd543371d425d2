"""Sign-ins say whether a browser or a program has them; those from before count as a browser's."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, filled."""
    with op.batch_alter_table("user_session") as table:
        table.add_column(sa.Column("via", sa.String(length=20), nullable=True))
    op.execute("UPDATE user_session SET via = 'session'")
    with op.batch_alter_table("user_session") as table:
        table.alter_column("via", existing_type=sa.String(length=20), nullable=False)


def downgrade() -> None:
    """Take the column away."""
    with op.batch_alter_table("user_session") as table:
        table.drop_column("via")
