"""What does a table get when its page is told of a change: only what differs, so that what is chosen in it stays?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import ctx, no_update

from components.ids import Shell

Row = Mapping[str, Any]


def renewed(rows: Sequence[Row], before: Sequence[Row] | None) -> tuple[Any, Any]:
    """Return ``rowData`` and ``rowTransaction`` of a table whose rows have an ``id``.

    A table that gets all its rows anew forgets for a moment what is chosen in it, and with it the form beside it. Rows
    that are new come first until the table is opened again.
    """
    if ctx.triggered_id != Shell.RESYNC or not before:
        return list(rows), no_update
    known, now = {row["id"]: row for row in before}, {row["id"] for row in rows}
    changes = {
        "add": [row for row in rows if row["id"] not in known],
        "update": [row for row in rows if row["id"] in known and row != known[row["id"]]],
        "remove": [row for row in before if row["id"] not in now],
    }
    found = {name: part for name, part in changes.items() if part}
    return no_update, {**found, "addIndex": 0, "async": False} if found else no_update


def chosen_anew(shown: str | None, kept: str | None, row_data: Any) -> Any:
    """Return ``selectedRows`` for one row: nothing is written where the table stands and its choice does."""
    if row_data is no_update and shown == kept:
        return no_update
    return {"ids": [shown]} if shown else []
