"""What answers the tab of lists: the lists of a day, the names on one, and what somebody does with them?"""

from __future__ import annotations

import base64
from datetime import date
from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, no_update

from callbacks import present_compliance_lists as present
from callbacks.actor import Permission, actor, may, services
from callbacks.compliance_list_deeds import Filled, chosen_of, deed_options, do_deed
from callbacks.present_errors import form, part
from callbacks.present_toast import put, read_anew, say
from callbacks.renewed import chosen_anew, renewed
from callbacks.still import still, usual_of
from callbacks.wording import told
from components.ids import ComplianceLists as Ids
from components.ids import ComplianceNewList as New
from components.ids import Shell
from services.messages.compliance_restrictions import ListKind, NewRestrictionList, RestrictionListView

ENTRIES_MAX_COUNT = 500
WORDS = {
    "reason": ("The reason", Ids.TEXT),
    "symbol": ("The symbol", Ids.SYMBOL),
    "covers": ("What it covers", Ids.COVERS),
    "from_on": ("The first day", Ids.FROM),
    "on": ("The day", Ids.FROM),
    "until_on": ("The last day", Ids.UNTIL),
}
NEW_WORDS = {
    "name": ("The name", New.NAME),
    "kind": ("The kind", New.KIND),
    "scope_kind": ("For whom it is", New.SCOPE),
    "scope_id": ("Whom it is for", New.WHO),
    "note": ("The note", New.NOTE),
}


