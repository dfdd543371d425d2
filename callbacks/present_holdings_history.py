"""How do begun and booked imports of holdings read, and the templates of their files?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from components.button import button
from components.confirm import ask_first
from components.empty_state import empty_state
from components.fields import text_input
from components.ids import HoldingsImport
from components.pills import tag
from components.table import table
from services import formatting
from services.formatting import Style
from services.messages.holdings_import import HoldingsImportState, HoldingsImportView, ImportTemplateView
from services.number_style import in_style


def drafts(found: Sequence[HoldingsImportView], style: Style) -> Any:
    """Return what was begun, to go on with."""
    begun = [one for one in found if one.state is HoldingsImportState.DRAFT]
    if not begun:
        return empty_state("Nothing is begun", "Files that you look at wait here.", glyph="hourglass", level=3)
    rows = [
        [
            [html.Strong(one.file_name), html.Div(_capital(one.kind.value), className="card-note")],
            formatting.moment(one.created_at_utc),
            button("Go on", HoldingsImport.resume(one.id), small=True, n_clicks=0),
        ]
        for one in begun
    ]
    return table((("File", False), ("Begun", False), ("", True)), rows, caption="Begun imports")


def history(found: Sequence[HoldingsImportView], style: Style, *, may_write: bool) -> Any:
    """Return what was booked, the latest first, each with its undo."""
    booked = [one for one in found if one.state is not HoldingsImportState.DRAFT]
    if not booked:
        return empty_state(
            "Nothing has been imported yet",
            "What you import shows here, with its portfolios, and can be taken back.",
            glyph="file-earmark-arrow-up",
            level=3,
        )
    rows = [[_file(one), _brought(one, style), _when(one), _state(one, may_write=may_write)] for one in booked]
    columns = (("File", False), ("What was booked", False), ("By", False), ("", True))
    return table(columns, rows, caption="Imported holdings and transactions")


def withheld() -> Any:
    """Return what those read who may not see portfolios."""
    return html.P("Only those who may see portfolios see this.", className="muted card-body")


def _file(one: HoldingsImportView) -> Any:
    return [
        html.Strong(one.file_name),
        html.Div(f"SHA-256 {one.sha256[:12]}…", className="card-note", title=one.sha256),
    ]


def _brought(one: HoldingsImportView, style: Style) -> Any:
    parts: list[Any] = [html.Div(in_style(one.sentence, style))]
    links = [dcc.Link(name, href=f"/portfolios/{portfolio_id}") for portfolio_id, name in one.portfolios]
    if links and one.state is HoldingsImportState.IMPORTED:
        parts.append(html.Div(links, className="import-links"))
    if one.unpriced and one.state is HoldingsImportState.IMPORTED:
        parts.append(html.Div(f"Without a price at the time: {', '.join(one.unpriced[:8])}.", className="card-note"))
    if one.rejects_count:
        href = f"/download/imports/holdings/{one.id}/rejected-rows.csv"
        count = formatting.count(one.rejects_count, "row", style=style)
        parts.append(html.A(f"{count} left out", href=href, download="rejected-rows.csv", className="card-note"))
    return parts


def _when(one: HoldingsImportView) -> Any:
    return [html.Div(one.by or ""), html.Div(formatting.moment(one.imported_at_utc), className="card-note")]


def _state(one: HoldingsImportView, *, may_write: bool) -> Any:
    if one.state is HoldingsImportState.UNDONE:
        when = formatting.moment(one.undone_at_utc)
        return [tag("Undone"), html.Div(f"{one.undone_by}, {when}", className="card-note")]
    if not may_write:
        return tag("Imported", "ok")
    return button(
        "Undo", HoldingsImport.undo(one.id), kind="quiet", small=True, glyph="arrow-counterclockwise", n_clicks=0
    )


def undo_words(one: HoldingsImportView, style: Style) -> str:
    """Return what undoing an import does."""
    return in_style(
        f"“{one.file_name}”: {one.sentence} Each entry is reversed on its own day; both stay in the ledger. Portfolios "
        "that the import made are deleted with it, and can be restored.",
        style,
    )


def templates(found: Sequence[ImportTemplateView], style: Style, *, may_write: bool) -> Any:
    """Return how files are read, each to be renamed or forgotten."""
    if not found:
        return empty_state(
            "No template yet",
            "How a file was read is remembered when it is imported.",
            glyph="bookmark",
            level=3,
        )
    rows = [
        [
            _name(one) if may_write else html.Strong(one.name),
            [html.Div(one.layout_label), html.Div(_capital(one.kind.value), className="card-note")],
            formatting.count(one.used_count, "time", style=style),
            _forgetting(one.id, one.name) if may_write else "",
        ]
        for one in found
    ]
    columns = (("Name", False), ("Layout", False), ("Used", True), ("", True))
    return table(columns, rows, caption="Templates of files")


def _name(one: ImportTemplateView) -> Any:
    control = text_input(HoldingsImport.template_name(one.id), one.name, maxlength=120, debounce=True)
    return html.Div(control, role="group", **{"aria-label": f"Name of the template {one.name}"})


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _forgetting(template_id: str, name: str) -> Any:
    asks = ask_first(
        f"Forget how {name} is read?",
        "The next file with these headings is guessed anew, and what was chosen for its columns is chosen again.",
        "Forget it",
    )
    return button("Forget", HoldingsImport.template_delete(template_id), kind="quiet", small=True, n_clicks=0, **asks)
