"""How do lists, the names on them and locates become rows and words?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from dash import html

from callbacks.compliance_list_deeds import Chosen
from callbacks.present_compliance_breaches import chosen_id
from callbacks.wording import told
from components.button import button
from components.confirm import ask_first
from components.kpi_card import MISSING
from components.pills import tag
from components.table import facts, more, table
from services import formatting
from services.formatting import Style
from services.messages.compliance_restrictions import (
    EntryState,
    EntryView,
    ListImport,
    Listing,
    ListKind,
    LocateView,
    RestrictionListView,
)

KINDS: Final = {
    ListKind.RESTRICTED: ("failed", "Restricted"),
    ListKind.WATCH: ("queued", "Watch"),
    ListKind.EXCLUSION: ("no_portfolio", "Exclusion"),
    ListKind.BLACKOUT: ("failed", "Blackout"),
}
"""Shapes of the table's lights with the words of the row."""
STATES: Final = {
    EntryState.TO_COME: ("queued", "To come"),
    EntryState.IN_FORCE: ("succeeded", "In force"),
    EntryState.OVER: ("cancelled", "Over"),
    EntryState.REMOVED: ("cancelled", "Taken off"),
}
LINES_MAX_COUNT: Final = 20
LISTED_MAX_COUNT: Final = 60

__all__ = ["chosen_id"]


def summary(found: Sequence[RestrictionListView], on: date | None) -> str:
    """Say how many lists and names there are on the day."""
    names = sum(one.entries_count for one in found)
    when = "today" if on is None else f"on {formatting.day(on)}"
    if not found:
        return "The house keeps no list yet: nothing is restricted."
    return told(f"{formatting.count(len(found), 'list')} with {formatting.count(names, 'name')} in force {when}.")


def list_row(one: RestrictionListView) -> dict[str, Any]:
    """Return one list as a row."""
    shape, word = KINDS[one.kind]
    whom = "The whole house" if one.scope_name is None else f"{one.scope_kind.value.capitalize()} {one.scope_name}"
    return {
        "id": one.id,
        "name": one.name,
        "note": f"{whom}, closed" if one.closed_on is not None else whom,
        "is_sample": one.is_sample,
        "kind": shape,
        "state_words": word,
        "names_count": one.entries_count,
    }


def list_words(one: RestrictionListView) -> Any:
    """Say what the shown list does, for whom, and who made it."""
    pairs = [("Made", told(_by(one.created_at_utc, one.created_by))), *([("Note", one.note)] if one.note else [])]
    return html.Div([html.P(told(one.sentence), className="evidence-sentence"), facts(pairs)], className="stack")


def _by(at_utc: datetime, name: str | None) -> str:
    """Return when it was done, and by whom where the reader may see people."""
    return formatting.moment(at_utc) + (f" by {name}" if name else "")


def no_list(has_rows: bool) -> Any:
    """Return what stands in the place of a list."""
    return html.P("Choose a list to see its names." if has_rows else "There is no list to show.", className="muted")


def entry_row(one: EntryView, on: date | None) -> dict[str, Any]:
    """Return one name as a row; on a past day what stood then stands, whatever became of it."""
    shape, word = STATES[one.state] if on is None else ("succeeded", "Stood then")
    return {
        "id": one.id,
        "name": one.name,
        "note": one.reason if one.symbol is None else f"{one.symbol}: {one.reason}",
        "standing": "no_portfolio" if one.request_id else shape,
        "state_words": "Removal waits" if one.request_id else word,
        "from_on": one.from_on.isoformat(),
        "until_on": None if one.until_on is None else one.until_on.isoformat(),
        "added_by": one.added_by or MISSING,
        "entry": one.model_dump(mode="json"),
    }


def entry_of(selected: Any, rows: Sequence[dict[str, Any]] | None) -> EntryView | None:
    """Return the chosen name, as it was read last."""
    wanted = chosen_id(selected)
    found = next((row for row in rows or () if row["id"] == wanted), None)
    return None if found is None else EntryView.model_validate(found["entry"])


