"""What makes a file of the table, the chart or the page that was asked for?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from dash import Input, State, callback
from pydantic import ValidationError

from callbacks.actor import actor, services
from callbacks.present_file import chart_sent, handed
from components.ids import Shell
from services.exports_taken import Provenance, facts_of, sheet_of, taken_of
from services.exports_taken_chart import taken_chart_of
from services.exports_taken_page import taken_page_of


@callback(
    Input(Shell.TAKE, "data"),
    State(Shell.PROVENANCE, "data"),
    State(Shell.URL, "pathname"),
    prevent_initial_call=True,
)
def take(data: Any, given: Any, path: str | None) -> None:
    """Write what a person chose into a file, with what its figures rest on."""
    if not data:
        return
    here = urlsplit(path or "/").path
    what = data.get("what") if isinstance(data, dict) else None
    WAYS.get(str(what), _take_table)(data, _provenance(given), here)


def _take_table(data: Any, known: Provenance | None, here: str) -> None:
    table = taken_of(data)
    is_known = known is not None and known.path == here
    subject = known.subject if is_known and known is not None else here.strip("/").replace("/", " ")
    facts = facts_of(known, table.caption, here)
    handed(services().exports.sheets([sheet_of(table)], facts, f"{subject} {table.caption}", table.format, actor()))


def _take_chart(data: Any, _known: Provenance | None, here: str) -> None:
    chart_sent(services().exports.shown_chart(taken_chart_of(data), here, actor()))


def _take_page(data: Any, _known: Provenance | None, _here: str) -> None:
    handed(services().exports.shown_page(taken_page_of(data), actor()), "The page as it is shown.")


WAYS: dict[str, Callable[[Any, Provenance | None, str], None]] = {"chart": _take_chart, "page": _take_page}


def _provenance(given: Any) -> Provenance | None:
    try:
        return Provenance.model_validate(given)
    except ValidationError:
        return None
