"""What makes a file of the one table that was asked for?"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from dash import Input, State, callback
from pydantic import ValidationError

from callbacks.actor import actor, services
from callbacks.present_file import handed
from components.ids import Shell
from services.exports_taken import Provenance, facts_of, sheet_of, taken_of


@callback(
    Input(Shell.TAKE, "data"),
    State(Shell.PROVENANCE, "data"),
    State(Shell.URL, "pathname"),
    prevent_initial_call=True,
)
def take(data: Any, given: Any, path: str | None) -> None:
    """Write the table that a person chose into a file, with what its figures rest on."""
    if not data:
        return
    table, known, here = taken_of(data), _provenance(given), urlsplit(path or "/").path
    is_known = known is not None and known.path == here
    subject = known.subject if is_known and known is not None else here.strip("/").replace("/", " ")
    facts = facts_of(known, table.caption, here)
    handed(services().exports.sheets([sheet_of(table)], facts, f"{subject} {table.caption}", table.format, actor()))


def _provenance(given: Any) -> Provenance | None:
    try:
        return Provenance.model_validate(given)
    except ValidationError:
        return None