def entry_words(chosen: Chosen) -> Any:
    """Say who put the chosen name on, who took it off, and why."""
    one = chosen.entry
    if one is None:
        return None
    added = f"{_by(one.added_at_utc, one.added_by)}: “{one.reason}”"
    pairs = [("Name", one.name if one.symbol is None else f"{one.name} ({one.symbol})"), ("Put on", told(added))]
    if one.removed_on is not None:
        off = f"From {formatting.day(one.removed_on)} on" + (f", by {one.removed_by}" if one.removed_by else "")
        pairs.append(("Taken off", told(f"{off}: “{one.removal_reason or ''}”")))
    return facts(pairs)


def waiting_words(chosen: Chosen) -> str:
    """Say what waits for a second person, and who asked."""
    one = chosen.waiting
    if one is None:
        return ""
    by = one.requested_by or "somebody"
    said = told(f"Waits for a second person: {one.sentence} Asked by {by}: “{one.reason}”")
    return said if one.can_decide else f"{said} Another person than who asked decides."


def file_words(found: ListImport) -> Any:
    """Say what the file would become, and what of it is not taken."""
    refused = (*found.unknown, *found.problems)
    rows = [[f"{one.line_number:,}", one.symbol, told(one.sentence)] for one in refused[:LINES_MAX_COUNT]]
    parts: list[Any] = [html.P(told(found.sentence))]
    if rows:
        heads = [("Line", True), ("Name", False), ("Why it is not taken", False)]
        parts.append(more(f"{len(refused):,} not taken", table(heads, rows, caption="Lines that are not taken")))
    return html.Div(parts, className="stack")


def listed_table(found: Sequence[Listing]) -> Any:
    """Show what is listed, the hardest first."""
    if not found:
        return html.P("No asset is listed on this day.", className="muted")
    tones = {ListKind.RESTRICTED: "bad", ListKind.BLACKOUT: "bad", ListKind.EXCLUSION: "warn", ListKind.WATCH: "info"}
    rows = [
        [
            one.name if one.symbol == "*" else f"{one.symbol}, {one.name}",
            html.Span([tag(KINDS[kind][1], tones[kind]) for kind in one.kinds], className="btn-row"),
            formatting.day_short(one.until) if one.until is not None else "No end",
            one.reason,
        ]
        for one in found[:LISTED_MAX_COUNT]
    ]
    parts: list[Any] = [
        table([("Asset", False), ("Listed as", False), ("Until", False), ("Reason", False)], rows, caption="Listed")
    ]
    if len(found) > LISTED_MAX_COUNT:
        parts.append(html.P(f"{len(found) - LISTED_MAX_COUNT:,} more stand on the lists above.", className="muted"))
    return html.Div(parts, className="stack")


def locates_table(found: Sequence[LocateView], style: Style, withdraw_id: Any, *, may_write: bool) -> Any:
    """Show the locates of the day, each with a button that withdraws it."""
    shown = [one for one in found if not one.is_withdrawn]
    if not shown:
        return html.P("No locate holds on this day.", className="muted")
    rows = [
        [
            one.symbol,
            formatting.quantity(one.quantity, style=style),
            one.broker if one.reference is None else f"{one.broker}, {one.reference}",
            formatting.day_short(one.valid_until),
            "All portfolios" if one.portfolio_id is None else "This portfolio",
            _withdrawal(one, withdraw_id(one.id)) if may_write else MISSING,
        ]
        for one in shown
    ]
    heads = [("Asset", False), ("Shares", True), ("Broker", False), ("Until", False), ("For", False), ("", False)]
    return table(heads, rows, caption="Locates that hold on the day")


def _withdrawal(one: LocateView, button_id: Any) -> Any:
    asks = ask_first(
        f"Withdraw the locate of {one.symbol}?",
        "Short sales that rely on it are no longer covered. The record keeps it; a new one has to be entered.",
        "Withdraw the locate",
    )
    return button("Withdraw", button_id, kind="quiet", small=True, label=f"Withdraw {one.symbol}", n_clicks=0, **asks)
