"""What does the import of market data do: take a file, look at it, import it, take it back?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, no_update

from callbacks import present_imports
from callbacks.actor import Permission, actor, may, services
from callbacks.present_errors import clear, form
from callbacks.present_toast import read_anew, say
from callbacks.pressed import pressed_index
from callbacks.wording import reader_style, told
from components.confirm import CLOSED, OPEN
from components.ids import HoldingsImport, Imports, Shell


@callback(
    Output(Imports.GAPS, "children"),
    Output(Imports.LIST, "children"),
    Output(Imports.FORM, "hidden"),
    Output(Imports.REFUSED, "hidden"),
    Output(Imports.LIMIT, "data"),
    Output(Imports.LIMIT_WORDS, "children"),
    Input(HoldingsImport.VIEW, "data"),
    Input(Shell.RESYNC, "data"),
)
def show_imports(_view: object, _resync: object) -> tuple[Any, ...]:
    """Show what the data lack and what was imported."""
    may_import, style, limits = may(Permission.MARKET_IMPORT), reader_style(), services().imports.limits
    return (
        present_imports.gaps(services().market.gaps(actor()), style, may_import=may_import),
        present_imports.imported(services().imports.list(actor()), style, may_import=may_import),
        not may_import,
        may_import,
        limits.max_bytes,
        present_imports.limit_words(limits.max_bytes, limits.max_rows, style),
    )


@callback(
    Output(Imports.CHECK, "children"),
    Output(Imports.ACTIONS, "hidden"),
    Output(Imports.RUN, "hidden"),
    Output(Imports.REJECTS, "hidden"),
    Input(Imports.FILE, "data"),
    prevent_initial_call=True,
    running=[(Output(Imports.WAITING, "hidden"), False, True)],
)
def look_at_file(chosen: dict[str, Any] | None) -> tuple[Any, ...]:
    """Say what the chosen file would bring, without writing."""
    found = _checked(chosen)
    if found is no_update:
        return None, chosen is None, True, True
    return present_imports.check(found, reader_style()), False, not found.can_import, not found.problems_count


@form(Imports.ERRORS, {})
def _checked(chosen: dict[str, Any] | None) -> Any:
    """Return the check of a file; a refusal is shown at the form."""
    file = present_imports.file_of(chosen)
    return no_update if file is None else services().imports.check(*file, actor())


@callback(
    Output(Shell.DOWNLOAD, "data", allow_duplicate=True),
    Input(Imports.REJECTS, "n_clicks"),
    State(Imports.FILE, "data"),
    prevent_initial_call=True,
    running=[(Output(Imports.REJECTS, "disabled"), True, False)],
)
@form(Imports.ERRORS, {})
def save_rejects(clicks: int, chosen: dict[str, Any] | None) -> Any:
    """Save the rows that keep the file from being imported, with cause and way out."""
    file = present_imports.file_of(chosen) if clicks else None
    if file is None:
        return no_update
    return dcc.send_bytes(services().imports.rejects(*file, actor()), "rejected-rows.csv", type="text/csv")


@callback(
    Output(Imports.FILE, "data", allow_duplicate=True),
    Input(Imports.RUN, "n_clicks"),
    State(Imports.FILE, "data"),
    prevent_initial_call=True,
    running=[(Output(Imports.RUN, "disabled"), True, False), (Output(Imports.DISCARD, "disabled"), True, False)],
)
@form(Imports.ERRORS, {})
def import_file(clicks: int, chosen: dict[str, Any] | None) -> Any:
    """Import the file that was looked at."""
    file = present_imports.file_of(chosen) if clicks else None
    if file is None:
        return no_update
    done = services().imports.run(*file, actor())
    say("Imported" if done.is_new else "Already imported", told(done.imported.sentence))
    read_anew("file imported")
    return None


@callback(
    Output(Imports.UNDO_DIALOG, "className"),
    Output(Imports.UNDO_TEXT, "children"),
    Output(Imports.UNDO_OF, "data"),
    Input(Imports.undo(ALL), "n_clicks"),
    prevent_initial_call=True,
)
def ask_undo(_clicks: list[int]) -> tuple[Any, ...]:
    """Ask before an import is taken back."""
    index = pressed_index()
    if index is None:
        return no_update, no_update, no_update
    clear(Imports.UNDO_ERRORS, {})
    one = services().imports.get(index, actor())
    return OPEN, present_imports.undo_words(one, reader_style()), one.id


@callback(
    Output(Imports.UNDO_DIALOG, "className", allow_duplicate=True),
    Input(Imports.UNDO_CONFIRM, "n_clicks"),
    State(Imports.UNDO_OF, "data"),
    prevent_initial_call=True,
    running=[(Output(Imports.UNDO_CONFIRM, "disabled"), True, False)],
)
@form(Imports.UNDO_ERRORS, {})
def undo_import(clicks: int, import_id: str | None) -> Any:
    """Take an import back."""
    if not clicks or not import_id:
        return no_update
    one = services().imports.undo(import_id, actor())
    say("The import is undone", told(one.sentence))
    read_anew("import undone")
    return CLOSED


clientside_callback(
    ClientsideFunction("imports", "take"),
    Output(Imports.FILE, "data"),
    Input(Imports.UPLOAD, "contents"),
    State(Imports.UPLOAD, "filename"),
    State(Imports.LIMIT, "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("imports", "discard"),
    Output(Imports.FILE, "data", allow_duplicate=True),
    Input(Imports.DISCARD, "n_clicks"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("pages", "close"),
    Output(Imports.UNDO_DIALOG, "className", allow_duplicate=True),
    Input(Imports.UNDO_CANCEL, "n_clicks"),
    prevent_initial_call=True,
)
clientside_callback(ClientsideFunction("imports", "settle"), Input(Imports.LIMIT, "data"), prevent_initial_call=True)