def day_of(text: str | None) -> date | None:
    """Return a day that was chosen; None where none is, or where it is not typed to its end."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _lists(kind: str, on: date | None) -> tuple[RestrictionListView, ...]:
    wanted = ListKind(kind) if kind in set(ListKind) else None
    return services().restrictions.lists(actor(), kind=wanted, with_closed=kind == "closed" or on is not None, on=on)


@callback(
    Output(Ids.SENTENCE, "children"),
    Output(Ids.LISTS, "rowData"),
    Output(Ids.LISTS, "rowTransaction"),
    Output(Ids.LISTS, "selectedRows"),
    Output(Ids.LISTS_BOX, "hidden"),
    Output(Ids.EMPTY, "hidden"),
    Output(New.CARD, "hidden"),
    Input(Ids.KIND, "value"),
    Input(Ids.ON, "value"),
    Input(Shell.RESYNC, "data"),
    State(Ids.PICK, "data"),
    State(Ids.LISTS, "selectedRows"),
    State(Ids.LISTS, "rowData"),
)
@part
def show_lists(
    kind: str, on: str | None, _resync: object, pick: str | None, selected: Any, before: list[dict[str, Any]] | None
) -> tuple[Any, ...]:
    """List the lists of the day; what somebody has chosen stays chosen, else that of the address, else the first."""
    day = day_of(on)
    found = _lists(kind or "all", day)
    rows = [present.list_row(one) for one in found]
    ids = [row["id"] for row in rows]
    kept = present.chosen_id(selected)
    shown = next((one for one in (kept, pick) if one in ids), usual_of(ids, kept))
    row_data, changes = renewed(rows, before)
    said = present.summary(found, day)
    return (
        said,
        row_data,
        changes,
        chosen_anew(shown, kept, row_data),
        not rows,
        bool(rows),
        not may(Permission.RESTRICTIONS_WRITE),
    )


@callback(
    Output(Ids.PICK, "data"),
    Output(Ids.TITLE, "children"),
    Output(Ids.DETAIL, "children"),
    Output(Ids.ENTRIES_BOX, "hidden"),
    Output(Ids.ENTRIES, "rowData"),
    Output(Ids.ENTRIES, "selectedRows"),
    Input(Ids.LISTS, "selectedRows"),
    Input(Ids.SHOWN, "value"),
    Input(Ids.DONE, "data"),
    Input(Shell.RESYNC, "data"),
    State(Ids.ON, "value"),
    State(Ids.LISTS, "rowData"),
    State(Ids.ENTRIES, "selectedRows"),
)
@part
def show_names(
    selected: Any,
    shown: str,
    _done: object,
    _resync: object,
    on: str | None,
    rows: list[dict[str, Any]] | None,
    entry: Any,
) -> tuple[Any, ...]:
    """Show the names on the chosen list: of the day, or all there ever were."""
    list_id = present.chosen_id(selected)
    if list_id is None:
        return "", "", present.no_list(bool(rows)), True, [], []
    found = services().restrictions.get(list_id, actor())
    day, is_all = day_of(on), shown == "all"
    page = services().restrictions.entries(
        list_id, actor(), on=None if is_all else day, is_standing=not is_all, limit=ENTRIES_MAX_COUNT
    )
    names = [present.entry_row(one, None if is_all else day) for one in page.items]
    kept = present.chosen_id(entry)
    is_there = kept in [row["id"] for row in names]
    chosen = {"ids": [kept]} if is_there else no_update if kept is None else []
    return list_id, found.name, present.list_words(found), False, names, chosen


@callback(
    Output(Ids.ENTRY, "children"),
    Output(Ids.FORM, "hidden"),
    Output(Ids.FORM_SAID, "children"),
    Output(Ids.DEED, "options"),
    Output(Ids.DEED, "value"),
    Input(Ids.PICK, "data"),
    Input(Ids.ENTRIES, "selectedRows"),
    Input(Ids.ENTRIES, "rowData"),
    State(Ids.DEED, "value"),
)
@part
def offer(list_id: str | None, entry: Any, rows: list[dict[str, Any]] | None, deed: str | None) -> tuple[Any, ...]:
    """Offer what the reader may do with the list and the chosen name, what waits for a second person first."""
    if not list_id:
        return None, True, "", [], None
    chosen = chosen_of(list_id, present.entry_of(entry, rows))
    deeds = deed_options(chosen)
    keys = [one["value"] for one in deeds]
    is_other = f"{Ids.ENTRIES}.selectedRows" in ctx.triggered_prop_ids  # rows that come anew take no choice back
    kept = None if is_other else deed
    wanted = still(kept, keys, keys[0] if keys else None)
    return present.entry_words(chosen), not deeds, present.waiting_words(chosen), deeds, wanted


@callback(
    Output(Ids.FILE_SAID, "children"),
    Input(Ids.FILE, "contents"),
    Input(Ids.PICK, "data"),
    State(Ids.TEXT, "value"),
    prevent_initial_call=True,
)
@form(Ids.PROBLEMS, WORDS)
def try_file(contents: str | None, list_id: str | None, text: str | None) -> Any:
    """Say what the dropped file would become, before anything is written."""
    raw = raw_of(contents)
    if raw is None or not list_id:
        return None
    reason = (text or "").strip() or None
    found = services().restriction_files.take_in(list_id, raw, actor(), reason=reason, is_dry_run=True)
    return present.file_words(found)


def raw_of(contents: str | None) -> bytes | None:
    """Return the bytes of a dropped file; None where there is none that can be read."""
    try:
        return base64.b64decode((contents or "").partition(",")[2], validate=True) or None
    except ValueError:  # not what a browser hands over
        return None


@callback(
    Output(Ids.DONE, "data"),
    Output(Ids.TEXT, "value"),
    Output(Ids.SYMBOL, "value"),
    Input(Ids.DO, "n_clicks"),
    State(Ids.PICK, "data"),
    State(Ids.ENTRIES, "selectedRows"),
    State(Ids.ENTRIES, "rowData"),
    State(Ids.DEED, "value"),
    State(Ids.TEXT, "value"),
    State(Ids.COVERS, "value"),
    State(Ids.SYMBOL, "value"),
    State(Ids.FROM, "value"),
    State(Ids.UNTIL, "value"),
    State(Ids.FILE, "contents"),
    prevent_initial_call=True,
    running=[(Output(Ids.DO, "disabled"), True, False)],
)
@form(Ids.PROBLEMS, WORDS)
def act(
    clicks: int | None, list_id: str | None, entry: Any, rows: list[dict[str, Any]] | None, deed: str | None,
    text: str | None, covers: str | None, symbol: str | None, from_on: str | None, until_on: str | None,
    contents: str | None,
) -> tuple[Any, ...]:  # fmt: skip
    """Do what was chosen with the list or the name."""
    if not clicks or not list_id or deed is None or ctx.triggered_id != Ids.DO:
        return no_update, no_update, no_update
    chosen = chosen_of(list_id, present.entry_of(entry, rows))
    typed = (symbol or "").strip().upper()
    done = do_deed(
        deed, Filled(chosen, (text or "").strip(), covers, typed, from_on or None, until_on or None, raw_of(contents))
    )
    say("Done", done)
    put(Ids.FILE, contents=None)
    read_anew("lists changed")
    return clicks, "", ""


@callback(
    Output(New.WHO, "options"), Output(New.WHO, "value"), Output(New.WHO_BOX, "hidden"), Input(New.SCOPE, "value")
)
@part
def offer_whom(scope: str | None) -> tuple[Any, ...]:
    """Offer the clients, portfolios or people that a new list can be for."""
    found: list[tuple[str, str]] = []
    if scope == "client" and may(Permission.CLIENTS_READ):
        found = [(one.id, one.name) for one in services().clients.list(actor())]
    elif scope == "portfolio" and may(Permission.PORTFOLIOS_READ):
        found = [(one.id, one.name) for one in services().portfolios.list(actor())]
    elif scope == "person" and may(Permission.USERS_READ):
        found = [(one.id, one.name) for one in services().users.list(actor())]
    options = [{"value": key, "label": name} for key, name in found]
    return options, options[0]["value"] if options else None, scope in (None, "house")


@callback(
    Output(Ids.PICK, "data", allow_duplicate=True),
    Output(New.NAME, "value"),
    Output(New.NOTE, "value"),
    Input(New.MAKE, "n_clicks"),
    State(New.NAME, "value"),
    State(New.KIND, "value"),
    State(New.SCOPE, "value"),
    State(New.WHO, "value"),
    State(New.NOTE, "value"),
    prevent_initial_call=True,
    running=[(Output(New.MAKE, "disabled"), True, False)],
)
@form(New.PROBLEMS, NEW_WORDS)
def make(
    clicks: int | None, name: str | None, kind: str | None, scope: str | None, who: str | None, note: str | None
) -> tuple[Any, ...]:
    """Make a list without names, and show it."""
    if not clicks:
        return no_update, no_update, no_update
    sent = {
        "name": (name or "").strip(), "kind": kind, "scope_kind": scope,
        "scope_id": None if scope == "house" else who, "note": (note or "").strip() or None,
    }  # fmt: skip
    made = services().restrictions.create(NewRestrictionList.model_validate(sent), actor())
    say("Made", told(f"The list “{made.name}” has no names yet."))
    put(Ids.LISTS, selectedRows=[])
    read_anew("list made")
    return made.id, "", ""


clientside_callback(
    ClientsideFunction("compliance_lists", "needs"),
    Output(Ids.COVERS_BOX, "hidden"),
    Output(Ids.SYMBOL_BOX, "hidden"),
    Output(Ids.FROM_BOX, "hidden"),
    Output(Ids.UNTIL_BOX, "hidden"),
    Output(Ids.FILE_BOX, "hidden"),
    Output(Ids.DO, "children"),
    Input(Ids.DEED, "value"),
    Input(Ids.COVERS, "value"),
    State(Ids.DEED, "options"),
)
clientside_callback(
    ClientsideFunction("compliance_lists", "view"),
    Output(Ids.KIND, "title"),
    Input(Ids.KIND, "value"),
    Input(Ids.ON, "value"),
    Input(Ids.PICK, "data"),
    prevent_initial_call=True,
)
