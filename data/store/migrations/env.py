"""How does Alembic run inside the connection that the store hands it?"""

from alembic import context

import data.store.tables  # noqa: F401 - fills the metadata
from data.store.base import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    compare_type=True,
    transactional_ddl=True,  # the store begins and ends the transaction, on SQLite too
)
with context.begin_transaction():
    context.run_migrations()
