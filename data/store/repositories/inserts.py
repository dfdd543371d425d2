"""How is a row written when another may hold its key already?"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, Table, Text, bindparam, cast
from sqlalchemy.dialects import postgresql, sqlite

from data.store.repositories.context import UnitContext


def insert_new(context: UnitContext, model: Any, values: Mapping[str, Any]) -> bool:
    """Insert one row unless its key exists; return whether it was inserted. Never breaks the transaction."""
    table: Table = model.__table__
    insert: Any = postgresql.insert(table) if context.dialect == "postgresql" else sqlite.insert(table)
    key = next(iter(table.primary_key.columns))
    done = context.session.execute(insert.values(dict(values)).on_conflict_do_nothing().returning(key))
    return done.first() is not None


def upsert(
    context: UnitContext, model: Any, rows: Sequence[Mapping[str, Any]], *, written: Collection[str] = ()
) -> None:
    """Insert rows, replacing every column of those whose primary key exists; all rows have the same columns.

    Parameters
    ----------
    written : collection of str
        Columns for JSON that come as its text, which whoever made the document writes faster.
    """
    if not rows:
        return
    table: Table = model.__table__
    insert: Any = postgresql.insert(table) if context.dialect == "postgresql" else sqlite.insert(table)
    keys = [column.name for column in table.primary_key.columns]
    replaced = {name: insert.excluded[name] for name in rows[0] if name not in keys}
    if written:
        texts = {name: bindparam(name, type_=Text()) for name in written}
        is_text = context.dialect != "postgresql"  # there a text is no JSON before it is cast
        others: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name not in texts}
        documents = texts if is_text else {name: cast(one, JSON()) for name, one in texts.items()}
        insert = insert.values({**others, **documents})
    statement = insert.on_conflict_do_update(index_elements=keys, set_=replaced)
    context.session.connection().execute(statement, [dict(row) for row in rows])
