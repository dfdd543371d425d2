"""How is a row written when another may hold its key already?"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from data.store.repositories.context import UnitContext


def insert_new(context: UnitContext, model: Any, values: Mapping[str, Any]) -> bool:
    """Insert one row unless its key exists; return whether it was inserted. Never breaks the transaction."""
    table: Table = model.__table__
    insert: Any = postgresql.insert(table) if context.dialect == "postgresql" else sqlite.insert(table)
    key = next(iter(table.primary_key.columns))
    done = context.session.execute(insert.values(dict(values)).on_conflict_do_nothing().returning(key))
    return done.first() is not None


def upsert(context: UnitContext, model: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, replacing every column of those whose primary key exists; all rows have the same columns."""
    if not rows:
        return
    table: Table = model.__table__
    insert: Any = postgresql.insert(table) if context.dialect == "postgresql" else sqlite.insert(table)
    keys = [column.name for column in table.primary_key.columns]
    replaced = {name: insert.excluded[name] for name in rows[0] if name not in keys}
    statement = insert.on_conflict_do_update(index_elements=keys, set_=replaced)
    context.session.connection().execute(statement, [dict(row) for row in rows])
